#include "tests/ops/data/matmul.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(matmul_cases, ARRAY_SIZE(matmul_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
