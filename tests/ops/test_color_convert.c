#include "tests/ops/data/color_convert.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(color_convert_cases, ARRAY_SIZE(color_convert_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
