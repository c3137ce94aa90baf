#include "tests/ops/data/lrn.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(lrn_cases, ARRAY_SIZE(lrn_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
