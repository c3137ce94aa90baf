#pragma once
/*
 * What the daemon knows under a number for as long as a connection lives: a network, a region. The
 * number is asked for by a call (LOAD, REGION_ADD), and again by whoever first uses the handle on a
 * later connection. That call belongs to the handle, not to the thread that waits for it, so a wait
 * that times out does not undo the work: the next use finds it done or still under way.
 */
#include "client/call.h"

struct handle;

struct handle_ops {
    uint16_t method;
    /* What the daemon must know first: a stream's network. NULL: nothing. */
    struct handle *(*needs)(struct handle *handle);
    int (*send)(struct handle *handle, struct call *call); /* packs; as call_send */
    /* Takes in the result: sets handle->id. */
    int (*on_answer)(struct handle *handle, const struct wire_frame *frame, struct fault *fault);
    /* The answer came when the handle was gone: gives its number back. A call's on_answer. */
    int (*on_late)(struct call *call, const struct wire_frame *frame, struct fault *fault);
};

struct handle {
    struct list node;
    struct snpe_client *client;
    const struct handle_ops *ops;
    uint32_t id;
    uint64_t epoch;    /* of the connection on which the daemon knows ID; 0: none yet */
    struct call *call; /* that asks for it */
    int code;          /* how that ended last, and its sentence */
    struct fault fault;
    uint64_t pass;                   /* the last of snpe_connect's that looked at it */
    bool dead;                       /* it will not be asked for again: CODE is the answer */
    void (*after)(struct handle *h); /* called when the call ends; NULL */
};

/* Does the daemon know it now? */
bool handle_ready(const struct handle *handle);

/* Asks for it unless that is under way. As call_send; the connection is up. */
int handle_start(struct handle *handle);

/* Makes it ready on the connection that is up: a call_attempt_fn. */
int handle_attempt(void *handle, uint64_t expires_ns, struct fault *fault);

/* Makes it ready, connecting if need be. */
int handle_ensure(struct handle *handle, uint64_t expires_ns, struct fault *fault);

/* Off the client's list, and nothing under way knows it any more. Sends no goodbye. */
void handle_forget(struct handle *handle);
