#include "tests/ops/data/prelu.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(prelu_cases, ARRAY_SIZE(prelu_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
