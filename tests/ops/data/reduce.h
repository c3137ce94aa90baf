/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/reduce.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {-0.0032521188f, 0.04795603f, 0.17844012f, 0.064027354f, -0.025397504f, 0.06808866f};
static const float want_1_0[] = {0.12785791f, -0.08127189f, -0.09844518f, -0.056671645f, -0.13294598f, 0.13930519f};
static const float want_2_0[] = {0.016647091f};
static const float want_3_0[] = {2.238985f, 3.000719f, 1.5593537f, -3.2740402f, 1.7265731f, -4.2034016f};
static const float want_4_0[] = {-1.0743823f, 2.406765f, 0.15126884f, 0.878695f, -1.9916165f, -0.60222244f};
static const float want_5_0[] = {0.6337683f};
static const float want_6_0[] = {0.3683451f, 0.2800434f, 0.4356573f, 1.9338288f, 1.9244033f, 1.1855078f};
static const float want_7_0[] = {0.5463408f, 0.30909926f, 0.50972176f, 0.54081565f, 0.25955752f, 0.46483377f};
static const float want_8_0[] = {0.10223672f};
static const float want_9_0[] = {-0.99691844f, -0.9989567f, -0.91659164f, -0.7113631f, -0.9691268f, -0.9016316f};
static const float want_10_0[] = {-0.79897106f, -0.672354f, -0.64506996f, -0.59511447f, -0.98169506f, -0.3758608f};
static const float want_11_0[] = {-0.9845418f};
static const float want_12_0[] = {0.85572946f, 0.99039197f, 0.9923259f, 0.9964032f, 0.9990306f, 0.9595865f};
static const float want_13_0[] = {0.9397758f, 0.8521228f, 0.9724908f, 0.97707283f, 0.94951236f, -0.16085243f};
static const float want_14_0[] = {0.8412473f};
static const float want_15_0[] = {0.073067196f, 0.055663746f, 0.014062448f, 0.21971454f, 0.07651738f, -0.09279282f, -0.016710248f, -0.09112714f, -0.10046534f, -0.09325927f, 0.10859692f, 0.024170324f, -0.110907644f, 0.08623714f, 0.009266814f, 0.038891107f, -0.010865744f, 0.040042225f, -0.089440346f, -0.0387821f, -0.05060216f, 0.04777303f, -0.051966544f, 0.04817418f, 0.034654375f, 0.082257055f, 0.07096887f, -0.20647772f, 0.02497839f, -0.030171277f, -0.10864582f, 0.07927658f, 0.10975561f, -0.12427392f, 0.0323024f, 0.032880403f, 0.021052344f, -0.082193956f, -0.014641988f, 0.00614167f, 0.0018639832f, 0.17068583f, -0.055830956f, -0.0044091796f, 0.08408963f, -0.016538955f, -0.11782632f, -0.027615825f, 0.045147568f, 0.054586645f, 0.03624031f, -0.040743403f, 0.1331226f, 0.16994387f, -0.04685606f, -0.0010798877f, 0.060475003f, -0.027445642f, -0.1028208f, 0.017379748f, 0.12262206f, -0.15150405f, -0.10937013f, 0.04338968f, -0.061952036f, 0.057910193f, 0.011618806f, 0.06390773f, 0.008758815f, -0.08494885f, -0.02882162f, 0.12500717f, 0.13162515f, 0.0046920776f, -0.10380712f, -0.04035501f, 0.027681837f, 0.028893584f, -0.21497063f, -0.06807837f, -0.011035987f, 0.032831945f, -0.06096271f, 0.08808101f, 0.08868998f, -0.08092605f, 0.18497649f, 0.14091252f, 0.028181737f, 0.027581293f, 0.08776976f, -0.1819384f, -0.020946812f, -0.020177163f, -0.045405835f, 0.15259516f, -0.1185024f, 0.068872355f, 0.039903797f, -0.013500241f, -0.15227203f, 0.10509857f, 0.0737032f, 0.013521182f, -0.036553156f, 0.19543862f, 0.013124765f, 0.078422934f, 0.17512393f, -0.049862042f, -0.012170926f, 0.12748474f, 0.11349843f, -0.003194488f, -0.022840748f, 0.04200014f, 0.21935594f, 0.024746362f, 0.076598935f, 0.06732886f, -0.024149235f, -0.07214482f, -0.023217354f, 0.035016406f, 0.025459195f, 0.12886089f, 0.03415352f, -0.028466307f, 0.15417871f, -0.032374244f, 0.0013068963f, 0.11181366f, 0.03995187f, -0.02394838f, 0.018789241f, -0.004227991f, 0.053257044f, -0.012115856f, 0.016489688f, -0.054006755f, 0.10353853f, -0.018806769f, 0.00097227586f, -0.15202406f, 0.055759575f, 0.09946797f, 0.057373956f, -0.0053080954f, 0.14041704f, -0.007847845f};
static const float want_16_0[] = {-1.8604263f, -1.7836887f, -0.02515304f, -2.1261396f, -0.11477578f};
static const float want_17_0[] = {0.09644897f, -0.320821f, -0.0012104989f, 0.30714858f, -0.045297243f, 0.23805422f, 0.018298285f, 0.02926642f, 0.102060094f, -0.4025578f, 0.27256984f, -0.0109785795f, -0.09819077f, -0.03831087f, -0.25963446f, -0.01991612f, 0.23568375f, -0.10875686f, -0.13898788f, -0.026444666f, 0.02157518f, 0.20909408f, -1.607736e-05f, -0.2539709f};
static const float want_18_0[] = {0.9369278f, 0.93939185f, 0.7925818f, 0.6611469f, 0.5370728f, 0.9066427f, 0.9112468f, 0.825305f, 0.74716794f, 0.89784384f, 0.93873787f, 0.76231766f, 0.98893213f, 0.97031844f, 0.9547796f};
static const float want_19_0[] = {-0.5770768f, -0.96120596f, -0.49628234f, -0.27722383f, -0.7950109f, -0.6557021f, 0.6543797f, -0.37701762f};
static const float want_20_0[] = {-0.82399404f, -1.7068863f, -2.3745515f, 1.0524633f, -0.54364765f, 1.5709188f, -1.5398597f, -3.4802804f, 0.94749486f, 0.2966994f, 0.06478512f, 1.0256457f, -0.8383719f, 0.054608464f, 0.68952525f, -2.4764667f, -1.3472613f, -0.33943236f, -0.9387386f, -0.83218706f, 2.3526711f, 2.4322948f, 1.451695f, -2.246109f, -0.60743153f, -1.7358043f, 0.8627963f};
static const float want_21_0[] = {1.2853419f, 0.52212954f, 2.0964158f, 6.0251045f, 0.11450553f, -3.9959662f, 2.3562212f, 4.137269f};
static const float want_22_0[] = {-0.005955665f};
static const float want_23_0[] = {8.900629f, 7.7870994f, 11.285557f, 9.243752f, 9.318926f, 13.256149f};
static const float want_24_0[] = {4.803775f, 3.8851352f, 3.0982594f, 4.6975994f, 4.5941553f, 2.8586953f};
static const float want_25_0[] = {32.436676f};
static const float want_26_0[] = {2.026312f, 2.4290795f, 2.8523061f, 2.2673733f, 2.609736f, 2.7186635f};
static const float want_27_0[] = {1.3537403f, 1.9628415f, 1.7381613f, 1.6511595f, 1.9257128f, 1.55982f};
static const float want_28_0[] = {4.4920297f};
static const float want_29_0[] = {3.5544472f, 3.540901f, 3.4806445f, 3.2831364f, 3.561185f, 3.255274f};
static const float want_30_0[] = {2.7020674f, 2.4592054f, 2.6092215f, 2.569738f, 2.7427704f, 2.503141f};
static const float want_31_0[] = {4.5369754f};
static const float want_32_0[] = {87.913414f, 89.70012f, 74.8829f, 88.76961f, 75.11829f, 77.74393f};
static const float want_33_0[] = {55.05385f, 86.77863f, 78.26136f, 47.60823f, 75.433235f, 49.096127f};
static const float want_34_0[] = {87.26915f};
static const float want_35_0[] = {7.138965f, 7.181801f, 7.4164195f, 7.7891703f, 5.1756477f, 6.3395395f};
static const float want_36_0[] = {4.2049446f, 2.6670876f, 3.3016582f, 3.5214424f, 2.9116948f, 1.4363937f};
static const float want_37_0[] = {22.083347f};
static const float want_38_0[] = {501.31326f, -999.3068f, INFINITY, -INFINITY, NAN};
static const float given_38_0[] = {500.0f, 501.0f, -1000.0f, -1000.0f, INFINITY, 0.0f, -INFINITY, -INFINITY, NAN, 1.0f};

static const struct op_case reduce_cases[] = {
{"mean over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MEAN, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 1, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_0_0}}, 5e-07},
{"mean over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MEAN, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 2, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_1_0}}, 5e-07},
{"mean over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MEAN, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 3, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_2_0}}, 5e-07},
{"sum over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 4, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_3_0}}, 5e-07},
{"sum over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 5, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_4_0}}, 5e-07},
{"sum over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 6, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_5_0}}, 5e-07},
{"prod over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_PROD, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 7, .lo = 0.5f, .hi = 1.5f}},
 {{.shape = {2, {2, 3}}, .want = want_6_0}}, 5e-07},
{"prod over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_PROD, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 8, .lo = 0.5f, .hi = 1.5f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_7_0}}, 5e-07},
{"prod over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_PROD, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 9, .lo = 0.5f, .hi = 1.5f}},
 {{.shape = {0, {}}, .want = want_8_0}}, 5e-07},
{"min over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MIN, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 10, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_9_0}}, 5e-07},
{"min over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MIN, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 11, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_10_0}}, 5e-07},
{"min over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MIN, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 12, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_11_0}}, 5e-07},
{"max over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MAX, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 13, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_12_0}}, 5e-07},
{"max over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MAX, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 14, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_13_0}}, 5e-07},
{"max over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MAX, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 15, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_14_0}}, 5e-07},
{"many channels", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MEAN, true, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {1, 7, 7, 150}}, .seed = 16, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {4, {1, 1, 1, 150}}, .want = want_15_0}}, 5e-07},
{"the first axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM, false, {(const int32_t[]){0}, 1}}, 1, 1,
 {{.shape = {2, {6, 5}}, .seed = 17, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {1, {5}}, .want = want_16_0}}, 5e-07},
{"axes that are no neighbours", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MEAN, false, {(const int32_t[]){0, 2}, 2}}, 1, 1,
 {{.shape = {4, {3, 4, 5, 6}}, .seed = 18, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {4, 6}}, .want = want_17_0}}, 5e-07},
{"axes that are no neighbours, the last one too", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MAX, true, {(const int32_t[]){1, -1}, 2}}, 1, 1,
 {{.shape = {4, {3, 4, 5, 6}}, .seed = 19, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {4, {3, 1, 5, 1}}, .want = want_18_0}}, 5e-07},
{"an axis of one", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MEAN, false, {(const int32_t[]){1}, 1}}, 1, 1,
 {{.shape = {3, {2, 1, 4}}, .seed = 20, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 4}}, .want = want_19_0}}, 5e-07},
{"every second of six", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM, false, {(const int32_t[]){0, 2, 4}, 3}}, 1, 1,
 {{.shape = {6, {2, 3, 2, 3, 2, 3}}, .seed = 21, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {3, 3, 3}}, .want = want_20_0}}, 5e-07},
{"the others of six", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM, true, {(const int32_t[]){1, 3, 5}, 3}}, 1, 1,
 {{.shape = {6, {2, 3, 2, 3, 2, 3}}, .seed = 22, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {6, {2, 1, 2, 1, 2, 1}}, .want = want_21_0}}, 5e-07},
{"a long sum", OP_REDUCE, &(const struct reduce_attrs){REDUCE_MEAN, false, {(const int32_t[]){1}, 1}}, 1, 1,
 {{.shape = {2, {1, 3000}}, .seed = 23, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {1, {1}}, .want = want_22_0}}, 5e-07},
{"ReduceL1 over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_L1, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 24, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_23_0}}, 1e-06},
{"ReduceL1 over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_L1, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 25, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_24_0}}, 1e-06},
{"ReduceL1 over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_L1, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 26, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_25_0}}, 1e-06},
{"ReduceL2 over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_L2, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 27, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_26_0}}, 1e-06},
{"ReduceL2 over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_L2, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 28, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_27_0}}, 1e-06},
{"ReduceL2 over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_L2, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 29, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_28_0}}, 1e-06},
{"ReduceLogSum over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_LOG_SUM, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 30, .lo = 0.1f, .hi = 3.0f}},
 {{.shape = {2, {2, 3}}, .want = want_29_0}}, 1e-06},
{"ReduceLogSum over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_LOG_SUM, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 31, .lo = 0.1f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_30_0}}, 1e-06},
{"ReduceLogSum over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_LOG_SUM, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 32, .lo = 0.1f, .hi = 3.0f}},
 {{.shape = {0, {}}, .want = want_31_0}}, 1e-06},
{"ReduceLogSumExp over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_LOG_SUM_EXP, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 33, .lo = -90.0f, .hi = 90.0f}},
 {{.shape = {2, {2, 3}}, .want = want_32_0}}, 1e-06},
{"ReduceLogSumExp over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_LOG_SUM_EXP, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 34, .lo = -90.0f, .hi = 90.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_33_0}}, 1e-06},
{"ReduceLogSumExp over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_LOG_SUM_EXP, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 35, .lo = -90.0f, .hi = 90.0f}},
 {{.shape = {0, {}}, .want = want_34_0}}, 1e-06},
{"ReduceSumSquare over height and width", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM_SQUARE, false, {(const int32_t[]){1, 2}, 2}}, 1, 1,
 {{.shape = {4, {2, 4, 5, 3}}, .seed = 36, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {2, 3}}, .want = want_35_0}}, 1e-06},
{"ReduceSumSquare over the last axis", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM_SQUARE, true, {(const int32_t[]){-1}, 1}}, 1, 1,
 {{.shape = {3, {2, 3, 9}}, .seed = 37, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 1}}, .want = want_36_0}}, 1e-06},
{"ReduceSumSquare over everything", OP_REDUCE, &(const struct reduce_attrs){REDUCE_SUM_SQUARE, false, {NULL, 0}}, 1, 1,
 {{.shape = {3, {3, 4, 5}}, .seed = 38, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {0, {}}, .want = want_37_0}}, 1e-06},
{"log_sum_exp of what exp cannot hold", OP_REDUCE, &(const struct reduce_attrs){REDUCE_LOG_SUM_EXP, false, {(const int32_t[]){1}, 1}}, 1, 1,
 {{.shape = {2, {5, 2}}, .given = given_38_0}},
 {{.shape = {1, {5}}, .want = want_38_0}}, 2e-07},
};
