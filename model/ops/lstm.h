#pragma once
/*
 * LSTM, one direction: x [N,T,I], weights [I,4H], recurrent [H,4H], bias [4H], h0 [N,H], c0 [N,H]
 * (both or neither; zeros then), continues [N,T] (ones if absent) -> y [N,T,H], h [N,H], c [N,H].
 * Gates in the order i, f, o, g (input, forget, output, candidate): i,f,o = sigmoid, g = tanh,
 * c = f*c + i*g, h = o*tanh(c). Before each step h and c are multiplied by its number of continues:
 * Caffe's cont, 0 where a sequence begins.
 */
#include <stdbool.h>

struct lstm_attrs {
    bool backward; /* from T-1 to 0; y stays in the order of x */
};
