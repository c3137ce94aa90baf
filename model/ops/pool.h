#pragma once
/* Pool: x [N,H,W,C] -> y [N,oH,oW,C]. A padded place never wins a maximum. */
#include <stdbool.h>

#include "model/ops/window.h"

enum pool_kind { POOL_MAX, POOL_AVERAGE }; /* the container's numbers */

struct pool_attrs {
    enum pool_kind kind;
    struct window window;
    bool include_padding; /* an average counts padded places too */
};
