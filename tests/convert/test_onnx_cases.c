/* Every case of data/: converted, checked for its layout, written, read, run on the cpu. */
#include "tests/convert/run.h"
#include "tests/support/suite.h"

START_TEST(each_case_gives_the_numbers_of_onnxruntime)
{
    run_cases("", 100);
}
END_TEST

SUITE(each_case_gives_the_numbers_of_onnxruntime);
