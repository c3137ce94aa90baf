#include "tests/ops/data/permute.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(permute_cases, ARRAY_SIZE(permute_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
