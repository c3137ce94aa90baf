#include "tests/ops/data/concat.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(concat_cases, ARRAY_SIZE(concat_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
