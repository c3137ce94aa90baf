#pragma once
/*
 * Jobs: one inference each, by itself or as a frame of a stream, from the caller's tensors to its
 * answer. A job belongs to its network's pool and goes back there when nothing under way knows it
 * any more; that may be later than its caller's interest, when an answer comes too late. Then it
 * touches none of the caller's memory.
 */
#include "client/load.h"
#include "protocol/messages.h"

struct snpe_stream;

struct job_tensor {
    const struct snpe_tensor_info *info;
    void *data;                 /* plain memory; NULL: in REGION */
    struct snpe_region *region; /* the caller's; NULL */
    uint64_t offset;            /* in the caller's region, or in the staging region */
    bool came;                  /* of an inline output: it was in the answer */
};

/* Who is called back, by one of the two. */
struct inference_back {
    snpe_done_fn done;
    snpe_pushed_fn pushed;
    void *user;
};

struct job {
    struct call call;
    struct list spare; /* on network->jobs when not in use */
    struct snpe_network *network;
    struct snpe_stream *stream; /* whose frame it is; NULL: none's */
    struct snpe_region *stage;  /* where plain tensors travel; NULL: inline */
    uint64_t deadline_ns;
    const char *class; /* its name; "": the daemon's choice */
    struct snpe_network *any_of[MESSAGE_NETWORKS_MAX];
    uint32_t n_any_of;
    struct snpe_push_result result; /* of a run: what it has in common with a frame */
    bool called_back;               /* else a thread waits, or nobody cares any more */
    struct inference_back back;
    bool cancelled;
    uint32_t n_inputs, n_outputs;
    struct job_tensor *inputs, *outputs; /* room for all of the network's */
    struct job_tensor tensors[];
};

/* What a caller says of one inference. */
struct inference_call {
    struct snpe_network *network;
    struct snpe_stream *stream; /* NULL: none's */
    const struct snpe_input *inputs;
    const struct snpe_output *outputs;
    uint32_t n_inputs, n_outputs;
    uint64_t frame, deadline_ns;
    uint32_t timeout_ms;                /* 0: the client's call_ms */
    const char *class;                  /* NULL: the daemon's choice */
    struct snpe_network *const *any_of; /* beside NETWORK */
    uint32_t n_any_of;
};

/* Waits for the answer; its result is *RET. */
int inference_run(const struct inference_call *call, struct snpe_push_result *ret,
                  struct fault *fault);

int inference_submit(const struct inference_call *call, const struct inference_back *back,
                     uint64_t *ticket, struct fault *fault);

/* Packs and sends RUN or STREAM_PUSH; all it refers to is known to the daemon. As call_send. */
int inference_send(struct job *job);
/* A job's on_answer. */
int inference_on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault);

/* All jobs of a network's pool. */
void inference_free_jobs(struct list *jobs);

/*
 * A submitted job that is done (CALL is part of it) is called back, and goes to the pool; the lock
 * is given up meanwhile.
 */
void inference_call_back(struct call *call);

/* A submitted job that timed out: called back so, and cancelled. Gives up the lock meanwhile. */
void inference_expire(struct call *call);
