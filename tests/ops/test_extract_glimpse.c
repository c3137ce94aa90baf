#include "tests/ops/data/extract_glimpse.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(extract_glimpse_cases, ARRAY_SIZE(extract_glimpse_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
