/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/gather.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {-0.09012425f, 0.060157895f, -0.12806928f, -0.66593003f, 0.13312304f, 0.49156344f, 0.9420054f, -0.11128163f, -0.09012425f, 0.060157895f, -0.12806928f, -0.66593003f, -0.1114707f, 0.52578866f, 0.7546973f, 0.046134353f};
static const float given_0_1[] = {3.0f, 0.0f, 3.0f, 1.0f};
static const float want_1_0[] = {0.111582756f, -0.25239325f, 0.8640021f, -0.5932181f, 0.18237936f, 0.49829936f, 0.19127607f, 0.53083825f, -0.59973097f, -0.27153695f, -0.24434888f, -0.5796226f, -0.3768227f, -0.30675554f, 0.45270717f, 0.47817457f, -0.49937534f, 0.4552319f, -0.32103682f, -0.12434769f, -0.49937534f, 0.4552319f, -0.32103682f, -0.12434769f};
static const float given_1_1[] = {3.0f, 0.0f, 4.0f, 1.0f, 2.0f, 2.0f};
static const float want_2_0[] = {-0.56712186f, -0.7730994f, 0.7770587f, 0.2724446f, 0.4347682f, 0.39687228f};
static const float given_2_1[] = {4.0f, 0.0f};
static const float want_3_0[] = {0.08644426f, 0.36043882f, 0.7024491f, -0.13708842f, 0.78481364f, 0.7182342f, 0.84135985f, -0.10252154f, -0.6364285f, 0.7395499f, -0.50054026f, 0.32622325f, 0.58896375f, 0.21570766f, -0.6620188f, -0.97818565f, 0.22741938f, -0.7346126f};
static const float given_3_1[] = {-1.0f, -5.0f, 2.0f};
static const float want_4_0[] = {0.97112703f, 0.022202969f, -0.14709735f};
static const float given_4_1[] = {2.0f};
static const float want_5_0[] = {0.1014843f, 0.64737594f, -0.61475956f, -0.59468114f, -0.7642448f, 0.81748986f, -0.7511493f, -0.0038371086f, 0.22983837f, 0.024300694f, 0.80471504f, -0.54130745f, 0.99210715f, 0.3295623f, 0.342201f, -0.97682846f};
static const float given_5_1[] = {1.0f, 2.0f};
static const float want_6_0[] = {-0.22034061f, -0.9664235f, 0.8015213f, -0.17371726f, -0.7928802f, 0.91974807f, -0.22034061f, -0.9664235f, 0.8015213f, -0.17371726f, -0.7928802f, 0.91974807f, -0.22034061f, -0.9664235f, 0.8015213f, -0.06409407f, -0.34384656f, -0.73148346f, 0.16586053f, -0.09511626f, -0.501137f, -0.17371726f, -0.7928802f, 0.91974807f, -0.22034061f, -0.9664235f, 0.8015213f};
static const float given_6_1[] = {-9.0f, 9.0f, -4.0f, 3.9f, -0.5f, 2.0f, 1.0f, INFINITY, NAN};
static const float want_7_0[] = {-0.22034061f, -0.9664235f, 0.8015213f, -0.17371726f, -0.7928802f, 0.91974807f};
static const float given_7_1[] = {-INFINITY, -1.5f};

static const struct op_case gather_cases[] = {
{"rows of a table", OP_GATHER, &(const struct gather_attrs){0}, 2, 1,
 {{.shape = {2, {5, 4}}, .seed = 1, .lo = -1.0f, .hi = 1.0f, .constant = true},
  {.shape = {1, {4}}, .given = given_0_1}},
 {{.shape = {2, {4, 4}}, .want = want_0_0}}, 0},
{"a matrix of rows", OP_GATHER, &(const struct gather_attrs){0}, 2, 1,
 {{.shape = {2, {5, 4}}, .seed = 2, .lo = -1.0f, .hi = 1.0f, .constant = true},
  {.shape = {2, {3, 2}}, .given = given_1_1}},
 {{.shape = {3, {3, 2, 4}}, .want = want_1_0}}, 0},
{"columns", OP_GATHER, &(const struct gather_attrs){1}, 2, 1,
 {{.shape = {2, {3, 5}}, .seed = 3, .lo = -1.0f, .hi = 1.0f},
  {.shape = {1, {2}}, .given = given_2_1}},
 {{.shape = {2, {3, 2}}, .want = want_2_0}}, 0},
{"a middle axis, from the end", OP_GATHER, &(const struct gather_attrs){-2}, 2, 1,
 {{.shape = {3, {2, 5, 3}}, .seed = 4, .lo = -1.0f, .hi = 1.0f},
  {.shape = {1, {3}}, .given = given_3_1}},
 {{.shape = {3, {2, 3, 3}}, .want = want_3_0}}, 0},
{"one index", OP_GATHER, &(const struct gather_attrs){0}, 2, 1,
 {{.shape = {2, {4, 3}}, .seed = 5, .lo = -1.0f, .hi = 1.0f},
  {.shape = {0, {}}, .given = given_4_1}},
 {{.shape = {1, {3}}, .want = want_4_0}}, 0},
{"constant indices", OP_GATHER, &(const struct gather_attrs){1}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 6, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {1, 2}}, .given = given_5_1, .constant = true}},
 {{.shape = {4, {2, 1, 2, 4}}, .want = want_5_0}}, 0},
{"indices that are outside, or no number", OP_GATHER, &(const struct gather_attrs){0}, 2, 1,
 {{.shape = {2, {4, 3}}, .seed = 7, .lo = -1.0f, .hi = 1.0f},
  {.shape = {1, {9}}, .given = given_6_1}},
 {{.shape = {2, {9, 3}}, .want = want_6_0}}, 0},
{"minus infinity", OP_GATHER, &(const struct gather_attrs){0}, 2, 1,
 {{.shape = {2, {4, 3}}, .seed = 7, .lo = -1.0f, .hi = 1.0f},
  {.shape = {1, {2}}, .given = given_7_1}},
 {{.shape = {2, {2, 3}}, .want = want_7_0}}, 0},
};
