#include "tests/ops/data/binary.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(binary_cases, ARRAY_SIZE(binary_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
