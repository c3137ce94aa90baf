/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/binary.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {64.0f, 9.0f, 100.0f, 16.0f, 25.0f, 1.0f, 64.0f, 25.0f, 16.0f, 16.0f, 9.0f, 144.0f, 25.0f, 144.0f, 16.0f};
static const float given_0_0[] = {-7.0f, -7.0f, 6.0f, 0.0f, 2.0f, 2.0f, 4.0f, -9.0f, 0.0f, -7.0f, -2.0f, 8.0f, 1.0f, -8.0f, 1.0f};
static const float given_0_1[] = {1.0f, -4.0f, -4.0f, 4.0f, -3.0f};
static const float want_1_0[] = {0.0f, 2.0f, 4.0f, 7.0f, 3.0f, -1.0f, 1.0f, 5.0f, 3.0f, 0.0f, 0.0f, 2.0f, -6.0f, 6.0f, -1.0f};
static const float given_1_0[] = {3.0f, 9.0f, -4.0f, 7.0f, -7.0f, -3.0f, 5.0f, -5.0f, 3.0f, -1.0f, 0.0f, 8.0f, 6.0f, 6.0f, 1.0f};
static const float given_1_1[] = {4.0f, 4.0f, -1.0f, 1.0f, -2.0f};
static const float want_2_0[] = {-0.0f, -2.0f, 0.0f, 1.0f, -0.0f, -0.0f, -1.0f, 3.0f, 1.0f, -1.0f, -0.0f, -1.0f, 0.0f, 0.0f, -1.0f};
static const float given_2_0[] = {8.0f, 2.0f, 4.0f, -5.0f, 2.0f, 6.0f, 7.0f, 7.0f, 9.0f, -7.0f, 5.0f, -1.0f, 4.0f, -4.0f, -9.0f};
static const float given_2_1[] = {-1.0f, -4.0f, 4.0f, 2.0f, -2.0f};
static const float want_3_0[] = {-0.0f, 1.0f, 2.0f, 1.0f, -1.0f, 2.0f, -0.0f, -0.0f, -0.0f, -1.0f, -0.0f, 1.0f, -1.0f, -1.0f, 0.0f};
static const float given_3_0[] = {-6.0f, 1.0f, 8.0f, 9.0f, -5.0f, 2.0f, -9.0f, -6.0f, -6.0f, -1.0f, -3.0f, 4.0f, -1.0f, -3.0f, 8.0f};
static const float given_3_1[] = {-3.0f, -3.0f, -3.0f, -2.0f, 4.0f};
static const float want_4_0[] = {0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f};
static const float given_4_0[] = {-8.0f, -1.0f, 6.0f, 4.0f, 7.0f, -8.0f, 0.0f, -9.0f, -6.0f, 7.0f, -8.0f, 2.0f, -9.0f, -4.0f, 8.0f};
static const float given_4_1[] = {-2.0f, -2.0f, -1.0f, 4.0f, -1.0f};
static const float want_5_0[] = {0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f};
static const float given_5_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_5_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_6_0[] = {1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f};
static const float given_6_0[] = {-1.0f, -1.0f, -7.0f, 3.0f, 5.0f, 9.0f, -6.0f, 8.0f, -8.0f, -7.0f, 2.0f, 7.0f, 8.0f, 5.0f, -9.0f};
static const float given_6_1[] = {-2.0f, 4.0f, -3.0f, -1.0f, -3.0f};
static const float want_7_0[] = {0.0f, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f};
static const float given_7_0[] = {8.0f, 4.0f, 3.0f, 0.0f, -4.0f, 7.0f, 8.0f, -5.0f, -5.0f, -4.0f, 0.0f, -5.0f, -2.0f, 9.0f, -3.0f};
static const float given_7_1[] = {4.0f, -3.0f, 2.0f, 4.0f, 2.0f};
static const float want_8_0[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 1.0f};
static const float given_8_0[] = {-9.0f, -7.0f, -8.0f, 1.0f, -2.0f, 9.0f, -5.0f, -6.0f, 7.0f, -4.0f, 5.0f, -4.0f, 1.0f, -8.0f, 3.0f};
static const float given_8_1[] = {4.0f, -3.0f, -4.0f, 4.0f, 3.0f};
static const float want_9_0[] = {1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f};
static const float given_9_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_9_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_10_0[] = {0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_10_0[] = {-6.0f, -7.0f, 3.0f, -1.0f, 0.0f, 5.0f, 4.0f, 7.0f, -6.0f, 5.0f, 1.0f, -9.0f, -8.0f, -3.0f, 3.0f};
static const float given_10_1[] = {1.0f, -3.0f, 4.0f, -1.0f, 1.0f};
static const float want_11_0[] = {1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f};
static const float given_11_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_11_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_12_0[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_12_0[] = {-8.0f, 3.0f, 7.0f, -3.0f, 3.0f, -5.0f, -6.0f, -9.0f, 0.0f, 0.0f, -8.0f, -5.0f, 2.0f, -3.0f, -5.0f};
static const float given_12_1[] = {1.0f, -1.0f, 3.0f, -1.0f, -4.0f};
static const float want_13_0[] = {0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f};
static const float given_13_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_13_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_14_0[] = {0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_14_0[] = {0.0f, 3.0f, -7.0f, -3.0f, -8.0f, -7.0f, -5.0f, -4.0f, 8.0f, -2.0f, -7.0f, 8.0f, 1.0f, -7.0f, -8.0f};
static const float given_14_1[] = {-1.0f, 4.0f, -3.0f, 3.0f, 4.0f};
static const float want_15_0[] = {0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f};
static const float given_15_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_15_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_16_0[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_16_0[] = {-8.0f, 4.0f, 6.0f, 9.0f, 3.0f, 0.0f, -7.0f, 5.0f, -1.0f, 6.0f, -9.0f, -3.0f, 6.0f, 2.0f, 4.0f};
static const float given_16_1[] = {-3.0f, -4.0f, 4.0f, -4.0f, -3.0f};
static const float want_17_0[] = {0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_17_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_17_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_18_0[] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_18_0[] = {-9.0f, -7.0f, -9.0f, -2.0f, -4.0f, 0.0f, 1.0f, -4.0f, 1.0f, 2.0f, 3.0f, 2.0f, -9.0f, -5.0f, 6.0f};
static const float given_18_1[] = {-3.0f, -2.0f, -2.0f, 4.0f, 3.0f};
static const float want_19_0[] = {0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f};
static const float given_19_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_19_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};

static const struct op_case logic_cases[] = {
{"squared difference", OP_BINARY, &(const struct binary_attrs){BINARY_SQUARED_DIFFERENCE}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_0_0},
  {.shape = {1, {5}}, .given = given_0_1}},
 {{.shape = {2, {3, 5}}, .want = want_0_0}}, 0},
{"floor div", OP_BINARY, &(const struct binary_attrs){BINARY_FLOOR_DIV}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_1_0},
  {.shape = {1, {5}}, .given = given_1_1}},
 {{.shape = {2, {3, 5}}, .want = want_1_0}}, 0},
{"floor mod", OP_BINARY, &(const struct binary_attrs){BINARY_FLOOR_MOD}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_2_0},
  {.shape = {1, {5}}, .given = given_2_1}},
 {{.shape = {2, {3, 5}}, .want = want_2_0}}, 0},
{"trunc mod", OP_BINARY, &(const struct binary_attrs){BINARY_TRUNC_MOD}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_3_0},
  {.shape = {1, {5}}, .given = given_3_1}},
 {{.shape = {2, {3, 5}}, .want = want_3_0}}, 0},
{"greater", OP_BINARY, &(const struct binary_attrs){BINARY_GREATER}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_4_0},
  {.shape = {1, {5}}, .given = given_4_1}},
 {{.shape = {2, {3, 5}}, .want = want_4_0}}, 0},
{"greater", OP_BINARY, &(const struct binary_attrs){BINARY_GREATER}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_5_0},
  {.shape = {2, {2, 4}}, .given = given_5_1}},
 {{.shape = {2, {2, 4}}, .want = want_5_0}}, 0},
{"greater equal", OP_BINARY, &(const struct binary_attrs){BINARY_GREATER_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_6_0},
  {.shape = {1, {5}}, .given = given_6_1}},
 {{.shape = {2, {3, 5}}, .want = want_6_0}}, 0},
{"less", OP_BINARY, &(const struct binary_attrs){BINARY_LESS}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_7_0},
  {.shape = {1, {5}}, .given = given_7_1}},
 {{.shape = {2, {3, 5}}, .want = want_7_0}}, 0},
{"less equal", OP_BINARY, &(const struct binary_attrs){BINARY_LESS_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_8_0},
  {.shape = {1, {5}}, .given = given_8_1}},
 {{.shape = {2, {3, 5}}, .want = want_8_0}}, 0},
{"less equal", OP_BINARY, &(const struct binary_attrs){BINARY_LESS_EQUAL}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_9_0},
  {.shape = {2, {2, 4}}, .given = given_9_1}},
 {{.shape = {2, {2, 4}}, .want = want_9_0}}, 0},
{"equal", OP_BINARY, &(const struct binary_attrs){BINARY_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_10_0},
  {.shape = {1, {5}}, .given = given_10_1}},
 {{.shape = {2, {3, 5}}, .want = want_10_0}}, 0},
{"equal", OP_BINARY, &(const struct binary_attrs){BINARY_EQUAL}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_11_0},
  {.shape = {2, {2, 4}}, .given = given_11_1}},
 {{.shape = {2, {2, 4}}, .want = want_11_0}}, 0},
{"not equal", OP_BINARY, &(const struct binary_attrs){BINARY_NOT_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_12_0},
  {.shape = {1, {5}}, .given = given_12_1}},
 {{.shape = {2, {3, 5}}, .want = want_12_0}}, 0},
{"not equal", OP_BINARY, &(const struct binary_attrs){BINARY_NOT_EQUAL}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_13_0},
  {.shape = {2, {2, 4}}, .given = given_13_1}},
 {{.shape = {2, {2, 4}}, .want = want_13_0}}, 0},
{"and", OP_BINARY, &(const struct binary_attrs){BINARY_AND}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_14_0},
  {.shape = {1, {5}}, .given = given_14_1}},
 {{.shape = {2, {3, 5}}, .want = want_14_0}}, 0},
{"and", OP_BINARY, &(const struct binary_attrs){BINARY_AND}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_15_0},
  {.shape = {2, {2, 4}}, .given = given_15_1}},
 {{.shape = {2, {2, 4}}, .want = want_15_0}}, 0},
{"or", OP_BINARY, &(const struct binary_attrs){BINARY_OR}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_16_0},
  {.shape = {1, {5}}, .given = given_16_1}},
 {{.shape = {2, {3, 5}}, .want = want_16_0}}, 0},
{"or", OP_BINARY, &(const struct binary_attrs){BINARY_OR}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_17_0},
  {.shape = {2, {2, 4}}, .given = given_17_1}},
 {{.shape = {2, {2, 4}}, .want = want_17_0}}, 0},
{"xor", OP_BINARY, &(const struct binary_attrs){BINARY_XOR}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_18_0},
  {.shape = {1, {5}}, .given = given_18_1}},
 {{.shape = {2, {3, 5}}, .want = want_18_0}}, 0},
{"xor", OP_BINARY, &(const struct binary_attrs){BINARY_XOR}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_19_0},
  {.shape = {2, {2, 4}}, .given = given_19_1}},
 {{.shape = {2, {2, 4}}, .want = want_19_0}}, 0},
};
