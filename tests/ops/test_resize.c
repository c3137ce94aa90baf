#include "tests/ops/data/resize.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(resize_cases, ARRAY_SIZE(resize_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
