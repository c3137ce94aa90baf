#if defined(__AVX512F__)
#define DEPTHWISE_SYMBOL cpu_depthwise_avx512
#include "backends/cpu/kernels/depthwise.h"
#endif
