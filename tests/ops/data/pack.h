/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/pack.h"
#include "model/ops/unpack.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {0.13312304f, 0.49156344f, 0.9420054f, -0.11128163f, -0.1114707f, 0.52578866f, 0.18237936f, 0.49829936f, 0.19127607f, 0.53083825f, -0.3768227f, -0.30675554f, -0.7730994f, 0.40058696f, 0.22594929f, -0.85426664f, -0.56712186f, 0.2724446f};
static const float want_1_0[] = {-0.13708842f, 0.78481364f, 0.7182342f, -0.22646391f, 0.504614f, -0.5345818f, -0.016451478f, -0.21083903f, 0.17343664f, -0.80132127f, -0.6240798f, -0.23878217f};
static const float want_2_0[] = {0.47963393f, -0.22034061f, 0.23700917f, 0.36472535f, -0.10737264f, -0.9664235f, 0.22389615f, 0.50138974f, -0.8873142f, 0.8015213f, 0.37805867f, -0.46935523f, -0.7889223f, 0.16586053f, 0.072226405f, 0.5696273f, 0.1014843f, -0.09511626f, -0.8723644f, -0.4748932f, 0.64737594f, -0.501137f, -0.25026274f, -0.7707839f};
static const float want_3_0[] = {-0.933378f, -0.36751127f, 0.15820229f};
static const float want_4_0[] = {0.5374211f, -0.16669202f, -0.3426243f, -0.8573884f, 0.26570535f, -0.9701351f, -0.4168253f, 0.32037544f, 0.63315344f, 0.8003696f, -0.30115318f, -0.3377627f, 0.45176065f, -0.99905074f, -0.21315813f, 0.591372f, -0.57648003f, 0.9397758f, 0.40504885f, 0.13452101f, 0.05297768f, -0.56514955f, 0.2534331f, 0.51703966f, -0.13626695f, -0.68852115f, 0.93308747f, -0.022336125f, 0.6288487f, 0.18274438f, 0.21015716f, 0.6629293f, 0.99039197f, 0.8521228f, -0.9372345f, 0.55062795f, -0.3277043f, 0.9724908f, 0.63497984f, 0.3794396f, -0.44378746f, 0.3868928f, 0.19355905f, -0.0631305f, -0.4547776f, 0.048519135f, 0.9923259f, 0.24349594f};
static const float want_5_0[] = {0.057482123f, 0.5603055f, 0.12102342f};
static const float want_6_0[] = {-0.26655507f, -0.8410014f, 0.69687426f, 0.18154919f, 0.28773117f, -0.5385275f, -0.2525885f, -0.99993944f};
static const float want_6_1[] = {0.111353636f, 0.7520771f, 0.34981346f, 0.2720908f, -0.9422277f, 0.68376434f, -0.51668537f, 0.25942707f};
static const float want_6_2[] = {0.32473433f, -0.7380606f, 0.51076937f, -0.8676994f, -0.8389679f, 0.28905678f, 0.8060641f, 0.7116338f};
static const float want_7_0[] = {0.004042268f, -0.21713269f, -0.3433404f, -0.5522077f, -0.18115771f, 0.01862061f, 0.60226f, -0.9254999f};
static const float want_7_1[] = {-0.965482f, -0.83704937f, -0.9372666f, 0.3070594f, 0.97511256f, -0.15063977f, -0.669726f, -0.8880991f};
static const float want_7_2[] = {-0.9493365f, 0.4178778f, -0.4897045f, -0.8400527f, 0.42114532f, -0.75962853f, -0.3138107f, 0.7544304f};
static const float want_8_0[] = {-0.8661896f, -0.13894248f, -0.7578471f, 0.9597173f, 0.4208151f, -0.22050905f, 0.6564592f, 0.7252083f, -0.8924228f, 0.999241f};
static const float want_8_1[] = {0.42835736f, 0.40683627f, 0.8362242f, -0.73569477f, 0.038105845f, 0.72549284f, -0.9476515f, -0.47448373f, -0.61259973f, -0.10770619f};
static const float want_9_0[] = {0.47071707f};
static const float want_9_1[] = {-0.76674473f};
static const float want_9_2[] = {-0.27279067f};
static const float want_10_0[] = {-0.5770768f, -0.96120596f, -0.49628234f, -0.27722383f, -0.7950109f, -0.6557021f};

static const struct op_case pack_cases[] = {
{"pack in front", OP_PACK, &(const struct pack_attrs){0}, 3, 1,
 {{.shape = {2, {2, 3}}, .seed = 1, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {2, 3}}, .seed = 2, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {2, 3}}, .seed = 3, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {3, 2, 3}}, .want = want_0_0}}, 0},
{"pack in the middle", OP_PACK, &(const struct pack_attrs){1}, 2, 1,
 {{.shape = {2, {2, 3}}, .seed = 4, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {2, 3}}, .seed = 5, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 2, 3}}, .want = want_1_0}}, 0},
{"pack behind", OP_PACK, &(const struct pack_attrs){-1}, 4, 1,
 {{.shape = {2, {2, 3}}, .seed = 6, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {2, 3}}, .seed = 7, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {2, 3}}, .seed = 8, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {2, 3}}, .seed = 9, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_2_0}}, 0},
{"pack scalars", OP_PACK, &(const struct pack_attrs){0}, 3, 1,
 {{.shape = {0, {}}, .seed = 10, .lo = -1.0f, .hi = 1.0f},
  {.shape = {0, {}}, .seed = 11, .lo = -1.0f, .hi = 1.0f},
  {.shape = {0, {}}, .seed = 12, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {1, {3}}, .want = want_3_0}}, 0},
{"pack images", OP_PACK, &(const struct pack_attrs){4}, 2, 1,
 {{.shape = {4, {1, 2, 3, 4}}, .seed = 13, .lo = -1.0f, .hi = 1.0f},
  {.shape = {4, {1, 2, 3, 4}}, .seed = 14, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {5, {1, 2, 3, 4, 2}}, .want = want_4_0}}, 0},
{"pack one", OP_PACK, &(const struct pack_attrs){0}, 1, 1,
 {{.shape = {1, {3}}, .seed = 15, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {1, 3}}, .want = want_5_0}}, 0},
{"unpack in front", OP_UNPACK, &(const struct unpack_attrs){0}, 1, 3,
 {{.shape = {3, {3, 2, 4}}, .seed = 16, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 4}}, .want = want_6_0}, {.shape = {2, {2, 4}}, .want = want_6_1}, {.shape = {2, {2, 4}}, .want = want_6_2}}, 0},
{"unpack in the middle", OP_UNPACK, &(const struct unpack_attrs){1}, 1, 3,
 {{.shape = {3, {2, 3, 4}}, .seed = 17, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 4}}, .want = want_7_0}, {.shape = {2, {2, 4}}, .want = want_7_1}, {.shape = {2, {2, 4}}, .want = want_7_2}}, 0},
{"unpack behind", OP_UNPACK, &(const struct unpack_attrs){-1}, 1, 2,
 {{.shape = {3, {2, 5, 2}}, .seed = 18, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 5}}, .want = want_8_0}, {.shape = {2, {2, 5}}, .want = want_8_1}}, 0},
{"unpack a vector", OP_UNPACK, &(const struct unpack_attrs){0}, 1, 3,
 {{.shape = {1, {3}}, .seed = 19, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_9_0}, {.shape = {0, {}}, .want = want_9_1}, {.shape = {0, {}}, .want = want_9_2}}, 0},
{"unpack one", OP_UNPACK, &(const struct unpack_attrs){1}, 1, 1,
 {{.shape = {3, {2, 1, 3}}, .seed = 20, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_10_0}}, 0},
};
