/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/arg_max.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {2.0f, 8.0f, 16.0f, 9.0f, 9.0f, 0.0f, 18.0f, 12.0f, 10.0f, 17.0f, 19.0f, 11.0f};
static const float want_1_0[] = {1.0f, 0.0f, 4.0f, 3.0f, 3.0f, 3.0f};
static const float want_2_0[] = {5.0f, 5.0f, 3.0f, 1.0f};
static const float want_3_0[] = {1.0f, 0.0f, 0.0f};
static const float given_3_0[] = {1.0f, 2.0f, 2.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 3.0f, 1.0f, 1.0f, 3.0f};
static const float want_4_0[] = {2.0f, 3.0f, 3.0f};
static const float given_4_0[] = {1.0f, 2.0f, 2.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 3.0f, 1.0f, 1.0f, 3.0f};
static const float want_5_0[] = {19.0f, 0.0f, 0.0f, 11.0f, 15.0f, 20.0f, 6.0f, 19.0f, 4.0f, 15.0f, 19.0f, 10.0f};
static const float want_6_0[] = {1.0f, 1.0f, 3.0f, 4.0f, 2.0f, 1.0f};
static const float want_7_0[] = {2.0f, 0.0f, 0.0f, 5.0f};
static const float want_8_0[] = {0.0f, 0.0f, 1.0f};
static const float given_8_0[] = {1.0f, 2.0f, 2.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 3.0f, 1.0f, 1.0f, 3.0f};
static const float want_9_0[] = {3.0f, 3.0f, 2.0f};
static const float given_9_0[] = {1.0f, 2.0f, 2.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 3.0f, 1.0f, 1.0f, 3.0f};
static const float want_10_0[] = {1.0f, 0.0f};
static const float given_10_0[] = {1.0f, NAN, 3.0f, NAN, NAN, 9.0f, -9.0f, 0.0f};
static const float want_11_0[] = {1.0f, 0.0f};
static const float given_11_0[] = {1.0f, NAN, 3.0f, NAN, NAN, 9.0f, -9.0f, 0.0f};

static const struct op_case arg_max_cases[] = {
{"max over channels", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MAX, 3, false, false}, 1, 1,
 {{.shape = {4, {1, 3, 4, 21}}, .seed = 1, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {1, 3, 4}}, .want = want_0_0}}, 0},
{"max over a middle axis", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MAX, 1, true, false}, 1, 1,
 {{.shape = {3, {2, 5, 3}}, .seed = 2, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 1, 3}}, .want = want_1_0}}, 0},
{"max over the first axis", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MAX, -2, false, false}, 1, 1,
 {{.shape = {2, {6, 4}}, .seed = 3, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {1, {4}}, .want = want_2_0}}, 0},
{"max of ties, the first", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MAX, 1, false, false}, 1, 1,
 {{.shape = {2, {3, 4}}, .given = given_3_0}},
 {{.shape = {1, {3}}, .want = want_3_0}}, 0},
{"max of ties, the last", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MAX, 1, false, true}, 1, 1,
 {{.shape = {2, {3, 4}}, .given = given_4_0}},
 {{.shape = {1, {3}}, .want = want_4_0}}, 0},
{"min over channels", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MIN, 3, false, false}, 1, 1,
 {{.shape = {4, {1, 3, 4, 21}}, .seed = 4, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {1, 3, 4}}, .want = want_5_0}}, 0},
{"min over a middle axis", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MIN, 1, true, false}, 1, 1,
 {{.shape = {3, {2, 5, 3}}, .seed = 5, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 1, 3}}, .want = want_6_0}}, 0},
{"min over the first axis", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MIN, -2, false, false}, 1, 1,
 {{.shape = {2, {6, 4}}, .seed = 6, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {1, {4}}, .want = want_7_0}}, 0},
{"min of ties, the first", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MIN, 1, false, false}, 1, 1,
 {{.shape = {2, {3, 4}}, .given = given_8_0}},
 {{.shape = {1, {3}}, .want = want_8_0}}, 0},
{"min of ties, the last", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MIN, 1, false, true}, 1, 1,
 {{.shape = {2, {3, 4}}, .given = given_9_0}},
 {{.shape = {1, {3}}, .want = want_9_0}}, 0},
{"max where numbers are missing", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MAX, 1, false, false}, 1, 1,
 {{.shape = {2, {2, 4}}, .given = given_10_0}},
 {{.shape = {1, {2}}, .want = want_10_0}}, 0},
{"min where numbers are missing", OP_ARG_MAX, &(const struct arg_max_attrs){ARG_MIN, 1, false, false}, 1, 1,
 {{.shape = {2, {2, 4}}, .given = given_11_0}},
 {{.shape = {1, {2}}, .want = want_11_0}}, 0},
};
