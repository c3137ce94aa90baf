/* Every case of data/caffe2/: converted, checked for its layout, written, read, run on the cpu. */
#include "tests/convert/run.h"
#include "tests/support/suite.h"

START_TEST(each_case_gives_the_numbers_of_its_maker)
{
    run_cases("caffe2/", 110);
}
END_TEST

SUITE(each_case_gives_the_numbers_of_its_maker);
