/* Every case of data/pictures/: networks of all frameworks that prepare their pictures themselves.
 */
#include "tests/convert/run.h"
#include "tests/support/suite.h"

START_TEST(each_case_gives_the_numbers_of_its_maker)
{
    run_cases("pictures/", 45);
}
END_TEST

SUITE(each_case_gives_the_numbers_of_its_maker);
