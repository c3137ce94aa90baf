#include "tests/ops/data/projective_transform.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(projective_transform_cases, ARRAY_SIZE(projective_transform_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
