#include "tests/ops/data/softmax.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(softmax_cases, ARRAY_SIZE(softmax_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
