#include "tests/ops/data/sum.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(sum_cases, ARRAY_SIZE(sum_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
