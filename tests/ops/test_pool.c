#include "tests/ops/data/pool.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(pool_cases, ARRAY_SIZE(pool_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
