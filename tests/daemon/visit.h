#pragma once
/*
 * What the tests of streams share: a daemon whose skel_b holds one run for as long as the test
 * wants, a caller with the network of pushes.h, and an eye that looks at counts meanwhile.
 */
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/pushes.h"

struct visit {
    struct house house;
    struct caller caller, eye;
    uint32_t network;
};

/* The network is made for RUNTIME. */
void visit_begin(struct visit *visit, const char *runtime);
void visit_end(struct visit *visit);
uint32_t visit_open(struct visit *visit, uint32_t depth, const char *policy);
uint32_t visit_push(struct visit *visit, uint32_t stream, uint64_t frame);

/* What skel_b does now. */
struct device_desc visit_look(struct visit *visit);

/* The next run of skel_b does not end until it is let go; wait until there is one. */
void visit_hold(void);
void visit_wait_held(void);
void visit_let_go(void);
/* A frame that runs until it is let go, so that those behind it wait. */
uint32_t visit_push_held(struct visit *visit, uint32_t stream, uint64_t frame);

/* Until only the visit's own sessions are left. */
void visit_wait_gone(struct visit *visit);

/* The next answer is SERIAL's, and is that. */
void visit_ck_done(struct visit *visit, uint32_t serial, uint64_t frame, float q, uint64_t dropped);
void visit_ck_ended(struct visit *visit, uint32_t serial, int code, const char *words);
void visit_ck_counts(struct visit *visit, uint32_t stream, const struct stream_close_result *want);
