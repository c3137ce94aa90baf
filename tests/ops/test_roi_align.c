#include "tests/ops/data/roi_align.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(roi_align_cases, ARRAY_SIZE(roi_align_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
