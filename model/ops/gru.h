#pragma once
/*
 * GRU, one direction: x [N,T,I], weights [I,3H], recurrent [H,3H], bias [4H], h0 [N,H] (zeros if
 * absent) -> y [N,T,H], h [N,H]. Gates in the order z, r, n (update, reset, candidate), the bias
 * too, with the candidate's recurrent bias m behind them:
 *
 *     z = sigmoid(x Wz + h Rz + bz)    r = sigmoid(x Wr + h Rr + br)
 *     n = tanh(x Wn + (r * h) Rn + bn + m), or with reset_after
 *     n = tanh(x Wn + r * (h Rn + m) + bn)
 *     h = (1 - z) * n + z * h
 */
#include <stdbool.h>

struct gru_attrs {
    bool backward;    /* from T-1 to 0; y stays in the order of x */
    bool reset_after; /* ONNX's linear_before_reset */
};
