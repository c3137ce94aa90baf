#include "tests/ops/data/proposal.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(proposal_cases, ARRAY_SIZE(proposal_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
