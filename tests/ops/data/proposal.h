/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/proposal.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {0.0f, 19.492327f, 0.0f, 79.0f, 43.643314f, 0.0f, 59.42143f, 5.3100257f, 79.0f, 35.441757f, 0.0f, 57.508163f, 0.0f, 79.0f, 55.201313f, 0.0f, 44.11059f, 0.0f, 79.0f, 32.4583f, 0.0f, 52.41584f, 26.520191f, 79.0f, 63.0f, 0.0f, 0.0f, 10.182629f, 75.911606f, 61.20263f, 0.0f, 23.325884f, 0.0f, 51.97428f, 17.771755f, 0.0f, 0.0f, 0.0f, 45.478233f, 25.057838f, 0.0f, 12.704254f, 5.2096057f, 43.16544f, 63.0f, 0.0f, 47.544464f, 0.0f, 79.0f, 9.92808f};
static const float given_0_2[] = {64.0f, 80.0f, 1.0f};
static const float want_1_0[] = {0.0f, 0.0f, 13.942084f, 67.31232f, 47.0f, 0.0f, 0.0f, 0.0f, 64.390526f, 47.0f, 0.0f, 26.28123f, 17.012522f, 56.64366f, 42.465042f, 0.0f, 45.23694f, 23.62f, 78.1962f, 43.06842f, 0.0f, 31.697771f, 26.646017f, 79.0f, 46.76264f, 0.0f, 28.384005f, 1.5020385f, 75.84005f, 47.0f, 0.0f, 4.9807396f, 0.0f, 79.0f, 24.628683f, 0.0f, 36.529865f, 0.0f, 54.72346f, 31.544973f, 0.0f, 0.0f, 0.0f, 47.74703f, 16.707972f, 0.0f, 0.0f, 0.0f, 30.19326f, 47.0f};
static const float want_1_1[] = {0.9774268f, 0.96758276f, 0.9639259f, 0.94560003f, 0.9155951f, 0.91385823f, 0.8988059f, 0.8945365f, 0.87797344f, 0.86976844f};
static const float given_1_2[] = {48.0f, 80.0f, 1.5f};
static const float want_2_0[] = {0.0f, 32.285156f, 13.188494f, 79.0f, 54.037174f, 0.0f, 0.0f, 0.0f, 13.555817f, 32.965378f, 0.0f, 34.329094f, 49.186165f, 72.26941f, 79.0f, 0.0f, 0.0f, 0.0f, 44.831905f, 49.38553f, 0.0f, 13.536326f, 14.805383f, 48.156902f, 53.94138f, 0.0f, 4.2728157f, 0.0f, 33.790344f, 14.800046f, 0.0f, 48.12865f, 0.0f, 79.0f, 29.078236f, 0.0f, 2.7809906f, 0.0f, 54.647766f, 18.274864f};
static const float given_2_2[] = {80.0f, 80.0f, 1.0f};
static const float want_3_0[] = {0.0f, 0.0f, 2.799121f, 10.85819f, 31.0f, 0.0f, 4.2554355f, 0.0f, 31.0f, 15.700101f, 0.0f, 11.1621f, 13.081036f, 31.0f, 31.0f, 0.0f, 0.0f, 0.0f, 13.247274f, 8.258675f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_3_2[] = {32.0f, 32.0f, 1.0f};
static const float want_4_0[] = {0.0f, 0.0f, 2.3236933f, 89.0f, 34.22612f, 0.0f, 0.0f, 0.0f, 66.12836f, 22.383541f, 0.0f, 0.0f, 10.856917f, 61.06899f, 75.99309f, 0.0f, 0.0f, 0.0f, 36.465515f, 65.56886f, 0.0f, 6.2658696f, 8.067555f, 22.714499f, 27.74886f, 0.0f, 0.0f, 0.0f, 34.867912f, 95.92781f, 0.0f, 0.0f, 15.317865f, 28.150894f, 25.77407f, 0.0f, 20.389887f, 0.0f, 29.974886f, 8.237842f, 0.0f, 0.0f, 9.567898f, 75.39123f, 61.01796f, 0.0f, 1.7368563f, 6.4083886f, 9.382154f, 22.49764f};
static const float want_4_1[] = {0.9835485f, 0.9675519f, 0.9622531f, 0.943002f, 0.91977215f, 0.9192845f, 0.9047617f, 0.8533383f, 0.84378624f, 0.8284595f};
static const float given_4_2[] = {100.0f, 90.0f, 1.0f};
static const float want_5_0[] = {-1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f, -1.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_5_2[] = {32.0f, 32.0f, 10.0f};

static const struct op_case proposal_cases[] = {
{"all boxes", OP_PROPOSAL, &(const struct proposal_attrs){.feat_stride = 16, .base_size = 16, .pre_nms_top_n = 0, .post_nms_top_n = 10, .min_size = 8, .nms_thresh = 0.7f, .ratios = {(const float[]){0.5f, 1.0f, 2.0f}, 3}, .scales = {(const float[]){2.0f, 4.0f}, 2}}, 3, 1,
 {{.shape = {4, {1, 4, 5, 12}}, .seed = 1, .lo = 0.0f, .hi = 1.0f},
  {.shape = {4, {1, 4, 5, 24}}, .seed = 2, .lo = -0.5f, .hi = 0.5f},
  {.shape = {2, {1, 3}}, .given = given_0_2}},
 {{.shape = {2, {10, 5}}, .want = want_0_0}}, 1e-06},
{"with scores", OP_PROPOSAL, &(const struct proposal_attrs){.feat_stride = 16, .base_size = 16, .pre_nms_top_n = 0, .post_nms_top_n = 10, .min_size = 8, .nms_thresh = 0.7f, .ratios = {(const float[]){0.5f, 1.0f, 2.0f}, 3}, .scales = {(const float[]){2.0f, 4.0f}, 2}}, 3, 2,
 {{.shape = {4, {1, 3, 5, 12}}, .seed = 3, .lo = 0.0f, .hi = 1.0f},
  {.shape = {4, {1, 3, 5, 24}}, .seed = 4, .lo = -0.5f, .hi = 0.5f},
  {.shape = {2, {1, 3}}, .given = given_1_2}},
 {{.shape = {2, {10, 5}}, .want = want_1_0}, {.shape = {2, {10, 1}}, .want = want_1_1}}, 1e-06},
{"the best only", OP_PROPOSAL, &(const struct proposal_attrs){.feat_stride = 16, .base_size = 16, .pre_nms_top_n = 20, .post_nms_top_n = 8, .min_size = 8, .nms_thresh = 0.7f, .ratios = {(const float[]){0.5f, 1.0f, 2.0f}, 3}, .scales = {(const float[]){2.0f, 4.0f}, 2}}, 3, 1,
 {{.shape = {4, {1, 5, 5, 12}}, .seed = 5, .lo = 0.0f, .hi = 1.0f},
  {.shape = {4, {1, 5, 5, 24}}, .seed = 6, .lo = -0.5f, .hi = 0.5f},
  {.shape = {2, {1, 3}}, .given = given_2_2}},
 {{.shape = {2, {8, 5}}, .want = want_2_0}}, 1e-06},
{"fewer than there are rows", OP_PROPOSAL, &(const struct proposal_attrs){.feat_stride = 16, .base_size = 16, .pre_nms_top_n = 0, .post_nms_top_n = 30, .min_size = 8, .nms_thresh = 0.3f, .ratios = {(const float[]){0.5f, 1.0f, 2.0f}, 3}, .scales = {(const float[]){2.0f, 4.0f}, 2}}, 3, 1,
 {{.shape = {4, {1, 2, 2, 12}}, .seed = 7, .lo = 0.0f, .hi = 1.0f},
  {.shape = {4, {1, 2, 2, 24}}, .seed = 8, .lo = -0.5f, .hi = 0.5f},
  {.shape = {2, {1, 3}}, .given = given_3_2}},
 {{.shape = {2, {30, 5}}, .want = want_3_0}}, 1e-06},
{"other anchors", OP_PROPOSAL, &(const struct proposal_attrs){.feat_stride = 8, .base_size = 15, .pre_nms_top_n = 0, .post_nms_top_n = 10, .min_size = 8, .nms_thresh = 0.7f, .ratios = {(const float[]){0.3f, 1.7f}, 2}, .scales = {(const float[]){1.0f, 3.0f, 5.0f}, 3}}, 3, 2,
 {{.shape = {4, {1, 3, 3, 12}}, .seed = 9, .lo = 0.0f, .hi = 1.0f},
  {.shape = {4, {1, 3, 3, 24}}, .seed = 10, .lo = -0.5f, .hi = 0.5f},
  {.shape = {2, {1, 3}}, .given = given_4_2}},
 {{.shape = {2, {10, 5}}, .want = want_4_0}, {.shape = {2, {10, 1}}, .want = want_4_1}}, 1e-06},
{"none is large enough", OP_PROPOSAL, &(const struct proposal_attrs){.feat_stride = 16, .base_size = 16, .pre_nms_top_n = 0, .post_nms_top_n = 3, .min_size = 16, .nms_thresh = 0.7f, .ratios = {(const float[]){0.5f, 1.0f, 2.0f}, 3}, .scales = {(const float[]){2.0f, 4.0f}, 2}}, 3, 1,
 {{.shape = {4, {1, 2, 2, 12}}, .seed = 11, .lo = 0.0f, .hi = 1.0f},
  {.shape = {4, {1, 2, 2, 24}}, .seed = 12, .lo = -0.5f, .hi = 0.5f},
  {.shape = {2, {1, 3}}, .given = given_5_2}},
 {{.shape = {2, {3, 5}}, .want = want_5_0}}, 1e-06},
};
