#include "tests/ops/data/pack.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(pack_cases, ARRAY_SIZE(pack_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
