#include "tests/ops/data/logic.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(logic_cases, ARRAY_SIZE(logic_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
