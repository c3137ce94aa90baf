#include "tests/ops/data/clamp.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(clamp_cases, ARRAY_SIZE(clamp_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
