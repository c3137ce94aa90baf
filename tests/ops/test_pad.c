#include "tests/ops/data/pad.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(pad_cases, ARRAY_SIZE(pad_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
