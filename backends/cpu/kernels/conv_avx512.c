#if defined(__AVX512F__)
#define CONV_SYMBOL cpu_conv_avx512
#include "backends/cpu/kernels/conv_direct.h"
#endif
