#include "tests/ops/data/batch_norm.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(batch_norm_cases, ARRAY_SIZE(batch_norm_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
