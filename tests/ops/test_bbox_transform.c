#include "tests/ops/data/bbox_transform.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(bbox_transform_cases, ARRAY_SIZE(bbox_transform_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
