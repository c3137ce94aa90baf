#if defined(__AVX2__)
#define DECONV_SYMBOL cpu_deconv_avx2
#include "backends/cpu/kernels/deconv_gather.h"
#endif
