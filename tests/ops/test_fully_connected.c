#include "tests/ops/data/fully_connected.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(fully_connected_cases, ARRAY_SIZE(fully_connected_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
