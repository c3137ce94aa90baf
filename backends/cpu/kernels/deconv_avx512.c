#if defined(__AVX512F__)
#define DECONV_SYMBOL cpu_deconv_avx512
#include "backends/cpu/kernels/deconv_gather.h"
#endif
