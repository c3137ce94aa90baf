#if defined(__AVX2__)
#define CONV_SYMBOL cpu_conv_avx2
#include "backends/cpu/kernels/conv_direct.h"
#endif
