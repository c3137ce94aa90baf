#include "tests/ops/data/cumsum.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(cumsum_cases, ARRAY_SIZE(cumsum_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
