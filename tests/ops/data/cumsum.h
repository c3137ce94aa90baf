/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/cumsum.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {0.13312304f, 0.6246865f, 1.5666919f, 1.4554102f, 1.3439395f, 1.8697282f, 2.6244254f, 2.67056f, 2.2415771f};
static const float want_1_0[] = {0.0f, 0.18237936f, 0.6806787f, 0.8719548f, 1.402793f, 0.0f, -0.30675554f, 0.14595163f, 0.6241262f, 0.12475085f};
static const float want_2_0[] = {-1.6196867f, 0.67977536f, 1.3390594f, -0.8465873f, 0.2791884f, 1.1131101f, 0.007679343f, 0.84631026f, 0.84066546f, 0.73738766f, 0.068873405f, 0.85854065f, -0.039671063f, -0.32799888f, 0.4347682f, 0.30197012f, 1.1900984f, -0.5956925f, -0.29581034f, 1.5779902f, 0.19649673f, 0.35813951f, 1.4020038f, -0.4423535f, -0.51326096f, 1.0627145f, 0.17543876f, -0.7581314f, 0.2824365f, 0.74386156f};
static const float want_3_0[] = {-0.8472675f, 0.24877918f, 1.4294555f, 0.29109406f, -0.6364285f, 0.075342536f, 0.58809566f, 0.3936156f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float want_4_0[] = {-0.22646391f, 0.27815008f, -0.2564317f, -1.057753f, -0.6240798f, -0.862862f, 0.10826504f, 0.13046801f, -0.14709735f, 0.059783697f, -0.03926623f, -0.76586163f, 0.7485012f, 0.6539155f, 1.5632731f, 2.4412234f, 0.66220415f, 0.584306f, -0.101064205f, -0.1906004f, -0.77027094f, 0.2046591f, -0.4351797f, 0.31612504f};
static const float want_5_0[] = {0.0f, 0.0f, 0.0f};

static const struct op_case cumsum_cases[] = {
{"a vector", OP_CUMSUM, &(const struct cumsum_attrs){0, false, false}, 1, 1,
 {{.shape = {1, {9}}, .seed = 1, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {1, {9}}, .want = want_0_0}}, 5e-07},
{"exclusive", OP_CUMSUM, &(const struct cumsum_attrs){1, true, false}, 1, 1,
 {{.shape = {2, {2, 5}}, .seed = 2, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 5}}, .want = want_1_0}}, 5e-07},
{"reverse", OP_CUMSUM, &(const struct cumsum_attrs){1, false, true}, 1, 1,
 {{.shape = {3, {2, 5, 3}}, .seed = 3, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 5, 3}}, .want = want_2_0}}, 5e-07},
{"both", OP_CUMSUM, &(const struct cumsum_attrs){-2, true, true}, 1, 1,
 {{.shape = {2, {3, 4}}, .seed = 4, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {3, 4}}, .want = want_3_0}}, 5e-07},
{"the last axis", OP_CUMSUM, &(const struct cumsum_attrs){-1, false, false}, 1, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 5, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_4_0}}, 5e-07},
{"of one", OP_CUMSUM, &(const struct cumsum_attrs){1, true, false}, 1, 1,
 {{.shape = {2, {3, 1}}, .seed = 6, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {3, 1}}, .want = want_5_0}}, 5e-07},
};
