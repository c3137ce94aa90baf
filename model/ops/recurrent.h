#pragma once
/* What Lstm, Gru and Rnn share: the shapes of x, matrices, biases and states. */
#include "model/op.h"

/* What a recurrent operator is made of: which inputs they are, and how many gates it has. */
struct recurrent {
    uint32_t gates;  /* columns of the matrices, in states */
    uint32_t biases; /* numbers of the bias, in states */
    const uint32_t *states;
    uint32_t n_states; /* inputs that hold a state [N,H], each optional */
};

enum { RECURRENT_X, RECURRENT_WEIGHTS, RECURRENT_MATRIX, RECURRENT_BIAS };

/*
 * x [N,T,I], weights [I,G*H], recurrent [H,G*H], bias B*H numbers, states [N,H] -> y [N,T,H] and,
 * for each further output, [N,H]. 0 or E_SHAPE.
 */
int recurrent_infer(const struct recurrent *kind, const struct infer *node, struct shape *out,
                    struct fault *fault);

/* G * (I + H) for each number of y. */
uint64_t recurrent_macs(const struct recurrent *kind, const struct infer *node,
                        const struct shape *out);

/* 0, or E_SHAPE if input I is not DIM0 x DIM1. */
int recurrent_check_dims(const struct infer *node, uint32_t i, uint32_t dim0, uint32_t dim1,
                         struct fault *fault);
