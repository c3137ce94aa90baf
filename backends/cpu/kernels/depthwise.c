#define DEPTHWISE_SYMBOL cpu_depthwise_portable
#include "backends/cpu/kernels/depthwise.h"
