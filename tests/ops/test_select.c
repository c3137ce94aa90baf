#include "tests/ops/data/select.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(select_cases, ARRAY_SIZE(select_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
