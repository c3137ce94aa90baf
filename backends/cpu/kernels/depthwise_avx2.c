#if defined(__AVX2__)
#define DEPTHWISE_SYMBOL cpu_depthwise_avx2
#include "backends/cpu/kernels/depthwise.h"
#endif
