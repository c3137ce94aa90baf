/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "tests/ops/cases.h"

static const float want_0_0[] = {0.4420416f, -0.3927927f, 1.1189475f, -0.838267f, -3.0786502f, -0.4009038f, -1.9358689f, 0.3409458f, -2.4730556f, 2.041521f};
static const float want_1_0[] = {0.96350896f, -0.19057128f, -0.6810563f, -1.3787272f, -1.8900788f, 3.9473214f, 0.5675404f, -2.9570415f, -0.27068096f, 1.1907797f, -0.36950868f, 0.18528403f, 2.3505573f, -0.9419146f, -2.144018f, -0.5158109f, 2.4982154f, -0.19916917f, -0.6120891f, -1.2452904f, -3.5149252f};
static const float want_2_0[] = {7.4127593f, -0.04418582f, -0.7312864f, 2.825048f, 1.753442f, -2.2945707f, 1.4283397f, 0.84377927f, 0.8944704f, 2.1454823f, -2.3778658f, 1.7424695f, -3.5139093f, -0.25423163f, 4.675028f, 1.3759001f, -2.1091058f, -2.5904865f, -1.3294106f, 1.1835955f, -2.2107892f, -0.5522392f, 1.1246583f, -6.4938316f, 0.39269632f, -0.21835789f, 0.7464735f, -2.484166f, -5.3453193f, -0.15451986f, 0.1243007f, 3.6896303f, -0.43071023f, 2.0905437f, 2.9024222f, 3.437042f};
static const float want_3_0[] = {-1.1655376f, -0.39803725f};
static const float want_4_0[] = {-0.52377504f, -0.20706722f, -0.7801803f, 0.29656664f, -0.08227968f, -0.62493247f, -0.5171215f, 0.58129686f, -0.8232619f, -0.12926829f, -1.191859f, -0.038000766f, -0.7580191f, -0.11245296f, -1.6845917f, 0.16443583f, 0.3194421f, -1.5716828f, -0.78680605f, 0.42793986f};
static const float want_5_0[] = {-17.835201f, 1.7119159f, 22.27183f, 4.7336326f, 7.414578f, -10.294039f};

static const struct op_case fully_connected_cases[] = {
{"one row", OP_FULLY_CONNECTED, NULL, 3, 1,
 {{.shape = {2, {1, 37}}, .seed = 1, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {10, 37}}, .seed = 2, .lo = -1.0f, .hi = 1.0f, .constant = true},
  {.shape = {1, {10}}, .seed = 3, .lo = -1.0f, .hi = 1.0f, .constant = true}},
 {{.shape = {2, {1, 10}}, .want = want_0_0}}, 2e-06},
{"rows of an image", OP_FULLY_CONNECTED, NULL, 3, 1,
 {{.shape = {4, {3, 2, 3, 5}}, .seed = 4, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {7, 30}}, .seed = 5, .lo = -1.0f, .hi = 1.0f, .constant = true},
  {.shape = {1, {7}}, .seed = 6, .lo = -1.0f, .hi = 1.0f, .constant = true}},
 {{.shape = {2, {3, 7}}, .want = want_1_0}}, 2e-06},
{"an even number of rows", OP_FULLY_CONNECTED, NULL, 3, 1,
 {{.shape = {2, {4, 64}}, .seed = 7, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {9, 64}}, .seed = 8, .lo = -1.0f, .hi = 1.0f, .constant = true},
  {.shape = {1, {9}}, .seed = 9, .lo = -1.0f, .hi = 1.0f, .constant = true}},
 {{.shape = {2, {4, 9}}, .want = want_2_0}}, 2e-06},
{"one output, no bias", OP_FULLY_CONNECTED, NULL, 2, 1,
 {{.shape = {2, {2, 19}}, .seed = 10, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {1, 19}}, .seed = 11, .lo = -1.0f, .hi = 1.0f, .constant = true}},
 {{.shape = {2, {2, 1}}, .want = want_3_0}}, 2e-06},
{"short rows", OP_FULLY_CONNECTED, NULL, 3, 1,
 {{.shape = {2, {5, 3}}, .seed = 12, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {4, 3}}, .seed = 13, .lo = -1.0f, .hi = 1.0f, .constant = true},
  {.shape = {1, {4}}, .seed = 14, .lo = -1.0f, .hi = 1.0f, .constant = true}},
 {{.shape = {2, {5, 4}}, .want = want_4_0}}, 2e-06},
{"long rows", OP_FULLY_CONNECTED, NULL, 3, 1,
 {{.shape = {2, {1, 1100}}, .seed = 15, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {6, 1100}}, .seed = 16, .lo = -1.0f, .hi = 1.0f, .constant = true},
  {.shape = {1, {6}}, .seed = 17, .lo = -1.0f, .hi = 1.0f, .constant = true}},
 {{.shape = {2, {1, 6}}, .want = want_5_0}}, 2e-06},
};
