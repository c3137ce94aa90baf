#pragma once
/*
 * Simple recurrent layer, one direction: x [N,T,I], weights [I,H], recurrent [H,H], bias [H],
 * h0 [N,H] (zeros if absent) -> y [N,T,H], h [N,H]: h = f(x W + h R + b).
 */
#include <stdbool.h>

enum rnn_activation { RNN_TANH, RNN_RELU };

struct rnn_attrs {
    bool backward; /* from T-1 to 0; y stays in the order of x */
    enum rnn_activation activation;
};
