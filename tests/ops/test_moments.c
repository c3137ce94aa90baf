#include "tests/ops/data/moments.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(moments_cases, ARRAY_SIZE(moments_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
