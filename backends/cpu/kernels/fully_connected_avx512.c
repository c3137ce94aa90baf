#if defined(__AVX512F__)
#define FC_SYMBOL cpu_fully_connected_avx512
#include "backends/cpu/kernels/fully_connected_dot.h"
#endif
