#include "tests/ops/data/heatmap_max_keypoint.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(heatmap_max_keypoint_cases, ARRAY_SIZE(heatmap_max_keypoint_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
