#include "tests/ops/data/crop_and_resize.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(crop_and_resize_cases, ARRAY_SIZE(crop_and_resize_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
