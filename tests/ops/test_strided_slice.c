#include "tests/ops/data/strided_slice.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(strided_slice_cases, ARRAY_SIZE(strided_slice_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
