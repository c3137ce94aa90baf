/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/heatmap_max_keypoint.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {14.285714f, 33.742813f, 14.285714f, 45.63479f, 57.043797f, 57.102818f, 56.124657f, 41.921974f, 39.465477f, 25.0f, 3.096556f, 3.219026f, 3.1680553f, 3.5145013f, 2.98707f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.5149707f, 0.071428575f, 0.6416203f, 0.24877486f, 0.45198444f, 0.74214554f, 0.45769557f, 0.35952103f, 0.3731651f, 0.9285714f, 3.2387264f, 3.1605446f, 2.6293473f, 3.2224855f, 3.2938554f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 2.5837636f, 10.857142f, -0.6229245f, -2.857143f, 6.4492745f, 20.102808f, 46.642857f, 42.64417f, 29.789879f, 6.357143f, 3.4567857f, 2.9806523f, 2.839399f, 3.1409023f, 2.9010644f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_0_1[] = {10.0f, 20.0f, 70.0f, 90.0f, 0.0f, 0.0f, 0.25f, 0.5f, -4.0f, 3.0f, 12.0f, 50.0f};
static const float want_1_0[] = {24.162003f, 33.915157f, 47.563892f, 30.66566f, 40.946526f, 66.87371f, 35.374924f, 85.0f, 58.80318f, 48.982456f, 2.8122761f, 3.1275735f, 2.9540398f, 3.478829f, 2.7947516f, 0.11004596f, 0.106145956f, 0.11943068f, 0.118968375f, 0.07987182f, 0.67560893f, 0.071428575f, 0.7904061f, 0.071428575f, 0.48373792f, 0.748189f, 0.31991026f, 0.9285714f, 0.9285714f, 0.76236993f, 3.302579f, 3.076274f, 2.7060173f, 2.9228454f, 3.172369f, 0.10323465f, 0.109778725f, 0.0910745f, 0.120395444f, 0.127486f, 4.3350673f, -2.857143f, 3.3648725f, 5.033381f, 10.857142f, 6.357143f, 27.828743f, 32.155624f, 46.642857f, 46.642857f, 3.0426984f, 2.8143113f, 3.157381f, 3.1504474f, 2.730351f, 0.13323376f, 0.08526931f, 0.09734494f, 0.09662007f, 0.09395391f};
static const float given_1_1[] = {10.0f, 20.0f, 70.0f, 90.0f, 0.0f, 0.0f, 0.25f, 0.5f, -4.0f, 3.0f, 12.0f, 50.0f};
static const float want_2_0[] = {25.0f, 55.0f, 55.0f, 55.0f, 55.0f, 55.0f, 72.5f, 37.5f, 72.5f, 72.5f, 37.5f, 37.5f, -0.11901331f, 2.3323107f, 1.9165506f, 2.6142015f, 1.1906166f, 1.2713175f, 0.7166861f, 0.6562871f, 0.50727326f, 0.45471105f, 0.50206447f, 0.5864795f, 0.75f, 0.25f, 0.25f, 0.75f, 0.75f, 0.25f, 0.75f, 0.25f, 0.75f, 0.25f, 0.75f, 0.25f, 1.2405071f, 2.3408337f, -0.7298093f, 2.3928356f, 2.367219f, 2.2315845f, 0.35940135f, 0.40766633f, 0.4181409f, 0.83833104f, 0.77417755f, 0.87901217f, 0.0f, 8.0f, 0.0f, 0.0f, 8.0f, 0.0f, 14.75f, 38.25f, 38.25f, 14.75f, 14.75f, 14.75f, 0.2694993f, 2.2678404f, 2.2987394f, 1.1810541f, 0.58451486f, 0.24291945f, 0.385211f, 0.9117557f, 0.5886389f, 0.44550967f, 0.40919024f, 0.559455f};
static const float given_2_1[] = {10.0f, 20.0f, 70.0f, 90.0f, 0.0f, 0.0f, 0.25f, 0.5f, -4.0f, 3.0f, 12.0f, 50.0f};
static const float want_3_0[] = {3.9f, 14.334094f, 18.813982f, 19.077108f, 20.730862f, 24.445492f, 2.7261193f, 2.9596183f, 3.5255177f, 0.0f, 0.0f, 0.0f, 17.391424f, 16.171547f, 7.7f, 24.62746f, 32.619423f, 54.4f, 2.9705474f, 2.7339728f, 2.5676289f, 0.0f, 0.0f, 0.0f};
static const float given_3_1[] = {1.0f, 2.0f, 30.0f, 40.0f, 0.5f, 3.0f, 4.0f, 50.0f, 60.0f, 0.25f};
static const float want_4_0[] = {32.5f, 17.5f, 63.75f, 28.75f, 0.001f, 0.0f, 0.06255471f, 0.0625f};
static const float given_4_0[] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.001f, 0.0f, 0.001f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_4_1[] = {10.0f, 20.0f, 70.0f, 90.0f};
static const float want_5_0[] = {42.420574f, 52.351135f, 1.3420025f, 0.0f};
static const float given_5_0[] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 1.01f, 0.0f, 0.0f, 1.012f, 1.011f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_5_1[] = {10.0f, 20.0f, 70.0f, 90.0f};

static const struct op_case heatmap_max_keypoint_cases[] = {
{"three boxes", OP_HEATMAP_MAX_KEYPOINT, &(const struct heatmap_max_keypoint_attrs){false}, 2, 1,
 {{.shape = {4, {3, 7, 7, 5}}, .seed = 1, .lo = -3.0f, .hi = 3.0f},
  {.shape = {2, {3, 4}}, .given = given_0_1}},
 {{.shape = {3, {3, 4, 5}}, .want = want_0_0}}, 2e-06},
{"with probabilities", OP_HEATMAP_MAX_KEYPOINT, &(const struct heatmap_max_keypoint_attrs){true}, 2, 1,
 {{.shape = {4, {3, 7, 7, 5}}, .seed = 2, .lo = -3.0f, .hi = 3.0f},
  {.shape = {2, {3, 4}}, .given = given_1_1}},
 {{.shape = {3, {3, 4, 5}}, .want = want_1_0}}, 2e-06},
{"two by two: all is edge", OP_HEATMAP_MAX_KEYPOINT, &(const struct heatmap_max_keypoint_attrs){true}, 2, 1,
 {{.shape = {4, {3, 2, 2, 6}}, .seed = 3, .lo = -3.0f, .hi = 3.0f},
  {.shape = {2, {3, 4}}, .given = given_2_1}},
 {{.shape = {3, {3, 4, 6}}, .want = want_2_0}}, 2e-06},
{"a score beside each box", OP_HEATMAP_MAX_KEYPOINT, &(const struct heatmap_max_keypoint_attrs){false}, 2, 1,
 {{.shape = {4, {2, 5, 5, 3}}, .seed = 4, .lo = -3.0f, .hi = 3.0f},
  {.shape = {2, {2, 5}}, .given = given_3_1}},
 {{.shape = {3, {2, 4, 3}}, .want = want_3_0}}, 2e-06},
{"flat, and two places alike", OP_HEATMAP_MAX_KEYPOINT, &(const struct heatmap_max_keypoint_attrs){true}, 2, 1,
 {{.shape = {4, {1, 4, 4, 2}}, .given = given_4_0},
  {.shape = {2, {1, 4}}, .given = given_4_1}},
 {{.shape = {3, {1, 4, 2}}, .want = want_4_0}}, 2e-06},
{"a ridge", OP_HEATMAP_MAX_KEYPOINT, &(const struct heatmap_max_keypoint_attrs){false}, 2, 1,
 {{.shape = {4, {1, 4, 4, 1}}, .given = given_5_0},
  {.shape = {2, {1, 4}}, .given = given_5_1}},
 {{.shape = {3, {1, 4, 1}}, .want = want_5_0}}, 2e-06},
};
