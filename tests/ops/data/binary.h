/* Written by make_cases.py. */
/* clang-format off */
#include <math.h>

#include "model/ops/binary.h"
#include "tests/ops/cases.h"

static const float want_0_0[] = {3.894378f, 4.7373285f, 4.9166017f, 4.0244455f, 2.8896332f, 3.7737913f, 5.009256f, 4.155386f, 2.3395524f, 4.8040314f, 2.8590593f, 3.6081161f, 3.526823f, 3.2597058f, 4.419916f, 1.926065f, 3.1136727f, 3.948955f, 3.6488261f, 3.736283f, 1.2853991f, 2.5220666f, 3.192217f, 2.1344936f};
static const float want_1_0[] = {2.362265f, 4.981751f, 4.680229f, 2.4116025f, 2.6197371f, 4.821573f, 3.4856575f, 4.451232f, 3.3062954f, 5.4523406f, 4.893883f, 4.0091515f, 3.2790508f, 4.071018f, 4.941253f, 4.226661f, 2.8437748f, 3.4907806f, 3.5803556f, 3.6994185f, 4.127202f, 5.5702677f, 4.821904f, 2.7071953f};
static const float want_2_0[] = {3.8164625f, 3.0827043f, 2.1077774f, 2.2307673f, 3.3437755f, 4.02614f, 2.4484706f, 2.4735687f, 2.261614f, 4.2387824f, 2.2779837f, 3.2121239f, 2.4639606f, 4.1855993f, 2.990336f, 2.051714f, 3.504218f, 3.2472959f, 4.2228136f, 2.5402858f, 4.457054f, 3.628873f, 3.6446714f, 1.9958845f};
static const float want_3_0[] = {3.0173643f, 1.1001298f, 6.116303f, 3.6020334f, 1.0757861f, 1.6147755f, 4.818175f, 1.8381073f, 0.5851928f, 2.4403162f, 1.5672698f, 6.807936f, 4.4800434f, 2.6459403f, 5.8788195f, 3.6735604f, 1.3740376f, 0.84998536f, 5.5551586f, 3.5246277f, 5.71397f, 0.6407235f, 1.8723736f, 2.3462236f};
static const float want_4_0[] = {1.2866558f, 5.5518627f, 0.9625564f, 6.4122143f, 0.67449254f, 1.8372464f, 1.7496227f, 7.706196f, 0.6110351f, 5.776497f, 1.6336353f, 2.7006085f, 1.7290553f, 2.5713773f, 1.9859107f, 7.0697985f, 1.1159352f, 2.318662f, 1.669522f, 5.7062097f, 1.409508f, 1.6404828f, 1.3832926f, 3.7365792f};
static const float want_5_0[] = {2.513791f, 3.6765091f, 1.4026965f, 3.5647933f, 3.394841f, 1.5943043f, 1.0948478f, 3.066896f, 1.6682175f, 1.0971851f, 3.663147f, 2.82848f, 2.667162f, 0.86152464f, 2.5822914f, 1.2411406f, 3.5663576f, 2.6475952f, 2.417512f, 2.9932897f, 2.6534064f, 3.8474739f, 1.631998f, 2.454401f};
static const float want_6_0[] = {0.88014126f, 0.64345515f, 1.5448005f, -0.9215009f, -0.20902014f, 0.045761943f, 1.8135142f, -1.0056626f, -1.8953198f, 0.33815968f, 0.77265894f, -0.32950807f, 0.6903178f, 1.1942796f, 0.5576303f, -0.5659652f, 0.1728363f, -1.859828f, -1.6252438f, 0.31942534f, -1.0383502f, 0.32086194f, -0.62912095f, 0.93603754f};
static const float want_7_0[] = {0.40504646f, 1.7516335f, -0.7198136f, -0.93713677f, -0.46890044f, 2.0794153f, -0.15143728f, 0.44031513f, -0.04948163f, 1.0660613f, -1.6854558f, 0.012127757f, -0.4922073f, 0.09687483f, -1.2316048f, -0.0394274f, 0.06456733f, 1.7307492f, -0.38173795f, -0.9138297f, 0.13851094f, 1.406103f, -1.7073001f, -0.22430801f};
static const float want_8_0[] = {1.0877898f, -0.53039384f, 0.17873096f, -0.5034926f, 0.95236164f, -1.0402274f, -1.1945937f, 0.9246713f, -0.52096605f, -0.04257953f, 0.28068912f, -0.90181327f, -0.81552124f, 1.1896172f, -0.90145755f, 0.5981574f, 1.1205813f, 0.7708025f, -1.2439985f, 0.13968551f, -0.27794147f, -0.5288379f, 0.08923149f, -0.056201696f};
static const float want_9_0[] = {2.2732584f, 1.4431721f, 1.2473025f, 0.50356066f, 3.253103f, 3.1126568f, 0.65892076f, 1.5046736f, 1.6015611f, 1.3199927f, 3.4078522f, 1.1551648f, 1.7819778f, 1.4724627f, 1.1360574f, 1.0881763f, 3.2677522f, 1.1967686f, 0.6685327f, 0.7795465f, 3.1132715f, 1.3385973f, 1.0039667f, 0.50128573f};
static const float want_10_0[] = {0.23079899f, 0.9818185f, 2.6215034f, 0.9755097f, 0.29558262f, 0.5777141f, 3.787479f, 0.32381448f, 0.56903064f, 0.78601176f, 3.4746892f, 0.8545642f, 0.8733506f, 0.6820387f, 1.8341817f, 0.7945992f, 0.64008874f, 0.87577045f, 3.6175046f, 0.90133774f, 0.50201386f, 0.53540754f, 1.4219016f, 0.41097853f};
static const float want_11_0[] = {1.2795649f, 1.3112762f, 4.868456f, 1.4486859f, 1.0609642f, 1.5753186f, 1.068613f, 1.1158822f, 1.5386813f, 0.97869945f, 0.9850516f, 2.9901497f, 2.3346176f, 1.4052402f, 1.1360297f, 1.3861288f, 4.9806547f, 4.5877557f, 2.1847625f, 1.6550909f, 0.9382487f, 2.3412848f, 2.7377808f, 1.6402436f};
static const float want_12_0[] = {2.411314f, 1.6337826f, 2.959574f, 1.6505744f, 2.8895078f, 0.8470853f, 1.6539283f, 2.474853f, 1.1550162f, 2.2608285f, 2.1077454f, 2.1356366f, 2.5054102f, 1.4535615f, 2.7479422f, 1.6454182f, 2.4176683f, 0.8963022f, 1.7719479f, 2.6089032f, 1.4846904f, 1.8425872f, 2.8288414f, 2.3805642f};
static const float want_13_0[] = {1.9775927f, 2.2722251f, 2.3392787f, 2.1434393f, 1.9097772f, 2.2722251f, 2.3392787f, 1.6436751f, 1.9097772f, 2.2722251f, 2.4680567f, 1.6436751f, 2.4010973f, 2.2722251f, 2.3392787f, 1.6436751f, 1.9097772f, 2.2722251f, 2.3392787f, 2.9658802f, 2.5832827f, 2.2722251f, 2.3392787f, 1.6436751f};
static const float want_14_0[] = {2.330875f, 2.330875f, 2.330875f, 2.330875f, 2.7364557f, 2.330875f, 2.330875f, 2.330875f, 2.330875f, 2.330875f, 2.330875f, 2.330875f, 2.330875f, 2.4438682f, 2.330875f, 2.9095933f, 2.9749928f, 2.330875f, 2.330875f, 2.9810517f, 2.330875f, 2.732767f, 2.330875f, 2.998723f};
static const float want_15_0[] = {2.6030269f, 1.9850842f, 1.211782f, 1.8514218f, 1.909875f, 1.3197463f, 1.4843582f, 1.5047185f, 1.1863986f, 1.9358692f, 0.724952f, 1.2549312f, 1.4380115f, 0.6061821f, 1.3606336f, 1.0004711f, 0.8799987f, 1.3631147f, 2.5993907f, 0.9854773f, 0.9244865f, 1.7279446f, 0.85213006f, 2.4313865f};
static const float want_16_0[] = {0.9302238f, 0.6880801f, 1.245394f, 0.8974967f, 1.8392706f, 0.6926723f, 1.1278509f, 1.898757f, 1.8392706f, 2.5146368f, 0.7533737f, 1.898757f, 1.8392706f, 2.3191867f, 1.6319774f, 0.8969833f, 1.8392706f, 2.2496967f, 0.9816847f, 1.333451f, 1.7645386f, 2.4296618f, 0.5177424f, 1.6360854f};
static const float want_17_0[] = {1.2554901f, 1.2554901f, 1.2384284f, 1.2554901f, 1.2554901f, 1.2554901f, 1.2554901f, 1.2554901f, 1.2554901f, 1.2554901f, 1.2554901f, 0.87396085f, 1.2554901f, 0.921301f, 1.2554901f, 1.2554901f, 0.81166744f, 1.2554901f, 0.9959449f, 0.7731049f, 1.2554901f, 1.2554901f, 0.5688353f, 1.2450992f};
static const float want_18_0[] = {12.236685f, 1.5333228f, 1.7987205f, 0.5568696f, 1.0575753f, 0.9878098f, 2.6898227f, 15.03546f, 0.39493722f, 1.2947146f, 2.0838304f, 12.15862f, 1.0608648f, 3.0301626f, 10.6071615f, 1.5378889f, 2.7924066f, 1.2361729f, 4.929013f, 1.0879558f, 0.30819923f, 1.0375983f, 0.7368884f, 1.1736748f};
static const float want_19_0[] = {2.5944963f, 19.32358f, 2.1583128f, 1.5394875f, 2.5645804f, 2.4892774f, 0.834356f, 1.464261f, 1.1270274f, 12.637397f, 7.427871f, 0.7536402f, 0.5420039f, 21.20156f, 6.0492215f, 1.2770318f, 2.0989783f, 5.5879335f, 2.316717f, 1.0471599f, 3.0767474f, 1.3474938f, 1.032363f, 1.7675322f};
static const float want_20_0[] = {0.39156935f, 0.6987991f, 0.620902f, 0.5816451f, 0.7889708f, 0.3451689f, 0.6592582f, 0.36920235f, 0.5841175f, 0.44262648f, 0.66818273f, 0.50154316f, 0.49145424f, 0.48822656f, 0.4225238f, 0.66915935f, 0.7391211f, 0.5002914f, 0.74662685f, 0.41263324f, 0.31586426f, 0.7619291f, 0.4509305f, 0.44203758f};
static const float want_21_0[] = {-0.5066906f, 0.09296775f, 0.08743775f, 0.09853768f, 0.73321605f, 0.36449015f, -0.92325354f, 0.16839004f, 0.84737074f, -0.76819503f, -0.016873717f, 0.8187716f, 0.44455457f, -0.76016164f, 0.43982613f, 1.2993485f, 1.2646569f, 1.1490369f, -0.041423082f, -0.21979773f, -0.3411485f, -0.6474012f, 0.8213755f, 0.28738415f};
static const float want_22_0[] = {0.47642863f, 0.5035387f, -0.398013f, 0.24387276f, -1.4227865f, -0.70454085f, -0.024449587f, -0.7706226f, -1.4143583f, -0.1694566f, -0.7595093f, -1.1156901f, -0.45742583f, -1.164317f, -1.0597548f, -0.28478062f, 0.1315999f, -1.0461999f, -0.5505637f, -0.6752409f, -0.33827233f, -0.9243369f, -0.9212264f, -0.7401049f};
static const float want_23_0[] = {0.9348645f, 0.547047f, 0.5482224f, 0.3624879f, -0.36029816f, -0.74811566f, -0.74694026f, -0.93267477f, -0.09208655f, -0.47990406f, -0.47872865f, -0.66446316f, 0.57091856f, 0.0038901567f, 0.16646934f, 1.6237284f, -0.7242441f, -1.2912725f, -1.1286933f, 0.32856572f, -0.4560325f, -1.0230609f, -0.86048174f, 0.5967773f};
static const float want_24_0[] = {-1.2401556f, -0.7578225f, 0.21467566f, 0.28604698f, -0.88926053f, 0.6573869f, 0.7077987f, 0.31004608f, -0.33759534f, -0.5703888f, -0.11551106f, -1.1397927f, -0.8683821f, -0.16694736f, 0.37971044f};
static const float want_25_0[] = {-1.2175739f, 0.2969538f, 0.26334262f, 0.33129776f, -0.794266f, -1.3218815f, 0.19264615f, 0.15903497f, 0.2269901f, -0.89857364f, -0.4698429f, 1.0446848f, 1.0110736f, 1.0790287f, -0.046535015f, 0.52621555f, 0.58941686f, 0.5567316f, -1.1370234f, 0.2697451f, 0.4219079f, 0.4851092f, 0.45242393f, -1.2413311f, 0.16543746f, 1.2739465f, 1.3371478f, 1.3044626f, -0.38929248f, 1.0174761f, 0.37176466f, -0.5006819f, -0.05837381f, -0.25970185f, 0.62043285f, 0.267457f, -0.6049895f, -0.16268146f, -0.3640095f, 0.5161252f, 1.1194956f, 0.2470491f, 0.68935716f, 0.48802912f, 1.3681638f, -0.49640405f, -0.0703454f, -0.6907507f, -0.08600044f, -1.0193894f, -0.6007117f, -0.17465305f, -0.79505837f, -0.1903081f, -1.123697f, 0.25132692f, 0.67738557f, 0.056980252f, 0.6617305f, -0.27165842f, -0.63213694f, 0.88239074f, 0.84877956f, 0.9167347f, -0.20882905f, -0.89691734f, 0.61761034f, 0.58399916f, 0.6519543f, -0.47360945f, -0.16185927f, 1.3526684f, 1.3190572f, 1.3870124f, 0.26144862f, 1.1116525f, 1.1748538f, 1.1421685f, -0.5515865f, 0.85518205f, 0.8468721f, 0.9100734f, 0.8773881f, -0.8163669f, 0.59040165f, 1.5819302f, 1.6451315f, 1.6124462f, -0.08130884f, 1.3254597f, 0.9572016f, 0.08475506f, 0.52706313f, 0.3257351f, 1.2058698f, 0.6924212f, -0.18002534f, 0.26228273f, 0.06095469f, 0.9410894f, 1.4274793f, 0.55503273f, 0.9973408f, 0.79601276f, 1.6761475f, 0.08903289f, 0.51509154f, -0.10531378f, 0.4994365f, -0.43395245f, -0.17574751f, 0.25031114f, -0.37009418f, 0.2346561f, -0.69873285f, 0.55931056f, 0.9853692f, 0.3649639f, 0.96971416f, 0.036325216f};
static const float want_26_0[] = {0.09447646f, -0.6067085f, -0.22912097f, -0.89588344f, -0.1061821f, 0.29855132f, 0.16375136f, -0.39979744f, -1.2412802f, 0.77267647f, 0.9180449f, -0.6082765f, 0.52828765f, -0.694257f, -0.9394654f, 0.56593764f, -0.10633063f, 0.20829535f, 1.4114598f, 0.0015871525f, 0.19142008f, 0.21713161f, 0.5513339f, -0.8393569f, -0.089674234f, -0.73074126f, -1.0460731f, 0.54958785f, -0.34939158f, 0.436314f, 1.5296981f, -1.2869467f, -0.13157165f, 0.31608593f, 0.76013947f, -0.35913444f, 1.3147053f, -1.1284369f, -0.873844f, 0.065953374f, 0.9505714f, -0.17351198f, 1.3207389f, -1.0217831f, -0.33933425f, -0.841398f, 0.5477835f, -0.51324487f, -0.4320631f, -0.0016436577f, 0.6396158f, 0.87840056f, 0.37573314f, -0.6272323f, 1.2004968f, -1.1140056f, -0.8509842f, -0.92652655f, 0.552992f, -0.7860924f, 1.3266218f, -0.24148738f, 0.67212284f, 0.8430271f, 0.3561672f, -0.2901951f, 0.90126777f, -1.5348481f, -1.0809555f, 0.12208021f, -0.00073492527f, 0.49204528f};
static const float want_27_0[] = {-0.36734927f, -1.1653746f, 0.43119907f, 0.62230587f, 0.07720721f, -0.90752923f, -0.17464364f, 0.42654002f, 0.20287299f, -0.3119874f, 0.65750957f, -0.19050622f, 0.49997866f, -0.7434648f, -0.48881114f, 0.32033706f, -0.40559196f, -0.61713326f, -0.52720463f, 0.33417714f, -0.30596995f, 0.6915468f, 0.5358182f, 0.34214556f, -0.8124782f, -0.07626104f, -0.2872851f, -0.40472317f, -0.34854138f, 0.46562564f, -0.12779403f, 1.4440771f, 0.6482879f, 0.33794117f, -0.34548807f, 0.8274001f, 1.2505565f, 0.11314762f, 1.2053313f, 1.9107065f, 0.14733875f, 0.11273265f, 0.5370046f, 0.4713633f, 1.5002544f, 0.96827507f, 0.21568012f, 1.0576771f, 0.49980402f, 0.53370094f, 0.24575317f, -0.24978602f, -0.3114512f, 0.9926053f, 1.2407409f, -1.0983096f, -0.5855851f, -1.4918282f, -1.5635654f, -1.1924671f, 0.076794505f, -1.0733434f, -0.2766869f, -0.20424986f, -0.41368484f, -0.19615757f, -0.5916114f, 0.4098252f, -0.88438785f, 0.40954542f, -1.1158293f, 0.54674315f, -0.68364525f, 0.66947556f, 0.015217781f, -0.42635918f, -0.41800487f, 0.39822435f, 0.34946513f, -0.1519711f, -0.5755472f, -0.9018134f, 0.16588533f, -0.62721896f, -0.8484999f, -1.0854118f, -0.13397717f, 0.80973136f, -0.06287515f, -0.33385932f, -0.08943164f, 0.39195526f, 1.2350368f, 1.4978006f, 0.56877494f, 1.7057335f, 0.2972448f, 1.8685694f, 0.5783769f, 0.60976756f, 1.4577799f, 1.4063663f, 0.6872829f, -0.3448156f, -0.15318882f, -0.048660398f, 1.5334694f, 0.8134124f, 0.41278398f, 1.2934282f, 0.14188302f, 0.30317926f, -0.14681363f, 0.20708895f, 1.1641145f, -1.184602f, -0.27151954f, -1.626025f, -0.7750882f, -0.85501206f};
static const float want_28_0[] = {-0.5598763f, 0.02631247f, 0.26039636f, -0.06534243f, -1.1953803f, 0.17703903f, 0.1628803f, 0.032835364f, 0.9072993f, -0.019463658f, 1.727572f, -0.111118555f, 0.27179527f, 0.1312629f, 1.6300559f, -0.012940764f, -0.02164793f, -0.17056143f, 0.79862475f, -0.26221633f, -0.65715194f, -0.019834876f, 0.7011087f, -0.16403854f};
static const float want_29_0[] = {-0.284948f};
static const float want_30_0[] = {0.11964655f, -0.30631363f, -0.13758552f, -1.3910123f, -0.7326338f, -0.58569527f, -1.4821142f, -1.9080744f, -1.7393463f, 0.079230666f, 0.73760915f, 0.8845477f, 0.7553896f, 0.037924767f, 0.6243826f, 0.10391998f, -0.15570748f, -0.7727258f, -0.8463712f, -1.563836f, -0.97737813f, 1.574163f, 1.3145355f, 0.69751716f, -0.31943655f, -0.74539673f, -0.5766686f, -1.3437498f, -0.6853713f, -0.5384327f, -0.024122596f, -0.45008278f, -0.28135467f, -1.6307355f, -0.97235703f, -0.8254185f, 0.31630647f, -0.40115833f, 0.18529952f, 0.15118253f, -0.10844493f, -0.7254633f, 0.6116204f, -0.10584438f, 0.48061347f, -0.13580322f, -0.39543068f, -1.012449f, 0.209108f, -0.21685219f, -0.048124075f, -0.5749917f, 0.08338678f, 0.23032534f, 0.18360245f, -0.24235773f, -0.07362962f, -1.60818f, -0.94980156f, -0.802863f, 0.844851f, 0.12738621f, 0.71384406f, 0.9199406f, 0.6603131f, 0.043294787f, 0.8193455f, 0.10188067f, 0.6883385f, -0.11324775f, -0.3728752f, -0.98989356f, 0.46790743f, 0.09337282f, 0.27985096f, -0.5068182f, -1.2800426f, -1.2000508f, -1.1338533f, -1.5083879f, -1.3219098f, 0.9634248f, 0.19020033f, 0.27019215f, 0.35023785f, 1.2994508f, 0.8055005f, -0.4539504f, 0.09160292f, 0.33086157f, -1.2515229f, -0.30231f, -0.79626024f, 1.0162926f, 1.5618459f, 1.8011045f, 0.02882433f, -0.34571028f, -0.15923214f, -0.45955563f, -1.2327801f, -1.1527883f, 0.32413828f, -0.050396323f, 0.13608181f, -0.7465414f, -1.5197659f, -1.439774f, -0.08884525f, 0.86036766f, 0.3664174f, -0.40668786f, 0.13886547f, 0.37812412f, 0.2064687f, 1.1556816f, 0.66173136f, -0.6936736f, -0.14812028f, 0.09113836f, 0.5573689f, 0.18283427f, 0.3693124f, 0.30920243f, -0.46402204f, -0.38403022f, 0.53186333f, 0.15732872f, 0.34380686f, -0.7239859f, -1.4972104f, -1.4172186f, 0.4396993f, 1.3889122f, 0.89496195f, 0.3620702f, 0.9076235f, 1.1468822f, 0.41419375f, 1.3634067f, 0.8694564f, -0.67111814f, -0.12556481f, 0.11369383f};
static const float want_31_0[] = {64.0f, 9.0f, 100.0f, 16.0f, 25.0f, 1.0f, 64.0f, 25.0f, 16.0f, 16.0f, 9.0f, 144.0f, 25.0f, 144.0f, 16.0f};
static const float given_31_0[] = {-7.0f, -7.0f, 6.0f, 0.0f, 2.0f, 2.0f, 4.0f, -9.0f, 0.0f, -7.0f, -2.0f, 8.0f, 1.0f, -8.0f, 1.0f};
static const float given_31_1[] = {1.0f, -4.0f, -4.0f, 4.0f, -3.0f};
static const float want_32_0[] = {0.0f, 2.0f, 4.0f, 7.0f, 3.0f, -1.0f, 1.0f, 5.0f, 3.0f, 0.0f, 0.0f, 2.0f, -6.0f, 6.0f, -1.0f};
static const float given_32_0[] = {3.0f, 9.0f, -4.0f, 7.0f, -7.0f, -3.0f, 5.0f, -5.0f, 3.0f, -1.0f, 0.0f, 8.0f, 6.0f, 6.0f, 1.0f};
static const float given_32_1[] = {4.0f, 4.0f, -1.0f, 1.0f, -2.0f};
static const float want_33_0[] = {-0.0f, -2.0f, 0.0f, 1.0f, -0.0f, -0.0f, -1.0f, 3.0f, 1.0f, -1.0f, -0.0f, -1.0f, 0.0f, 0.0f, -1.0f};
static const float given_33_0[] = {8.0f, 2.0f, 4.0f, -5.0f, 2.0f, 6.0f, 7.0f, 7.0f, 9.0f, -7.0f, 5.0f, -1.0f, 4.0f, -4.0f, -9.0f};
static const float given_33_1[] = {-1.0f, -4.0f, 4.0f, 2.0f, -2.0f};
static const float want_34_0[] = {-0.0f, 1.0f, 2.0f, 1.0f, -1.0f, 2.0f, -0.0f, -0.0f, -0.0f, -1.0f, -0.0f, 1.0f, -1.0f, -1.0f, 0.0f};
static const float given_34_0[] = {-6.0f, 1.0f, 8.0f, 9.0f, -5.0f, 2.0f, -9.0f, -6.0f, -6.0f, -1.0f, -3.0f, 4.0f, -1.0f, -3.0f, 8.0f};
static const float given_34_1[] = {-3.0f, -3.0f, -3.0f, -2.0f, 4.0f};
static const float want_35_0[] = {0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f};
static const float given_35_0[] = {-8.0f, -1.0f, 6.0f, 4.0f, 7.0f, -8.0f, 0.0f, -9.0f, -6.0f, 7.0f, -8.0f, 2.0f, -9.0f, -4.0f, 8.0f};
static const float given_35_1[] = {-2.0f, -2.0f, -1.0f, 4.0f, -1.0f};
static const float want_36_0[] = {0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f};
static const float given_36_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_36_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_37_0[] = {1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f};
static const float given_37_0[] = {-1.0f, -1.0f, -7.0f, 3.0f, 5.0f, 9.0f, -6.0f, 8.0f, -8.0f, -7.0f, 2.0f, 7.0f, 8.0f, 5.0f, -9.0f};
static const float given_37_1[] = {-2.0f, 4.0f, -3.0f, -1.0f, -3.0f};
static const float want_38_0[] = {0.0f, 0.0f, 0.0f, 1.0f, 1.0f, 0.0f, 0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f};
static const float given_38_0[] = {8.0f, 4.0f, 3.0f, 0.0f, -4.0f, 7.0f, 8.0f, -5.0f, -5.0f, -4.0f, 0.0f, -5.0f, -2.0f, 9.0f, -3.0f};
static const float given_38_1[] = {4.0f, -3.0f, 2.0f, 4.0f, 2.0f};
static const float want_39_0[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 1.0f};
static const float given_39_0[] = {-9.0f, -7.0f, -8.0f, 1.0f, -2.0f, 9.0f, -5.0f, -6.0f, 7.0f, -4.0f, 5.0f, -4.0f, 1.0f, -8.0f, 3.0f};
static const float given_39_1[] = {4.0f, -3.0f, -4.0f, 4.0f, 3.0f};
static const float want_40_0[] = {1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f};
static const float given_40_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_40_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_41_0[] = {0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_41_0[] = {-6.0f, -7.0f, 3.0f, -1.0f, 0.0f, 5.0f, 4.0f, 7.0f, -6.0f, 5.0f, 1.0f, -9.0f, -8.0f, -3.0f, 3.0f};
static const float given_41_1[] = {1.0f, -3.0f, 4.0f, -1.0f, 1.0f};
static const float want_42_0[] = {1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f};
static const float given_42_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_42_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_43_0[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_43_0[] = {-8.0f, 3.0f, 7.0f, -3.0f, 3.0f, -5.0f, -6.0f, -9.0f, 0.0f, 0.0f, -8.0f, -5.0f, 2.0f, -3.0f, -5.0f};
static const float given_43_1[] = {1.0f, -1.0f, 3.0f, -1.0f, -4.0f};
static const float want_44_0[] = {0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 0.0f};
static const float given_44_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_44_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_45_0[] = {0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_45_0[] = {0.0f, 3.0f, -7.0f, -3.0f, -8.0f, -7.0f, -5.0f, -4.0f, 8.0f, -2.0f, -7.0f, 8.0f, 1.0f, -7.0f, -8.0f};
static const float given_45_1[] = {-1.0f, 4.0f, -3.0f, 3.0f, 4.0f};
static const float want_46_0[] = {0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f};
static const float given_46_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_46_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_47_0[] = {1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_47_0[] = {-8.0f, 4.0f, 6.0f, 9.0f, 3.0f, 0.0f, -7.0f, 5.0f, -1.0f, 6.0f, -9.0f, -3.0f, 6.0f, 2.0f, 4.0f};
static const float given_47_1[] = {-3.0f, -4.0f, 4.0f, -4.0f, -3.0f};
static const float want_48_0[] = {0.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f};
static const float given_48_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_48_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};
static const float want_49_0[] = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
static const float given_49_0[] = {-9.0f, -7.0f, -9.0f, -2.0f, -4.0f, 0.0f, 1.0f, -4.0f, 1.0f, 2.0f, 3.0f, 2.0f, -9.0f, -5.0f, 6.0f};
static const float given_49_1[] = {-3.0f, -2.0f, -2.0f, 4.0f, 3.0f};
static const float want_50_0[] = {0.0f, 1.0f, 1.0f, 0.0f, 1.0f, 0.0f, 1.0f, 0.0f};
static const float given_50_0[] = {0.0f, 0.0f, 1.0f, -2.0f, 0.5f, NAN, 0.0f, 1.0f};
static const float given_50_1[] = {0.0f, 3.0f, 0.0f, 1.0f, 0.0f, 1.0f, NAN, 1.0f};

static const struct op_case binary_cases[] = {
{"add of equal shapes", OP_BINARY, &(const struct binary_attrs){BINARY_ADD}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 1, .lo = 0.5f, .hi = 3.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 2, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_0_0}}, 5e-07},
{"add with a vector behind", OP_BINARY, &(const struct binary_attrs){BINARY_ADD}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 3, .lo = 0.5f, .hi = 3.0f},
  {.shape = {1, {4}}, .seed = 4, .lo = 0.5f, .hi = 3.0f, .constant = true}},
 {{.shape = {3, {2, 3, 4}}, .want = want_1_0}}, 5e-07},
{"add with a scalar before", OP_BINARY, &(const struct binary_attrs){BINARY_ADD}, 2, 1,
 {{.shape = {0, {}}, .seed = 5, .lo = 0.5f, .hi = 3.0f, .constant = true},
  {.shape = {3, {2, 3, 4}}, .seed = 6, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_2_0}}, 5e-07},
{"mul of equal shapes", OP_BINARY, &(const struct binary_attrs){BINARY_MUL}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 7, .lo = 0.5f, .hi = 3.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 8, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_3_0}}, 5e-07},
{"mul with a vector behind", OP_BINARY, &(const struct binary_attrs){BINARY_MUL}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 9, .lo = 0.5f, .hi = 3.0f},
  {.shape = {1, {4}}, .seed = 10, .lo = 0.5f, .hi = 3.0f, .constant = true}},
 {{.shape = {3, {2, 3, 4}}, .want = want_4_0}}, 5e-07},
{"mul with a scalar before", OP_BINARY, &(const struct binary_attrs){BINARY_MUL}, 2, 1,
 {{.shape = {0, {}}, .seed = 11, .lo = 0.5f, .hi = 3.0f, .constant = true},
  {.shape = {3, {2, 3, 4}}, .seed = 12, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_5_0}}, 5e-07},
{"sub of equal shapes", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 13, .lo = 0.5f, .hi = 3.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 14, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_6_0}}, 5e-07},
{"sub with a vector behind", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 15, .lo = 0.5f, .hi = 3.0f},
  {.shape = {1, {4}}, .seed = 16, .lo = 0.5f, .hi = 3.0f, .constant = true}},
 {{.shape = {3, {2, 3, 4}}, .want = want_7_0}}, 5e-07},
{"sub with a scalar before", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {0, {}}, .seed = 17, .lo = 0.5f, .hi = 3.0f, .constant = true},
  {.shape = {3, {2, 3, 4}}, .seed = 18, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_8_0}}, 5e-07},
{"div of equal shapes", OP_BINARY, &(const struct binary_attrs){BINARY_DIV}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 19, .lo = 0.5f, .hi = 3.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 20, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_9_0}}, 5e-07},
{"div with a vector behind", OP_BINARY, &(const struct binary_attrs){BINARY_DIV}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 21, .lo = 0.5f, .hi = 3.0f},
  {.shape = {1, {4}}, .seed = 22, .lo = 0.5f, .hi = 3.0f, .constant = true}},
 {{.shape = {3, {2, 3, 4}}, .want = want_10_0}}, 5e-07},
{"div with a scalar before", OP_BINARY, &(const struct binary_attrs){BINARY_DIV}, 2, 1,
 {{.shape = {0, {}}, .seed = 23, .lo = 0.5f, .hi = 3.0f, .constant = true},
  {.shape = {3, {2, 3, 4}}, .seed = 24, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_11_0}}, 5e-07},
{"max of equal shapes", OP_BINARY, &(const struct binary_attrs){BINARY_MAX}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 25, .lo = 0.5f, .hi = 3.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 26, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_12_0}}, 5e-07},
{"max with a vector behind", OP_BINARY, &(const struct binary_attrs){BINARY_MAX}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 27, .lo = 0.5f, .hi = 3.0f},
  {.shape = {1, {4}}, .seed = 28, .lo = 0.5f, .hi = 3.0f, .constant = true}},
 {{.shape = {3, {2, 3, 4}}, .want = want_13_0}}, 5e-07},
{"max with a scalar before", OP_BINARY, &(const struct binary_attrs){BINARY_MAX}, 2, 1,
 {{.shape = {0, {}}, .seed = 29, .lo = 0.5f, .hi = 3.0f, .constant = true},
  {.shape = {3, {2, 3, 4}}, .seed = 30, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_14_0}}, 5e-07},
{"min of equal shapes", OP_BINARY, &(const struct binary_attrs){BINARY_MIN}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 31, .lo = 0.5f, .hi = 3.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 32, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_15_0}}, 5e-07},
{"min with a vector behind", OP_BINARY, &(const struct binary_attrs){BINARY_MIN}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 33, .lo = 0.5f, .hi = 3.0f},
  {.shape = {1, {4}}, .seed = 34, .lo = 0.5f, .hi = 3.0f, .constant = true}},
 {{.shape = {3, {2, 3, 4}}, .want = want_16_0}}, 5e-07},
{"min with a scalar before", OP_BINARY, &(const struct binary_attrs){BINARY_MIN}, 2, 1,
 {{.shape = {0, {}}, .seed = 35, .lo = 0.5f, .hi = 3.0f, .constant = true},
  {.shape = {3, {2, 3, 4}}, .seed = 36, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_17_0}}, 5e-07},
{"pow of equal shapes", OP_BINARY, &(const struct binary_attrs){BINARY_POW}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 37, .lo = 0.5f, .hi = 3.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 38, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_18_0}}, 5e-07},
{"pow with a vector behind", OP_BINARY, &(const struct binary_attrs){BINARY_POW}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 39, .lo = 0.5f, .hi = 3.0f},
  {.shape = {1, {4}}, .seed = 40, .lo = 0.5f, .hi = 3.0f, .constant = true}},
 {{.shape = {3, {2, 3, 4}}, .want = want_19_0}}, 5e-07},
{"pow with a scalar before", OP_BINARY, &(const struct binary_attrs){BINARY_POW}, 2, 1,
 {{.shape = {0, {}}, .seed = 41, .lo = 0.5f, .hi = 3.0f, .constant = true},
  {.shape = {3, {2, 3, 4}}, .seed = 42, .lo = 0.5f, .hi = 3.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_20_0}}, 5e-07},
{"a vector before", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {1, {4}}, .seed = 43, .lo = -1.0f, .hi = 1.0f},
  {.shape = {3, {2, 3, 4}}, .seed = 44, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_21_0}}, 5e-07},
{"a scalar of one axis behind", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {3, {2, 3, 4}}, .seed = 45, .lo = -1.0f, .hi = 1.0f},
  {.shape = {1, {1}}, .seed = 46, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_22_0}}, 5e-07},
{"both sides repeat", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {3, {2, 1, 4}}, .seed = 47, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {3, 1}}, .seed = 48, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {3, {2, 3, 4}}, .want = want_23_0}}, 5e-07},
{"a column", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {2, {3, 5}}, .seed = 49, .lo = -1.0f, .hi = 1.0f},
  {.shape = {2, {3, 1}}, .seed = 50, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {3, 5}}, .want = want_24_0}}, 5e-07},
{"a row of columns", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {4, {2, 1, 3, 1}}, .seed = 51, .lo = -1.0f, .hi = 1.0f},
  {.shape = {4, {1, 4, 1, 5}}, .seed = 52, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {4, {2, 4, 3, 5}}, .want = want_25_0}}, 5e-07},
{"channels of an image", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {4, {1, 1, 1, 6}}, .seed = 53, .lo = -1.0f, .hi = 1.0f},
  {.shape = {4, {1, 3, 4, 6}}, .seed = 54, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {4, {1, 3, 4, 6}}, .want = want_26_0}}, 5e-07},
{"a plane", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {4, {2, 3, 4, 5}}, .seed = 55, .lo = -1.0f, .hi = 1.0f},
  {.shape = {4, {1, 3, 4, 1}}, .seed = 56, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {4, {2, 3, 4, 5}}, .want = want_27_0}}, 5e-07},
{"batches", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {4, {3, 1, 1, 2}}, .seed = 57, .lo = -1.0f, .hi = 1.0f},
  {.shape = {4, {1, 2, 2, 2}}, .seed = 58, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {4, {3, 2, 2, 2}}, .want = want_28_0}}, 5e-07},
{"ones", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {2, {1, 1}}, .seed = 59, .lo = -1.0f, .hi = 1.0f},
  {.shape = {1, {1}}, .seed = 60, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {2, {1, 1}}, .want = want_29_0}}, 5e-07},
{"six axes", OP_BINARY, &(const struct binary_attrs){BINARY_SUB}, 2, 1,
 {{.shape = {6, {2, 1, 2, 1, 2, 3}}, .seed = 61, .lo = -1.0f, .hi = 1.0f},
  {.shape = {6, {1, 3, 1, 2, 2, 1}}, .seed = 62, .lo = -1.0f, .hi = 1.0f}},
 {{.shape = {6, {2, 3, 2, 2, 2, 3}}, .want = want_30_0}}, 5e-07},
{"squared difference", OP_BINARY, &(const struct binary_attrs){BINARY_SQUARED_DIFFERENCE}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_31_0},
  {.shape = {1, {5}}, .given = given_31_1}},
 {{.shape = {2, {3, 5}}, .want = want_31_0}}, 0},
{"floor div", OP_BINARY, &(const struct binary_attrs){BINARY_FLOOR_DIV}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_32_0},
  {.shape = {1, {5}}, .given = given_32_1}},
 {{.shape = {2, {3, 5}}, .want = want_32_0}}, 0},
{"floor mod", OP_BINARY, &(const struct binary_attrs){BINARY_FLOOR_MOD}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_33_0},
  {.shape = {1, {5}}, .given = given_33_1}},
 {{.shape = {2, {3, 5}}, .want = want_33_0}}, 0},
{"trunc mod", OP_BINARY, &(const struct binary_attrs){BINARY_TRUNC_MOD}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_34_0},
  {.shape = {1, {5}}, .given = given_34_1}},
 {{.shape = {2, {3, 5}}, .want = want_34_0}}, 0},
{"greater", OP_BINARY, &(const struct binary_attrs){BINARY_GREATER}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_35_0},
  {.shape = {1, {5}}, .given = given_35_1}},
 {{.shape = {2, {3, 5}}, .want = want_35_0}}, 0},
{"greater", OP_BINARY, &(const struct binary_attrs){BINARY_GREATER}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_36_0},
  {.shape = {2, {2, 4}}, .given = given_36_1}},
 {{.shape = {2, {2, 4}}, .want = want_36_0}}, 0},
{"greater equal", OP_BINARY, &(const struct binary_attrs){BINARY_GREATER_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_37_0},
  {.shape = {1, {5}}, .given = given_37_1}},
 {{.shape = {2, {3, 5}}, .want = want_37_0}}, 0},
{"less", OP_BINARY, &(const struct binary_attrs){BINARY_LESS}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_38_0},
  {.shape = {1, {5}}, .given = given_38_1}},
 {{.shape = {2, {3, 5}}, .want = want_38_0}}, 0},
{"less equal", OP_BINARY, &(const struct binary_attrs){BINARY_LESS_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_39_0},
  {.shape = {1, {5}}, .given = given_39_1}},
 {{.shape = {2, {3, 5}}, .want = want_39_0}}, 0},
{"less equal", OP_BINARY, &(const struct binary_attrs){BINARY_LESS_EQUAL}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_40_0},
  {.shape = {2, {2, 4}}, .given = given_40_1}},
 {{.shape = {2, {2, 4}}, .want = want_40_0}}, 0},
{"equal", OP_BINARY, &(const struct binary_attrs){BINARY_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_41_0},
  {.shape = {1, {5}}, .given = given_41_1}},
 {{.shape = {2, {3, 5}}, .want = want_41_0}}, 0},
{"equal", OP_BINARY, &(const struct binary_attrs){BINARY_EQUAL}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_42_0},
  {.shape = {2, {2, 4}}, .given = given_42_1}},
 {{.shape = {2, {2, 4}}, .want = want_42_0}}, 0},
{"not equal", OP_BINARY, &(const struct binary_attrs){BINARY_NOT_EQUAL}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_43_0},
  {.shape = {1, {5}}, .given = given_43_1}},
 {{.shape = {2, {3, 5}}, .want = want_43_0}}, 0},
{"not equal", OP_BINARY, &(const struct binary_attrs){BINARY_NOT_EQUAL}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_44_0},
  {.shape = {2, {2, 4}}, .given = given_44_1}},
 {{.shape = {2, {2, 4}}, .want = want_44_0}}, 0},
{"and", OP_BINARY, &(const struct binary_attrs){BINARY_AND}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_45_0},
  {.shape = {1, {5}}, .given = given_45_1}},
 {{.shape = {2, {3, 5}}, .want = want_45_0}}, 0},
{"and", OP_BINARY, &(const struct binary_attrs){BINARY_AND}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_46_0},
  {.shape = {2, {2, 4}}, .given = given_46_1}},
 {{.shape = {2, {2, 4}}, .want = want_46_0}}, 0},
{"or", OP_BINARY, &(const struct binary_attrs){BINARY_OR}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_47_0},
  {.shape = {1, {5}}, .given = given_47_1}},
 {{.shape = {2, {3, 5}}, .want = want_47_0}}, 0},
{"or", OP_BINARY, &(const struct binary_attrs){BINARY_OR}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_48_0},
  {.shape = {2, {2, 4}}, .given = given_48_1}},
 {{.shape = {2, {2, 4}}, .want = want_48_0}}, 0},
{"xor", OP_BINARY, &(const struct binary_attrs){BINARY_XOR}, 2, 1,
 {{.shape = {2, {3, 5}}, .given = given_49_0},
  {.shape = {1, {5}}, .given = given_49_1}},
 {{.shape = {2, {3, 5}}, .want = want_49_0}}, 0},
{"xor", OP_BINARY, &(const struct binary_attrs){BINARY_XOR}, 2, 1,
 {{.shape = {2, {2, 4}}, .given = given_50_0},
  {.shape = {2, {2, 4}}, .given = given_50_1}},
 {{.shape = {2, {2, 4}}, .want = want_50_0}}, 0},
};
