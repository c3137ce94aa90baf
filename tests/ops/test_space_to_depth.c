#include "tests/ops/data/space_to_depth.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(space_to_depth_cases, ARRAY_SIZE(space_to_depth_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
