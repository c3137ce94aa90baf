#include "tests/ops/data/deconv.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(deconv_cases, ARRAY_SIZE(deconv_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
