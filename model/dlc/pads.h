#pragma once
/* What containers leave out of a window. */
#include "model/ops/window.h"

/*
 * Containers hold the leading pads of a convolution or pooling only, and the output's size. The
 * trailing pad is the same if OUT says so, for then the layer pads as its framework would when the
 * input is resized; else it is what the output's size leaves over. Where the rule says the pads,
 * they become 0. CEIL as in window_infer; IN may be NULL or of any rank.
 */
void pads_complete(struct window *window, int ceil_mode, const struct shape *in,
                   const struct shape *out);
