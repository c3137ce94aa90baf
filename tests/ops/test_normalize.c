#include "tests/ops/data/normalize.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(normalize_cases, ARRAY_SIZE(normalize_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
