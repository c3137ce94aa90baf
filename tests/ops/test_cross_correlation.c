#include "tests/ops/data/cross_correlation.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(cross_correlation_cases, ARRAY_SIZE(cross_correlation_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
