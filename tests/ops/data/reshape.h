/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/reshape.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {0.13312304f, 0.49156344f, 0.9420054f, -0.11128163f, -0.1114707f, 0.52578866f, 0.7546973f, 0.046134353f, -0.42898273f, 0.58799314f, -0.19171572f, 0.2108407f, -0.09012425f, 0.060157895f, -0.12806928f, -0.66593003f, 0.2906692f, 0.63070107f, 0.36340988f, 0.7686491f, -0.86807966f, -0.8371707f, -0.008240104f, -0.7537823f};
static const float want_1_0[] = {0.18237936f, 0.49829936f, 0.19127607f, 0.53083825f, -0.3768227f, -0.30675554f, 0.45270717f, 0.47817457f, -0.49937534f, 0.4552319f, -0.32103682f, -0.12434769f, 0.111582756f, -0.25239325f, 0.8640021f, -0.5932181f, -0.59973097f, -0.27153695f, -0.24434888f, -0.5796226f, -0.90360105f, 0.054823995f, -0.2379862f, -0.3386228f};
static const float want_2_0[] = {-0.7730994f, 0.40058696f, 0.22594929f, -0.85426664f, -0.56712186f, 0.2724446f, -0.7297083f, 0.77743685f, -0.017875195f, 0.7770587f, 0.39687228f, 0.42377245f, -0.039671063f, -0.32799888f, 0.4347682f, 0.59778047f, -0.38789177f, -0.79218924f, -0.65394986f, 0.17598641f, 0.6388502f, 0.8714005f, 0.3392893f, -0.61779225f};
static const float want_3_0[] = {202.0f, 48.0f, 95.0f, 158.0f, 185.0f, 225.0f, 94.0f, 82.0f, 201.0f, 5.0f, 34.0f, 249.0f, 188.0f, 56.0f, 41.0f, 81.0f, 59.0f, 228.0f};
static const float want_4_0[] = {202.0f, 48.0f, 95.0f, 158.0f, 185.0f, 225.0f, 94.0f, 82.0f, 201.0f, 5.0f, 34.0f, 249.0f, 188.0f, 56.0f, 41.0f, 81.0f, 59.0f, 228.0f};

static const struct op_case reshape_cases[] = {
{"flatten", OP_RESHAPE, &(const struct reshape_attrs){{(const int32_t[]){2, 12}, 2}}, 1, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 1, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 12}}, .want = want_0_0}}, 0},
{"what is left", OP_RESHAPE, &(const struct reshape_attrs){{(const int32_t[]){4, -1}, 2}}, 1, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 2, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {4, 6}}, .want = want_1_0}}, 0},
{"another batch follows", OP_RESHAPE, &(const struct reshape_attrs){{(const int32_t[]){1, 12}, 2}}, 1, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 3, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 12}}, .want = want_2_0}}, 0},
{"bytes to floats", OP_RESHAPE, &(const struct reshape_attrs){{(const int32_t[]){18}, 1}}, 1, 1,
 {{.shape = {4, {1, 2, 3, 3}}, .seed = 4, .lo = -1.0f, .hi = 1.0f, .bytes = true}},
 {{.shape = {1, {18}}, .want = want_3_0}}, 0},
{"bytes to bytes", OP_RESHAPE, &(const struct reshape_attrs){{(const int32_t[]){18}, 1}}, 1, 1,
 {{.shape = {4, {1, 2, 3, 3}}, .seed = 4, .lo = -1.0f, .hi = 1.0f, .bytes = true}},
 {{.shape = {1, {18}}, .want = want_4_0, .bytes = true}}, 0},
};
