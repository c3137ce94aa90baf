#include "tests/ops/data/rnn.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(rnn_cases, ARRAY_SIZE(rnn_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
