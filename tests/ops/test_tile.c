#include "tests/ops/data/tile.h"
#include "tests/support/suite.h"

START_TEST(every_case_gives_the_reference)
{
    cases_run(tile_cases, ARRAY_SIZE(tile_cases));
}
END_TEST

SUITE(every_case_gives_the_reference);
