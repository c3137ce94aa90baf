/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/bbox_transform.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {0.0f, 78.62331f, 151.19928f, 137.5544f, 0.0f, 74.205696f, 105.9572f, 149.36464f, 0.0f, 56.375637f, 21.388226f, 158.0f, 0.0f, 32.8936f, 76.51984f, 60.724777f, 30.684002f, 11.871194f, 32.996017f, 18.58209f, 27.260056f, 9.727798f, 27.729345f, 8.615542f};
static const float given_0_0[] = {10.0f, 20.0f, 60.0f, 90.0f, 0.0f, 0.0f, 99.0f, 79.0f, 30.5f, 12.25f, 31.0f, 13.0f};
static const float given_0_2[] = {160.0f, 200.0f, 2.0f};
static const float want_1_0[] = {7.79277f, 14.998068f, 41.432823f, 79.0f, 0.0f, 0.0f, 27.940233f, 47.313877f, 0.0f, 31.101068f, 2.0223181f, 63.709618f, 0.0f, 0.0f, 99.0f, 12.234327f, 14.317292f, 5.9642625f, 14.183717f, 5.540647f, 13.7433815f, 6.51188f, 13.618114f, 6.339269f};
static const float given_1_0[] = {10.0f, 20.0f, 60.0f, 90.0f, 0.0f, 0.0f, 99.0f, 79.0f, 30.5f, 12.25f, 31.0f, 13.0f};
static const float given_1_2[] = {160.0f, 200.0f, 2.0f};
static const float want_2_0[] = {2.2973475f, 32.291904f, 55.87423f, 79.0f, 10.675021f, 13.576635f, 50.648014f, 79.0f, 6.639051f, 23.46306f, 63.08746f, 79.0f, 0.0f, 0.0f, 99.0f, 79.0f, 3.0886128f, 0.0f, 84.274635f, 71.66231f, 4.225383f, 17.223858f, 99.0f, 79.0f, 30.67268f, 12.632824f, 30.937511f, 13.026822f, 30.470377f, 12.319032f, 31.15672f, 13.321495f, 30.391628f, 12.598228f, 30.828484f, 13.070518f};
static const float given_2_0[] = {10.0f, 20.0f, 60.0f, 90.0f, 0.0f, 0.0f, 99.0f, 79.0f, 30.5f, 12.25f, 31.0f, 13.0f};
static const float given_2_2[] = {80.0f, 100.0f, 1.0f};
static const float want_3_0[] = {0.0f, 80.0f, 98.140625f, 80.0f, 0.0f, 26.182627f, 100.0f, 80.0f, 29.668661f, 12.032978f, 30.876698f, 13.386542f};
static const float given_3_0[] = {10.0f, 20.0f, 60.0f, 90.0f, 0.0f, 0.0f, 99.0f, 79.0f, 30.5f, 12.25f, 31.0f, 13.0f};
static const float given_3_2[] = {80.0f, 100.0f, 1.0f};
static const float want_4_0[] = {6.6751156f, 99.676796f, 27.996508f, 119.31984f, 0.0f, 0.0f, 96.90682f, 65.43067f, 0.0f, 51.696724f, 69.88734f, 77.265045f, 0.0f, 0.0f, 118.5f, 88.5f, 33.12891f, 12.128479f, 32.344315f, 12.595708f, 28.806202f, 13.1933565f, 28.072172f, 18.637423f};
static const float want_4_1[] = {1.0f, 2.0f};
static const float given_4_0[] = {0.0f, 10.0f, 20.0f, 60.0f, 90.0f, 1.0f, 0.0f, 0.0f, 99.0f, 79.0f, 1.0f, 30.5f, 12.25f, 31.0f, 13.0f};
static const float given_4_2[] = {160.0f, 200.0f, 2.0f, 90.0f, 120.0f, 1.5f};
static const float want_5_0[] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 79.0f, 7.84808f, 79.0f};
static const float want_5_1[] = {0.0f, 1.0f};
static const float given_5_0[] = {2.0f, 10.0f, 20.0f, 60.0f, 90.0f, -1.0f, 0.0f, 0.0f, 99.0f, 79.0f, 0.5f, 30.5f, 12.25f, 31.0f, 13.0f, 1.0f, 10.0f, 20.0f, 60.0f, 90.0f};
static const float given_5_2[] = {80.0f, 100.0f, 1.0f, 80.0f, 100.0f, 1.0f};
static const float want_6_0[] = {0.0f, 0.0f, 99.0f, 79.0f};
static const float given_6_0[] = {10.0f, 20.0f, 60.0f, 90.0f};
static const float given_6_1[] = {0.1f, 0.2f, 50.0f, 90.0f};
static const float given_6_2[] = {80.0f, 100.0f, 1.0f};

static const struct op_case bbox_transform_cases[] = {
{"one image", OP_BBOX_TRANSFORM, &(const struct bbox_transform_attrs){{NULL, 0}, true, true}, 3, 1,
 {{.shape = {2, {3, 4}}, .given = given_0_0},
  {.shape = {2, {3, 8}}, .seed = 1, .lo = -1.5f, .hi = 1.5f},
  {.shape = {2, {1, 3}}, .given = given_0_2}},
 {{.shape = {2, {3, 8}}, .want = want_0_0}}, 1e-06},
{"not scaled again", OP_BBOX_TRANSFORM, &(const struct bbox_transform_attrs){{NULL, 0}, false, true}, 3, 1,
 {{.shape = {2, {3, 4}}, .given = given_1_0},
  {.shape = {2, {3, 8}}, .seed = 2, .lo = -1.5f, .hi = 1.5f},
  {.shape = {2, {1, 3}}, .given = given_1_2}},
 {{.shape = {2, {3, 8}}, .want = want_1_0}}, 1e-06},
{"weights", OP_BBOX_TRANSFORM, &(const struct bbox_transform_attrs){{(const float[]){10.0f, 10.0f, 5.0f, 5.0f}, 4}, true, true}, 3, 1,
 {{.shape = {2, {3, 4}}, .given = given_2_0},
  {.shape = {2, {3, 12}}, .seed = 3, .lo = -1.5f, .hi = 1.5f},
  {.shape = {2, {1, 3}}, .given = given_2_2}},
 {{.shape = {2, {3, 12}}, .want = want_2_0}}, 1e-06},
{"no pixel added", OP_BBOX_TRANSFORM, &(const struct bbox_transform_attrs){{NULL, 0}, true, false}, 3, 1,
 {{.shape = {2, {3, 4}}, .given = given_3_0},
  {.shape = {2, {3, 4}}, .seed = 4, .lo = -1.5f, .hi = 1.5f},
  {.shape = {2, {1, 3}}, .given = given_3_2}},
 {{.shape = {2, {3, 4}}, .want = want_3_0}}, 1e-06},
{"two images, and how many each has", OP_BBOX_TRANSFORM, &(const struct bbox_transform_attrs){{NULL, 0}, true, true}, 3, 2,
 {{.shape = {2, {3, 5}}, .given = given_4_0},
  {.shape = {2, {3, 8}}, .seed = 5, .lo = -1.5f, .hi = 1.5f},
  {.shape = {2, {2, 3}}, .given = given_4_2}},
 {{.shape = {2, {3, 8}}, .want = want_4_0}, {.shape = {1, {2}}, .want = want_4_1}}, 1e-06},
{"no such image", OP_BBOX_TRANSFORM, &(const struct bbox_transform_attrs){{NULL, 0}, true, true}, 3, 2,
 {{.shape = {2, {4, 5}}, .given = given_5_0},
  {.shape = {2, {4, 4}}, .seed = 6, .lo = -1.5f, .hi = 1.5f},
  {.shape = {2, {2, 3}}, .given = given_5_2}},
 {{.shape = {2, {4, 4}}, .want = want_5_0}, {.shape = {1, {2}}, .want = want_5_1}}, 1e-06},
{"a growth without end", OP_BBOX_TRANSFORM, &(const struct bbox_transform_attrs){{NULL, 0}, true, true}, 3, 1,
 {{.shape = {2, {1, 4}}, .given = given_6_0},
  {.shape = {2, {1, 4}}, .given = given_6_1},
  {.shape = {2, {1, 3}}, .given = given_6_2}},
 {{.shape = {2, {1, 4}}, .want = want_6_0}}, 1e-06},
};
