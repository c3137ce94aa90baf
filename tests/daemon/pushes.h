#pragma once
/*
 * Streams of the network of made_pair, whose output p becomes input b of the next frame: a line
 * that answers, as q, the frame before.
 */
#include "tests/daemon/caller.h"

#define PUSHES_N 4 /* floats in each tensor */

struct pushes_open {
    uint32_t network, depth;
    const char *policy; /* NULL: none said */
    uint64_t period_us, deadline_us;
    bool stateless; /* nothing is carried */
};

/* The file models/pair of the private directory. */
void pushes_make_model(void);
/* Loads it for RUNTIME. */
uint32_t pushes_load(struct caller *caller, const char *runtime);

/* The stream's number, or a negative code. */
int pushes_try_open(struct caller *caller, const struct pushes_open *open);
uint32_t pushes_open(struct caller *caller, const struct pushes_open *open);

/* Sends FRAME, whose input a is FRAME in each place; b too if the stream carries nothing. */
uint32_t pushes_send(struct caller *caller, uint32_t stream, uint64_t frame, bool stateless);

struct pushes_answer {
    int code;
    uint64_t frame, dropped, copied_bytes, age_us, queue_us, run_us;
    float q; /* the same in each place */
};
/* The answer of SERIAL, whichever comes next. */
void pushes_receive(struct caller *caller, uint32_t serial, struct pushes_answer *ret);
/* Both: q must be WANT. */
void pushes_run(struct caller *caller, uint32_t stream, uint64_t frame, float want);

int pushes_reset(struct caller *caller, uint32_t stream);
int pushes_close(struct caller *caller, uint32_t stream, struct stream_close_result *ret);
/* The same without waiting for the answer. */
uint32_t pushes_send_reset(struct caller *caller, uint32_t stream);
uint32_t pushes_send_close(struct caller *caller, uint32_t stream);
