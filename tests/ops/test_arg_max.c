#include "tests/ops/data/arg_max.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(arg_max_cases, ARRAY_SIZE(arg_max_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
