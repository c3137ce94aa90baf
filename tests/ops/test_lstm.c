#include "tests/ops/data/lstm.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(lstm_cases, ARRAY_SIZE(lstm_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
