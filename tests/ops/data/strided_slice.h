/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/strided_slice.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {-0.42898273f, 0.58799314f, -0.19171572f, -0.12806928f, -0.66593003f, 0.2906692f, -0.86807966f, -0.8371707f, -0.008240104f};
static const float want_1_0[] = {0.49829936f, -0.3768227f, -0.25239325f, -0.59973097f, 0.4804902f, -0.976681f, -0.9785807f, 0.5861535f};
static const float want_2_0[] = {-0.32799888f, 0.59778047f, 0.17598641f, 0.8714005f};
static const float want_3_0[] = {0.32622325f, 0.7395499f, 0.81428933f, -0.7346126f, -0.97818565f, -0.7311919f, -0.6620188f, 0.58896375f, 0.36043882f, 0.3936156f, 0.075342536f, -0.10252154f};
static const float want_4_0[] = {-0.7265954f, -0.099049926f, 0.20688105f, -0.14709735f, 0.022202969f, 0.97112703f, -0.23878217f, -0.6240798f, -0.80132127f, -0.5345818f, 0.504614f, -0.22646391f};
static const float want_5_0[] = {-0.016102195f, -0.50689995f, -0.7492688f, -0.5142317f, -0.5803776f, 0.48123336f, -0.9385164f, -0.18204153f, 0.26848793f, -0.7077476f, -0.21977377f, -0.71671104f, -0.8203337f, -0.06416488f, 0.14209306f, 0.1520561f, -0.14484012f, -0.4733671f};
static const float want_6_0[] = {0.9422715f, -0.89151955f, -0.23363316f, -0.4348215f, 0.11494386f, 0.21354151f, -0.8485124f, 0.8703691f, -0.5790558f, -0.6480272f, 0.28774834f, 0.8396615f, -0.23595405f, -0.88307834f, -0.91974044f, -0.3608948f, 0.06293523f, 0.65580785f, 0.6906998f, 0.28766084f, 0.34114742f, -0.2768376f, -0.8703468f, -0.49489057f, 0.14704335f, -0.5557364f, -0.0027575493f, -0.3286034f, 0.14117074f, 0.23255193f};
static const float want_7_0[] = {0.072226405f, -0.60967445f, -0.19636965f, 0.96386623f, -0.30414593f, -0.215585f};
static const float want_8_0[] = {-0.46935523f, 0.5696273f, -0.4748932f, 0.96709704f, -0.56192887f, 0.57832193f, 0.9715028f, -0.5193604f, 0.52007186f, -0.6059098f, 0.21417224f, 0.3527652f};
static const float want_9_0[] = {-0.41363335f};
static const float want_10_0[] = {-0.6696149f, 0.10387528f, -0.79897106f, 0.55996406f, 0.82340074f, 0.94225407f, 0.90391636f, -0.50882363f, -0.64506996f, 0.62766695f, 0.51843596f, -0.088504195f, -0.22324932f, 0.8187151f, 0.28127038f, -0.59511447f, -0.6052129f, -0.4592352f, 0.06778169f, -0.8143858f, 0.26228106f, -0.27967763f, 0.71908593f, 0.3392762f, 0.5006707f, 0.9123497f, -0.26507056f, 0.6507983f, -0.10709548f, 0.08774471f, 0.8759072f, 0.30097306f, -0.48526752f, -0.9628525f, 0.99788153f, 0.99751174f, -0.49195957f, 0.6537721f, -0.016637564f, -0.25023985f, -0.11167383f, 0.20391929f, 0.9164915f, 0.4995135f, -0.896755f, -0.6371589f, 0.036108732f, 0.48130202f, -0.14650047f, 0.18743134f, -0.18860877f, 0.18913436f, 0.7656299f, -0.14892256f, 0.5776075f, -0.16926944f, 0.13260114f, -0.32229352f, -0.1886934f, -0.9274814f, 0.5754857f, -0.25294006f, -0.81885934f, 0.3222264f, -0.5958359f, 0.76441014f, 0.5715376f, 0.013480186f, 0.74918926f, -0.20798326f, -0.7460475f, -0.35409808f, -0.05571556f, 0.19716454f, -0.286175f, 0.3921069f, 0.851714f, 0.52635825f, -0.3843962f, 0.38827157f};

static const struct op_case strided_slice_cases[] = {
{"a range", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){1, 2}, 2}, {(const int32_t[]){4, 5}, 2}, {(const int32_t[]){1, 1}, 2}, 0, 0, 0}, 1, 1,
 {{.shape = {2, {5, 6}}, .seed = 1, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {3, 3}}, .want = want_0_0}}, 0},
{"every second", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){0, 1}, 2}, {(const int32_t[]){7, 6}, 2}, {(const int32_t[]){2, 3}, 2}, 0, 0, 0}, 1, 1,
 {{.shape = {2, {7, 6}}, .seed = 2, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {4, 2}}, .want = want_1_0}}, 0},
{"from the end", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){-3, -5}, 2}, {(const int32_t[]){-1, -1}, 2}, {(const int32_t[]){1, 2}, 2}, 0, 0, 0}, 1, 1,
 {{.shape = {2, {5, 6}}, .seed = 3, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 2}}, .want = want_2_0}}, 0},
{"backwards", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){4, -1}, 2}, {(const int32_t[]){0, -7}, 2}, {(const int32_t[]){-1, -2}, 2}, 0, 0, 0}, 1, 1,
 {{.shape = {2, {5, 6}}, .seed = 4, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {4, 3}}, .want = want_3_0}}, 0},
{"backwards over everything", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){0, 0}, 2}, {(const int32_t[]){0, 0}, 2}, {(const int32_t[]){-1, -1}, 2}, 3, 3, 0}, 1, 1,
 {{.shape = {2, {4, 3}}, .seed = 5, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {4, 3}}, .want = want_4_0}}, 0},
{"masks", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){2, 9, 1}, 3}, {(const int32_t[]){9, 3, 2}, 3}, {(const int32_t[]){1, 1, 2}, 3}, 2, 5, 0}, 1, 1,
 {{.shape = {3, {4, 5, 6}}, .seed = 6, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 3}}, .want = want_5_0}}, 0},
{"an axis goes", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){1, 0, 0}, 3}, {(const int32_t[]){2, 5, 6}, 3}, {(const int32_t[]){1, 1, 1}, 3}, 0, 0, 1}, 1, 1,
 {{.shape = {3, {4, 5, 6}}, .seed = 7, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {5, 6}}, .want = want_6_0}}, 0},
{"the last axis goes", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){0, 0, -2}, 3}, {(const int32_t[]){3, 4, -1}, 3}, {(const int32_t[]){1, 2, 1}, 3}, 0, 0, 4}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 8, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {3, 2}}, .want = want_7_0}}, 0},
{"limits beyond the ends", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){-9, 2}, 2}, {(const int32_t[]){99, 77}, 2}, {(const int32_t[]){1, 1}, 2}, 0, 0, 0}, 1, 1,
 {{.shape = {2, {4, 5}}, .seed = 9, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {4, 3}}, .want = want_8_0}}, 0},
{"all axes go", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){2, 1}, 2}, {(const int32_t[]){3, 2}, 2}, {(const int32_t[]){1, 1}, 2}, 0, 0, 3}, 1, 1,
 {{.shape = {2, {3, 4}}, .seed = 10, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_9_0}}, 0},
{"channels of an image", OP_STRIDED_SLICE, &(const struct strided_slice_attrs){{(const int32_t[]){0, 0, 0, 4}, 4}, {(const int32_t[]){1, 4, 5, 8}, 4}, {(const int32_t[]){1, 1, 1, 1}, 4}, 0, 0, 0}, 1, 1,
 {{.shape = {4, {1, 4, 5, 8}}, .seed = 11, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {4, {1, 4, 5, 4}}, .want = want_10_0}}, 0},
};
