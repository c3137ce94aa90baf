#pragma once
/* What a LSTM, GRU or RNN of ONNX says, and its matrices, biases and states as the graph's. */
#include "convert/onnx/source.h"

/* Inputs of the node. A GRU and a RNN end with H0. */
enum {
    SEQUENCE_X,
    SEQUENCE_W,
    SEQUENCE_R,
    SEQUENCE_B,
    SEQUENCE_LENGTHS,
    SEQUENCE_H0,
    SEQUENCE_C0,
    SEQUENCE_PEEPHOLES,
};

struct sequence_kind {
    const char *name;
    enum op op;
    uint32_t n_gates, n_states;
    uint8_t gates[4];           /* where the graph's gates stand in ONNX */
    bool apart;                 /* the recurrent bias of the last gate stands behind all others */
    const char *activations[3]; /* of one direction; NULL ends the list */
};

struct sequence {
    const struct sequence_kind *kind;
    const struct numbers *w, *r, *b;        /* b may be NULL */
    uint32_t inputs, hidden, batch, length; /* I, H, N, T */
    uint32_t n_directions;
    bool backward; /* the only direction */
    bool batch_first, reset_after;
    bool relu[2]; /* RNN: of each direction */
};

/* Reads the current node, whose input 0 is X. */
int sequence_read(struct conversion *c, const struct tensor *x, struct sequence *ret);

/* W or R (WHICH) of DIRECTION. */
int sequence_place_matrix(struct conversion *c, const struct sequence *layer, uint32_t which,
                          uint32_t direction, uint32_t *ret);
int sequence_place_bias(struct conversion *c, const struct sequence *layer, uint32_t direction,
                        uint32_t *ret);

/* The initial state that input I is, as [N,H]; zeros if it is left out. */
int sequence_bring_state(struct conversion *c, const struct sequence *layer, uint32_t i,
                         uint32_t direction, uint32_t *ret);
