#pragma once
/*
 * What stands in the map of each frame, as C structs; messages.def holds for every struct the table
 * of its fields (key, type, required, unit, sentence) from which packing, unpacking and
 * docs/PROTOCOL.md are made. Strings and lists come back pointing into the frame or into the struct
 * itself: unpacking allocates nothing, and lists have a fixed most. Unknown keys are skipped.
 *
 * A tensor's bytes are where its struct tensor_place says: in region REGION at OFFSET, or, when
 * REGION is 0, inline at OFFSET of the frame's tail (of a multiple of 64).
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/shape.h"
#include "protocol/unpack.h"

#define MESSAGE_TENSORS_MAX  64         /* inputs or outputs of a network */
#define MESSAGE_RUNTIMES_MAX 8          /* in an order of runtimes */
#define MESSAGE_MODELS_MAX   256        /* that LIST tells of */
#define MESSAGE_NETWORKS_MAX 16         /* that INFO tells of */
#define MESSAGE_SETTINGS_MAX 128        /* that RELOAD tells of */
#define MESSAGE_DEVICES_MAX  8          /* that STATS tells of */
#define MESSAGE_SESSIONS_MAX 256        /* that PS tells of */
#define MESSAGE_HELD_MAX     16         /* networks of a session that PS tells of */
#define MESSAGE_JOBS_MAX     256        /* that PS tells of */
#define MESSAGE_BLOCKERS_MAX 32         /* that WHY tells of */
#define MESSAGE_RECORDS_MAX  256        /* that TRACE gives at once */
#define MESSAGE_DIM_MAX      (1u << 31) /* elements along one axis */
#define MESSAGE_NAME_MAX     255        /* bytes of a name on the wire */

/* Text on the wire: not ended by a 0. */
struct text {
    const char *base;
    size_t size;
};

struct hello_params {
    uint32_t version_least, version_most; /* of this protocol: FRAME_VERSION .. */
    struct text client;                   /* a name for logs and lists; never an identity */
};
struct hello_result {
    uint32_t version;    /* the one both speak from now on */
    struct text daemon;  /* the daemon's own version, "0.1.0" */
    uint64_t session;    /* this connection's number in logs and STATS */
    uint64_t frame_most; /* bytes after the header of the largest frame it takes */
    bool may_load;       /* what the peer's credentials allow */
    bool ready;          /* all models of models.d are ready */
    struct text events;  /* the nanomsg address of events; empty: none are published */
    bool may_admin;      /* optional */
    struct text ceiling; /* of class; optional */
};

struct ping_params {
    uint32_t unused; /* has no key */
};
struct ping_result {
    uint32_t unused;
};

struct named_dims {
    struct text name;
    struct shape dims;
};
struct named_type {
    struct text name;
    struct text type; /* "float32" or "uint8" */
};
struct load_params {
    struct text name; /* of a loaded model, or of a file of the repository ("face" or "face.dlc"),
                         or what the fd's model is to be called */
    uint64_t ttl_ms;  /* with keep: while nobody holds it; optional */
    bool keep;        /* the model stays when this session ends, until UNLOAD names it */
    struct text perf; /* of base/perf.def; "": the model's own */
    struct text runtimes[MESSAGE_RUNTIMES_MAX];
    struct named_dims input_dims[MESSAGE_TENSORS_MAX];
    struct text outputs[MESSAGE_TENSORS_MAX];
    struct named_type types[MESSAGE_TENSORS_MAX];
    uint32_t n_runtimes, n_input_dims, n_outputs, n_types;
};
struct tensor_desc {
    struct text name;
    struct text type; /* "float32", "uint8", "tf8" */
    struct shape dims;
    uint64_t size;   /* bytes */
    double min, max; /* of a tf8 tensor: what codes 0 and 255 mean */
};
struct load_result {
    uint32_t network; /* this session's number for it, for RUN and UNLOAD */
    struct text name;
    uint64_t generation;
    struct text digest; /* 64 hex digits, BLAKE2b-256 of the file */
    struct text runtime;
    struct tensor_desc inputs[MESSAGE_TENSORS_MAX];
    struct tensor_desc outputs[MESSAGE_TENSORS_MAX];
    uint32_t n_inputs, n_outputs;
    struct text why;       /* why it runs where it runs; "" when on the first runtime asked for */
    uint64_t load_us;      /* how long it took; 0: it was there */
    uint64_t memory_bytes; /* that this LOAD added */
};

struct unload_params {
    uint32_t network; /* or 0 and: */
    struct text name;
};
struct unload_result {
    uint32_t unused;
};

struct list_params {
    uint32_t unused;
};
struct model_desc {
    struct text name;
    struct text state; /* "ready", "loading", "failed" */
    uint64_t generation;
    struct text digest;
    struct text runtime; /* of its first network */
    uint32_t networks;
    uint64_t memory_bytes, runs;
    bool keep, pin;
    uint64_t ttl_ms;
    struct text error; /* the sentence, when failed */
};
struct list_result {
    struct model_desc models[MESSAGE_MODELS_MAX];
    uint32_t n_models;
};

struct info_params {
    struct text name;
};
struct network_desc {
    struct text runtime;
    struct tensor_desc inputs[MESSAGE_TENSORS_MAX];
    struct tensor_desc outputs[MESSAGE_TENSORS_MAX];
    uint32_t n_inputs, n_outputs;
    struct text why;
    uint64_t plan_bytes, slot_bytes;
    uint32_t slots, launches;
    uint64_t macs; /* multiply-accumulates of one run */
    uint64_t runs, run_p50_us, run_p99_us;
};
struct info_result {
    struct model_desc model;
    struct text version; /* the model's own version string */
    uint64_t weight_bytes;
    struct network_desc networks[MESSAGE_NETWORKS_MAX]; /* the first so many */
    uint32_t n_networks;
};

struct region_add_params {
    uint64_t size; /* bytes; at most what the fd holds */
};
struct region_add_result {
    uint32_t region; /* this session's number, above 0 */
};
struct region_drop_params {
    uint32_t region;
};
struct region_drop_result {
    uint32_t unused;
};

struct tensor_place {
    struct text name; /* "" takes the next input or output in the order of LOAD's reply */
    uint32_t region;  /* 0: inline */
    uint64_t offset;  /* bytes; in the region, or in the frame's tail; a multiple of 64 */
    uint64_t size;    /* bytes */
};
struct network_choice {
    uint32_t network;
};
struct run_params {
    uint32_t network;
    struct tensor_place inputs[MESSAGE_TENSORS_MAX];
    struct tensor_place outputs[MESSAGE_TENSORS_MAX]; /* none: all, inline; inline ones: offset 0 */
    uint32_t n_inputs, n_outputs;
    uint64_t deadline_ns; /* absolute CLOCK_MONOTONIC; 0: none */
    struct text class;    /* "": interactive */
    struct network_choice any_of[MESSAGE_NETWORKS_MAX];
    uint32_t n_any_of;
};
struct run_result {
    struct tensor_place
        outputs[MESSAGE_TENSORS_MAX]; /* where each inline output lies in the tail */
    uint32_t n_outputs;
    uint64_t queue_us; /* from the frame's arrival to the lane */
    uint64_t run_us;   /* on the device */
    uint32_t network;  /* that ran */
    uint64_t copied_bytes;
    uint64_t job; /* for WHY and TRACE */
};

struct cancel_params {
    uint32_t serial; /* of the call */
};
struct cancel_result {
    bool found; /* false: it was answered already, or never made */
};

struct stats_params {
    uint32_t unused;
};
struct device_desc {
    struct text name;
    uint32_t lanes, queued, running;
    uint64_t memory_used, memory_most;
    uint64_t jobs, failed, expired, cancelled, busy_us;
    uint64_t run_p50_us, run_p99_us, queue_p50_us, queue_p99_us;
    uint64_t busy_1s_us, busy_10s_us;
    struct text state; /* "ready", "recovering", "quarantined" */
    struct text perf;  /* the profile that it was asked for last; "": none yet */
    uint64_t losses;   /* of the device, since the daemon began */
    uint64_t recovery_p50_us, recovery_p99_us, recovery_most_us;
};
struct stats_result {
    struct text daemon;    /* version */
    struct text state;     /* "starting", "ready", "draining" */
    struct text waits_for; /* what is being loaded while starting; "" */
    uint64_t uptime_us, sessions, regions, region_bytes, models, networks, memory_bytes;
    uint64_t frames, refused; /* frames taken in; calls answered with an error */
    struct device_desc devices[MESSAGE_DEVICES_MAX];
    uint32_t n_devices;
};

/* The output of one frame that is an input of the next. */
struct carry_pair {
    struct text output, input;
};
struct stream_open_params {
    uint32_t network;
    uint32_t depth;       /* frames that may wait; 0: 1 */
    struct text policy;   /* "newest", "queue"; "": newest */
    struct text class;    /* of base/classes.def; "": interactive */
    uint64_t period_us;   /* 0: none */
    uint64_t deadline_us; /* after the frame's arrival; 0: the period */
    struct carry_pair carry[MESSAGE_TENSORS_MAX];
    uint32_t n_carry;
};
struct stream_open_result {
    uint32_t stream; /* this session's number, above 0 */
    uint64_t carry_bytes;
};
struct stream_push_params {
    uint32_t stream;
    uint64_t frame;                                  /* the client's */
    struct tensor_place inputs[MESSAGE_TENSORS_MAX]; /* of what is not carried */
    struct tensor_place outputs[MESSAGE_TENSORS_MAX];
    uint32_t n_inputs, n_outputs;
    uint64_t deadline_ns; /* absolute CLOCK_MONOTONIC; 0: the stream's */
};
struct stream_push_result {
    struct tensor_place outputs[MESSAGE_TENSORS_MAX];
    uint32_t n_outputs;
    uint64_t frame;
    uint64_t age_us; /* from the frame's arrival to this answer */
    uint64_t queue_us, run_us, copied_bytes;
    uint64_t dropped; /* of this stream, so far */
    uint64_t job;
};
struct stream_reset_params {
    uint32_t stream;
};
struct stream_reset_result {
    uint32_t unused;
};
struct stream_close_params {
    uint32_t stream;
};
struct stream_close_result {
    uint64_t pushed, done, dropped, expired, cancelled, failed;
};

struct ps_params {
    uint32_t unused;
};
struct held_desc {
    uint32_t network;
    struct text model, runtime, why;
    uint64_t runs; /* of this session */
};
struct session_desc {
    uint64_t session;
    uint32_t pid, uid;
    struct text name, state; /* "new", "open", "draining" */
    struct text ceiling;     /* the most urgent class it may ask for */
    uint64_t age_us;
    uint32_t calls, regions;
    uint64_t runs, refused, expired, dropped, device_us, region_bytes;
    uint64_t user_device_us, demoted;
    uint64_t queue_p50_us, queue_p99_us, run_p50_us, run_p99_us;
    struct held_desc networks[MESSAGE_HELD_MAX];
    uint32_t n_networks;
};
struct job_desc {
    uint64_t job, session;
    struct text model, device, class;
    bool running;
    uint64_t waited_us, ran_us, deadline_ns;
};
struct ps_result {
    uint64_t now_ns;
    struct session_desc sessions[MESSAGE_SESSIONS_MAX];
    struct job_desc jobs[MESSAGE_JOBS_MAX];
    uint32_t n_sessions, n_jobs, more_sessions, more_jobs, hidden_sessions, hidden_jobs;
};

struct why_params {
    uint64_t job;
};
struct blocker_desc {
    uint64_t job, session;
    struct text client, model, class;
    uint64_t run_us; /* while the other waited */
    bool running;
    struct text reason;
};
struct why_result {
    uint64_t job, session;
    struct text state; /* "waiting", "running", "ended" */
    int32_t result;
    uint32_t uid, lane;
    struct text client, model, device, class, picked;
    bool slot; /* its network had none free */
    uint64_t now_ns, arrived_ns, queued_ns, started_ns, ended_ns, answered_ns, deadline_ns, run_us;
    struct blocker_desc before[MESSAGE_BLOCKERS_MAX];
    uint32_t n_before, more, hidden;
    uint64_t before_us;
    struct text sentence;
};

struct trace_params {
    uint64_t after;
    bool on;
};
struct trace_record {
    struct text kind;
    uint64_t job, session;
    struct text client, model, device, class, picked;
    uint32_t lane, step, steps;
    int32_t result;
    uint64_t arrived_ns, queued_ns, began_ns, ended_ns, answered_ns, deadline_ns, run_us;
};
struct trace_result {
    uint64_t next, lost, hidden, now_ns;
    struct trace_record records[MESSAGE_RECORDS_MAX];
    uint32_t n_records;
};

/* In place of the result, when the reply's map has "error". */
struct reload_params {
    uint32_t unused; /* has no key */
};
struct reload_model {
    struct text name, what, error;
};
struct reload_result {
    struct text changed[MESSAGE_SETTINGS_MAX];
    uint32_t n_changed;
    struct text later[MESSAGE_SETTINGS_MAX];
    uint32_t n_later;
    struct reload_model models[MESSAGE_MODELS_MAX];
    uint32_t n_models;
};

struct error_result {
    struct text error; /* the wire name of errors.def */
    int32_t code;
    bool retryable;
    int32_t snpe_code;
    struct text message; /* what failed, where, why, what to do; at most 255 bytes */
};

/*
 * For each struct X that is a method's params or result, and error_result: pack_X appends the map,
 * unpack_X reads it from all of the SIZE bytes at MAP.
 *
 * pack_X: 0, -ENOMEM, or E_TOO_LARGE if a name or a list is longer than the wire allows; OUT is
 * then as it was.
 *
 * unpack_X: 0, or E_BAD_PARAMS and a sentence that names the key, *RET then holds garbage. It sets
 * every member whose row is in messages.def, but of a list only the items that came: *RET needs no
 * clearing, and a text or list that did not come is empty. Texts point into MAP.
 */
struct buf;
#define MESSAGE(name)                                                                              \
    int pack_##name(const struct name *message, struct buf *out);                                  \
    int unpack_##name(const void *map, size_t size, struct name *ret, struct fault *fault);
#define METHOD(id, number, name, params, result, fds, flags, text) MESSAGE(params) MESSAGE(result)
#include "protocol/methods.def"
MESSAGE(error_result)
#undef METHOD
#undef MESSAGE

/* Is the map of a reply an error_result, and not the call's own result? */
bool message_is_error(const void *map, size_t size);
