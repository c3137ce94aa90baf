/* Every case of data/tensorflow/: converted, checked for its layers, written, read, run. */
#include "tests/convert/run.h"
#include "tests/support/suite.h"

START_TEST(each_case_gives_the_numbers_of_numpy)
{
    run_cases("tensorflow/", 200);
}
END_TEST

SUITE(each_case_gives_the_numbers_of_numpy);
