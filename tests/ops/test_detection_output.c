#include "tests/ops/data/detection_output.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(detection_output_cases, ARRAY_SIZE(detection_output_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
