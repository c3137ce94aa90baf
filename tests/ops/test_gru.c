#include "tests/ops/data/gru.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(gru_cases, ARRAY_SIZE(gru_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
