#include "tests/ops/data/reshape.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(reshape_cases, ARRAY_SIZE(reshape_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
