#include "tests/ops/data/gather.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(gather_cases, ARRAY_SIZE(gather_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
