#include "tests/ops/data/activation.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(activation_cases, ARRAY_SIZE(activation_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
