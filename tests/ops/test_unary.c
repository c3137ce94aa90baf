#include "tests/ops/data/unary.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(unary_cases, ARRAY_SIZE(unary_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
