#include "tests/ops/data/reduce.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(reduce_cases, ARRAY_SIZE(reduce_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
