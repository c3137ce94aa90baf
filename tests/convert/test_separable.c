/* The separable convolution that 8 bits do not harm, as each framework writes it: one network, one
 * answer. */
#include "tests/convert/run.h"
#include "tests/support/suite.h"

START_TEST(each_form_gives_the_numbers_of_onnxruntime)
{
    run_cases("separable/", 3);
}
END_TEST

static void check_same_tensor(const struct case_tensor *a, const struct case_tensor *b)
{
    ck_assert(shape_equal(&a->shape, &b->shape));
    ck_assert_mem_eq(a->data, b->data, shape_elements(&a->shape) * sizeof(float));
}

/* What makes the test above one of forms that agree: all are given and asked the same. */
START_TEST(the_forms_have_one_input_and_one_answer)
{
    const char *const names[] = {"separable/tensorflow", "separable/caffe"};
    struct convert_case first, c;

    case_read(case_path("separable/onnx"), &first);
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        case_read(case_path(names[i]), &c);
        check_same_tensor(&first.in[0], &c.in[0]);
        check_same_tensor(&first.out[0], &c.out[0]);
        case_done(&c);
    }
    case_done(&first);
}
END_TEST

SUITE(each_form_gives_the_numbers_of_onnxruntime, the_forms_have_one_input_and_one_answer);
