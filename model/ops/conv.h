#pragma once
/*
 * Conv: x [N,H,W,C], weights [kH,kW,C/groups,M], bias [M] -> y [N,oH,oW,M]. groups == C == M is the
 * depthwise form; M may be a multiple of groups (depth multiplier).
 */
#include "model/ops/window.h"

struct conv_attrs {
    struct window window; /* kernel_h and kernel_w repeat the weights' shape */
    int32_t groups;
    int32_t padding_mode; /* 0: zeros; nothing else was seen in files */
};
