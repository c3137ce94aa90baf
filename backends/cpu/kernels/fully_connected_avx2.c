#if defined(__AVX2__)
#define FC_SYMBOL cpu_fully_connected_avx2
#include "backends/cpu/kernels/fully_connected_dot.h"
#endif
