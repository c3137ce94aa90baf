#pragma once
/*
 * libsnpe-client: ask the inference daemon snped to run networks.
 *
 *     struct snpe_client *client;
 *     struct snpe_network *face;
 *
 *     if (snpe_client_new(NULL, &client) < 0)
 *         return 1;
 *     if (snpe_load(client, "face", NULL, &face) < 0)
 *         fprintf(stderr, "%s\n", snpe_last_error(client));
 *     struct snpe_input in = snpe_in("data", pixels, n_pixels * sizeof(float));
 *     struct snpe_output out = snpe_out("prob", prob, sizeof(prob));
 *     if (snpe_run(face, &in, 1, &out, 1, NULL, NULL) < 0)
 *         fprintf(stderr, "%s\n", snpe_last_error(client));
 *     snpe_client_free(client);
 *
 * Tensors   Dense, in the layout that the network tells (images are [N, H, W, C]), little endian,
 *           float32 or uint8 as loaded. Plain memory always works and is copied; memory of a
 *           snpe_region is read and written by the daemon in place and never copied.
 * Errors    0 or a negative number: -errno, or one of enum snpe_error. On failure results are
 *           untouched, and snpe_last_error tells what failed, where, why and what to do.
 * Threads   Any number of threads may use one client at once, and calls of one thread do not wait
 *           for those of another. Freeing a handle while another thread uses it is a mistake of the
 *           caller's. Callbacks run only in the thread that calls snpe_dispatch (snpe_client_free).
 * Blocking  Calls wait for the daemon at most as long as their timeout, and say where they do not
 *           block. No signal is ever raised or needed; every fd is close-on-exec.
 * Restarts  When the daemon went away, the next blocking call connects again and registers again
 *           what it uses, within its timeout; what takes longer (a load) goes on, and a later call
 *           finds it done. A blocking call that was under way, could not be sent, or was refused by
 *           a daemon that is stopping, is sent again, once. Not so what the daemon may have done
 * and must not do twice: snpe_unload, and frames of a stream that carries a state, end with error
 * SNPE_E_DISCONNECTED, as does what was submitted: snpe_retryable says whether the caller may. A
 * network whose model is another one now answers SNPE_E_STALE. fork      A client belongs to the
 * process that made it. In a child, snpe_client_free only gives memory and fds back; every other
 * call answers SNPE_E_STATE. Growth    Structs that the caller fills begin with their size (or end
 * with reserved zeros), so a program built today runs with a later library.
 */
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SNPE_API __attribute__((visibility("default")))
#else
#define SNPE_API
#endif

#define SNPE_SOCKET   "/run/snped/snped.sock" /* unless the variable SNPED_SOCKET names another */
#define SNPE_RANK_MAX 6
#define SNPE_ALIGN    64         /* tensors in a region begin at multiples of it */
#define SNPE_FOREVER  UINT32_MAX /* as a timeout */

/* What the daemon or the library may answer, besides -errno. A later daemon may know more. */
enum snpe_error {
    SNPE_E_BAD_FRAME = -5001,  /* the other side does not speak the protocol */
    SNPE_E_BAD_PARAMS = -5002, /* a parameter is missing or wrong */
    SNPE_E_LAYER_UNSUPPORTED = -5005,
    SNPE_E_SHAPE = -5006,           /* dims that do not fit the network */
    SNPE_E_REGION_UNSEALED = -5007, /* the fd's memory can still change its size */
    SNPE_E_QUEUE_FULL = -5008,      /* retryable: the device is busy */
    SNPE_E_DEADLINE = -5009,        /* passed before the result */
    SNPE_E_NO_HARDWARE = -5011,
    SNPE_E_DEVICE_LOST = -5013, /* retryable */
    SNPE_E_NEEDS_QUANTIZED = -5015,
    SNPE_E_NO_MODEL = -5016,
    SNPE_E_STALE = -5017,  /* the model of this handle is gone: load it again */
    SNPE_E_DENIED = -5018, /* the policy does not let this user do that */
    SNPE_E_QUOTA = -5019,  /* retryable: this user's share is used up */
    SNPE_E_CANCELLED = -5020,
    SNPE_E_NO_TENSOR = -5030,
    SNPE_E_TENSOR_SIZE = -5031,
    SNPE_E_NO_REGION = -5032,
    SNPE_E_REGION_BOUNDS = -5033,
    SNPE_E_VERSION = -5034, /* no version of the protocol in common */
    SNPE_E_NO_METHOD = -5035,
    SNPE_E_STATE = -5036,    /* not allowed now */
    SNPE_E_DRAINING = -5037, /* retryable: the daemon is stopping */
    SNPE_E_NOT_BUILT = -5038,
    SNPE_E_SETTING = -5039,      /* a file of settings is wrong */
    SNPE_E_DISCONNECTED = -5041, /* retryable: no daemon, or it went away during the call */
    SNPE_E_TIMEOUT = -5042,      /* retryable: no answer in time */
    SNPE_E_TOO_LARGE = -5043,
    SNPE_E_DROPPED = -5044,     /* a newer frame of the stream took its place */
    SNPE_E_NO_CAPACITY = -5045, /* retryable: the device cannot promise that much more */
    SNPE_E_NO_STREAM = -5046,
    SNPE_E_QUARANTINED = -5047 /* retryable: the runtime failed too often */
};

/* The library's version, "0.1.0". */
SNPE_API const char *snpe_version(void);
/* The wire name of a code ("queue-full"; "system" for an errno), and its general sentence. */
SNPE_API const char *snpe_error_name(int code);
SNPE_API const char *snpe_strerror(int code);
/* 1 if the same call may succeed later, unchanged; else 0. */
SNPE_API int snpe_retryable(int code);

struct snpe_client;  /* one connection: one session of the daemon's */
struct snpe_network; /* a model made ready, as this session sees it */
struct snpe_region;  /* memory that the daemon shares */

struct snpe_client_options {
    size_t size;           /* sizeof(struct snpe_client_options) */
    const char *socket;    /* NULL: the variable SNPED_SOCKET, or else SNPE_SOCKET */
    const char *name;      /* for the daemon's log, at most 255 bytes; NULL: the program's */
    uint32_t call_ms;      /* timeout of a call unless it has its own; 0: 30,000 */
    uint32_t load_ms;      /* of a load; 0: 600,000 */
    uint32_t reconnect_ms; /* how long a call waits for a daemon that went away; 0: 5,000 */
    int no_reconnect;      /* 1: only snpe_connect connects again */
};

/*
 * A client that is not connected yet: the first call connects. OPTIONS may be NULL and is copied.
 * -EINVAL (size), -ENAMETOOLONG (a socket path of more than 107 bytes), -ENOMEM, -EMFILE. Does not
 * block.
 */
SNPE_API int snpe_client_new(const struct snpe_client_options *options, struct snpe_client **ret);

/*
 * Says goodbye, calls back what was submitted and not answered with SNPE_E_CANCELLED, and frees the
 * client with all networks, regions and streams that still hang on it. NULL is fine. Does not
 * block.
 */
SNPE_API void snpe_client_free(struct snpe_client *client);

/*
 * Connects if there is no connection. After a lost one it also registers again all regions,
 * networks and streams, which blocking calls do for themselves; those who only submit must call it.
 * SNPE_E_DISCONNECTED (nobody listens at the socket), SNPE_E_VERSION, SNPE_E_TIMEOUT, SNPE_E_STALE
 * (a network could not be had again: it goes on answering so, the others work), -errno.
 */
SNPE_API int snpe_connect(struct snpe_client *client);

/*
 * The sentence of the calling thread's last call on CLIENT that failed, at most 255 bytes; "" if
 * none did. It lives until that thread's next failure (the sentences of 32 threads are kept).
 */
SNPE_API const char *snpe_last_error(struct snpe_client *client);

struct snpe_dims {
    uint32_t rank; /* 0: a scalar */
    uint32_t dim[SNPE_RANK_MAX];
};
struct snpe_named_dims {
    const char *name;
    struct snpe_dims dims;
};
struct snpe_named_type {
    const char *name;
    const char *type; /* "float32" or "uint8" (a byte means itself) */
};

struct snpe_load_options {
    size_t size;                              /* sizeof(struct snpe_load_options) */
    const char *const *runtimes;              /* tried in turn: "cpu", ...; none: the daemon's */
    const struct snpe_named_dims *input_dims; /* of inputs that differ from the file */
    const char *const *outputs;               /* layers or tensors; none: the file's */
    const struct snpe_named_type *types;      /* of inputs and outputs; those not named: float32 */
    uint32_t n_runtimes, n_input_dims, n_outputs, n_types;
    int keep;            /* 1: the model stays loaded when this client goes */
    uint32_t timeout_ms; /* 0: the client's load_ms */
    uint64_t ttl_ms;     /* with keep: how long it stays when nobody holds it; 0: for ever */
    const char
        *perf; /* power for speed, a profile of SNPE's: "burst"; NULL: as the daemon has it */
};

/*
 * Makes a model ready and waits until it is. snpe_load takes NAME of a model that is loaded, or of
 * a file in the daemon's repository (no "/"); a loaded model with other dims, outputs or types
 * shares its weights. snpe_load_file opens PATH here and hands the file over under NAME;
 * snpe_load_fd does so with FD, which stays the caller's. The library keeps a duplicate to load the
 * same file again after a restart. Strings are copied. OPTIONS may be NULL.
 * SNPE_E_NO_MODEL, _DENIED, _QUOTA, _SHAPE, _NO_TENSOR, _LAYER_UNSUPPORTED, _NO_HARDWARE,
 * _NEEDS_QUANTIZED, -ENOENT and the like for PATH, what the container's reader says.
 */
SNPE_API int snpe_load(struct snpe_client *client, const char *name,
                       const struct snpe_load_options *options, struct snpe_network **ret);
SNPE_API int snpe_load_file(struct snpe_client *client, const char *name, const char *path,
                            const struct snpe_load_options *options, struct snpe_network **ret);
SNPE_API int snpe_load_fd(struct snpe_client *client, const char *name, int fd,
                          const struct snpe_load_options *options, struct snpe_network **ret);

/* Lets go of the network; NULL is fine. Jobs under way end first. Does not block. */
SNPE_API void snpe_network_free(struct snpe_network *network);

struct snpe_tensor_info {
    const char *name;
    const char *type; /* "float32", "uint8", or "tf8": 8-bit codes of MIN (0) to MAX (255) */
    struct snpe_dims dims;
    uint64_t size; /* bytes */
    double min, max;
};
struct snpe_network_info {
    const char *name, *digest; /* of the model; the digest is what b2sum -l 256 prints */
    const char *runtime;       /* where it runs */
    const char *why;           /* why there, if not where it was asked first; "" */
    uint64_t generation, load_us, memory_bytes;
    uint32_t n_inputs, n_outputs;
    const struct snpe_tensor_info *const *inputs, *const *outputs;
};
/* As it was when loaded; lives as long as the network. Never fails or blocks. */
SNPE_API const struct snpe_network_info *snpe_network_get_info(const struct snpe_network *network);

/*
 * SIZE bytes of zeros, shared with the daemon: put tensors at multiples of SNPE_ALIGN. Its base
 * stays the same until snpe_region_free, across restarts too. What a job that is under way reads or
 * writes may not be touched. SNPE_E_QUOTA, -EINVAL (size 0), -ENOMEM.
 */
SNPE_API int snpe_region_new(struct snpe_client *client, size_t size, struct snpe_region **ret);
/* The same with memory of the caller's: FD is a memfd sealed with F_SEAL_SHRINK and F_SEAL_GROW (or
 * a dma-buf, where the daemon takes them); it is duplicated, and not mapped: the base is NULL. */
SNPE_API int snpe_region_import(struct snpe_client *client, int fd, size_t size,
                                struct snpe_region **ret);
SNPE_API void *snpe_region_base(const struct snpe_region *region);
SNPE_API size_t snpe_region_size(const struct snpe_region *region);
SNPE_API void snpe_region_free(struct snpe_region *region); /* NULL is fine; does not block */

/* Where a tensor is: SIZE bytes at DATA, or, if REGION is set, at OFFSET of it. */
struct snpe_input {
    const char *name; /* NULL: the next one in the order of snpe_network_info */
    const void *data;
    struct snpe_region *region;
    uint64_t offset; /* a multiple of SNPE_ALIGN */
    uint64_t size;   /* exactly the tensor's */
    uint64_t reserved[2];
};
struct snpe_output {
    const char *name;
    void *data;
    struct snpe_region *region;
    uint64_t offset;
    uint64_t size;
    uint64_t reserved[2];
};
struct snpe_run_options {
    size_t size;          /* sizeof(struct snpe_run_options) */
    uint64_t deadline_ns; /* absolute, CLOCK_MONOTONIC: not begun later than that; 0: none */
    uint32_t timeout_ms;  /* longest wait for the answer; 0: the client's call_ms */
    uint32_t n_any_of;
    /* "realtime", "interactive" or "batch", as far as the daemon's policy lets this user; NULL:
     * interactive. */
    const char *job_class;
    /* Other networks of this client with inputs and outputs of the same sizes and types: the one
     * that is expected to end first runs. They stay until the job is done. At most 16. */
    struct snpe_network *const *any_of;
};
struct snpe_run_result {
    uint64_t queue_us;     /* from the daemon's receipt to the device */
    uint64_t run_us;       /* on the device */
    uint64_t copied_bytes; /* of tensors, by the daemon */
    uint64_t staged_bytes; /* of tensors, by the library: see snpe_run */
    uint64_t job;          /* the number that the daemon gave it, for snpe_why; 0: it gives none */
    const struct snpe_network *network; /* that ran */
    uint64_t reserved[2];
};

/*
 * One inference: all inputs, and at least one output. OPTIONS and RET may be NULL. Plain memory
 * travels inside the message while that holds it (about a megabyte), else through a region that the
 * library keeps with the network, which costs one copy more (staged_bytes). With regions only,
 * nothing is copied and, once warm, nothing is allocated.
 * When it returns SNPE_E_TIMEOUT the daemon may still write to output regions for a while; it is
 * asked to stop, and plain memory is no longer touched.
 * SNPE_E_NO_TENSOR, _TENSOR_SIZE, _REGION_BOUNDS, _QUEUE_FULL, _DEADLINE, _TIMEOUT, _STALE,
 * _DISCONNECTED, _DEVICE_LOST, _DENIED (a class above what this user may ask for), _BAD_PARAMS (no
 * such class), -EINVAL (no outputs, no data).
 */
SNPE_API int snpe_run(struct snpe_network *network, const struct snpe_input *inputs,
                      uint32_t n_inputs, const struct snpe_output *outputs, uint32_t n_outputs,
                      const struct snpe_run_options *options, struct snpe_run_result *ret);

/*
 * For programs with a loop of their own: snpe_submit sends the job and returns, DONE is called once
 * by snpe_dispatch, with 0 and the result or with the error (RESULT is NULL, the sentence is
 * snpe_last_error's). Inputs may be touched again when snpe_submit returns, unless they lie in
 * regions; outputs belong to the job until DONE. *TICKET (NULL is fine) is for snpe_cancel.
 * Neither blocks. Besides the errors of snpe_run: SNPE_E_DISCONNECTED when there is no connection,
 * or none since this network or region was registered (call snpe_connect), -EAGAIN when the socket
 * has been full for 16 MiB.
 */
typedef void (*snpe_done_fn)(void *user, int error, const struct snpe_run_result *result);
SNPE_API int snpe_submit(struct snpe_network *network, const struct snpe_input *inputs,
                         uint32_t n_inputs, const struct snpe_output *outputs, uint32_t n_outputs,
                         const struct snpe_run_options *options, snpe_done_fn done, void *user,
                         uint64_t *ticket);

/* Asks the daemon to drop a job; DONE is called with SNPE_E_CANCELLED, or as if nothing had been
 * asked when it was too late. -ENOENT: no such job is under way. Does not block. */
SNPE_API int snpe_cancel(struct snpe_client *client, uint64_t ticket);

/* One fd for the whole life of the client (an epoll instance): when it is readable, call
 * snpe_dispatch. -EMFILE, -ENOMEM. It stays the library's. */
SNPE_API int snpe_fd(struct snpe_client *client);

/*
 * Sends and takes in what it can without waiting and calls back what is done: how many. When the
 * connection is lost, everything under way is called back with SNPE_E_DISCONNECTED.
 * A callback may call anything but snpe_client_free and snpe_dispatch.
 */
SNPE_API int snpe_dispatch(struct snpe_client *client);

struct snpe_stream; /* a declared sequence of runs of one network */

/* One tensor of a stream's state: an output of a frame that is an input of the next. */
struct snpe_carry {
    const char *output;
    const char *input; /* of the same size and type */
};
struct snpe_stream_options {
    size_t size;            /* sizeof(struct snpe_stream_options) */
    uint32_t depth;         /* frames that may wait, 1 to 64; 0: 1 */
    uint32_t n_carry;       /* below */
    const char *policy;     /* what one too many does: "newest" (NULL): it replaces the oldest that
                               waits, which ends with SNPE_E_DROPPED; "queue": it is refused with
                               SNPE_E_QUEUE_FULL */
    const char *class_name; /* "realtime", "interactive" (NULL) or "batch" */
    uint64_t period_us;     /* a frame will come so often; 0: no promise is asked for */
    uint64_t deadline_us;   /* from a frame's arrival to its answer; 0: the period, if any */
    const struct snpe_carry
        *carry; /* zeros at first, then what the last frame that succeeded gave */
};

/*
 * Opens a stream: its frames run one after another in the order pushed, and its state stays in the
 * daemon, which takes two buffers for each pair from this user's share of region bytes. Strings are
 * copied; OPTIONS may be NULL. The network must not be freed before the stream is closed. After a
 * restart it is opened again as networks are, with a state of zeros: see snpe_push_result.
 * SNPE_E_NO_TENSOR, _TENSOR_SIZE (a pair that does not fit), _BAD_PARAMS, _DENIED (the class),
 * _QUOTA, _NO_CAPACITY (the period cannot be promised), what snpe_load answers after a restart.
 */
SNPE_API int snpe_stream_open(struct snpe_network *network,
                              const struct snpe_stream_options *options, struct snpe_stream **ret);

/* Frames that wait end with SNPE_E_CANCELLED, one that runs ends as it would have; each is called
 * back by snpe_dispatch as ever. NULL is fine. Does not block. */
SNPE_API void snpe_stream_close(struct snpe_stream *stream);

/* Frames pushed from now on begin with a state of zeros; those pushed before still use the old one.
 * It keeps its place among the frames that this thread pushes. */
SNPE_API int snpe_stream_reset(struct snpe_stream *stream);

struct snpe_push_options {
    size_t size;          /* sizeof(struct snpe_push_options) */
    uint64_t frame;       /* the caller's number or time of the frame; comes back */
    uint64_t deadline_ns; /* absolute, CLOCK_MONOTONIC; 0: the stream's */
    uint32_t timeout_ms;  /* longest wait for the answer; 0: the client's call_ms */
};
struct snpe_push_result {
    uint64_t frame;
    uint64_t age_us;                     /* from the daemon's receipt of the frame to its answer */
    uint64_t queue_us;                   /* from its receipt to the device */
    uint64_t run_us;                     /* on the device */
    uint64_t copied_bytes, staged_bytes; /* as in snpe_run_result */
    uint64_t dropped; /* frames of this stream that newer ones replaced, since it was opened */
    uint64_t job;     /* the job's number in the daemon */
    int restarted;    /* 1: the first answer since the stream was opened again: its state began
                         anew with zeros, and the frames before are lost */
    const struct snpe_network *network; /* that ran: the stream's */
    uint64_t reserved[3];
};

/*
 * One frame, and waits for its answer. INPUTS are those that are not carried (without a name: the
 * next such), OUTPUTS at least one; a carried output can be read into plain memory. OPTIONS and RET
 * may be NULL. As snpe_run; besides its errors SNPE_E_DROPPED (a newer frame took its place, see
 * snpe_last_error for which), _CANCELLED (the stream was closed), _NO_STREAM. A frame that failed
 * leaves the state as it was. With a state, a frame is not sent twice: when the connection is lost
 * the answer is SNPE_E_DISCONNECTED. _NO_STREAM: the daemon had to close it, as a device died with
 * the state in its hands; the next frame opens it again.
 */
SNPE_API int snpe_stream_run(struct snpe_stream *stream, const struct snpe_input *inputs,
                             uint32_t n_inputs, const struct snpe_output *outputs,
                             uint32_t n_outputs, const struct snpe_push_options *options,
                             struct snpe_push_result *ret);

/*
 * One frame, without waiting, as snpe_submit: DONE is called once by snpe_dispatch. RESULT is never
 * NULL and lives during the call; after an error only its frame is set. *TICKET is for snpe_cancel.
 */
typedef void (*snpe_pushed_fn)(void *user, int error, const struct snpe_push_result *result);
SNPE_API int snpe_stream_push(struct snpe_stream *stream, const struct snpe_input *inputs,
                              uint32_t n_inputs, const struct snpe_output *outputs,
                              uint32_t n_outputs, const struct snpe_push_options *options,
                              snpe_pushed_fn done, void *user, uint64_t *ticket);

/* A round trip: 0 if the daemon is there. */
SNPE_API int snpe_ping(struct snpe_client *client);

/*
 * Where the daemon publishes what happens in it (models, devices, drops, overload), as
 * docs/EVENTS.md tells: a nanomsg address for a SUB socket of the caller's, into the SIZE bytes at
 * OUT; "" if it publishes nothing. SNPE_EVENTS_SIZE bytes are enough; -ENAMETOOLONG: SIZE is not.
 * Connects if there is no connection: the errors of snpe_connect.
 */
#define SNPE_EVENTS_SIZE 256
SNPE_API int snpe_events_address(struct snpe_client *client, char *out, size_t size);

/* Takes a model off the daemon's list; networks of other clients go on. SNPE_E_NO_MODEL, _DENIED.
 */
SNPE_API int snpe_unload(struct snpe_client *client, const char *name);

/* What follows answers in one block of memory, which the caller gives to snpe_free. */
SNPE_API void snpe_free(void *answer);

struct snpe_model {
    const char *name, *state; /* "ready", "loading", "failed" */
    const char *digest, *runtime;
    const char *error; /* why it failed; "" */
    uint64_t generation, memory_bytes, runs;
    uint32_t networks;
    int keep;
};
struct snpe_models {
    uint32_t n_models;
    const struct snpe_model *const *models;
};
SNPE_API int snpe_list(struct snpe_client *client, struct snpe_models **ret);

struct snpe_model_network {
    const char *runtime, *why;
    uint64_t plan_bytes, slot_bytes;
    uint64_t macs; /* multiply-accumulates of one run */
    uint64_t runs, run_p50_us, run_p99_us;
    uint32_t slots, launches;
    uint32_t n_inputs, n_outputs;
    const struct snpe_tensor_info *const *inputs, *const *outputs;
};
struct snpe_model_info {
    const struct snpe_model *model;
    const char *version; /* the model's own */
    uint64_t weight_bytes;
    uint32_t n_networks;
    const struct snpe_model_network *const *networks;
};
SNPE_API int snpe_info(struct snpe_client *client, const char *name, struct snpe_model_info **ret);

struct snpe_device {
    const char *name;
    uint32_t lanes, queued, running;
    uint64_t jobs, failed, expired, cancelled, busy_us;
    uint64_t run_p50_us, run_p99_us, queue_p50_us, queue_p99_us;
    uint64_t memory_used,
        memory_most; /* bytes of its networks; the most there may be, 0: no limit */
    uint64_t busy_1s_us, busy_10s_us; /* that all lanes worked in the last 1 and 10 seconds */
    const char
        *state;       /* "ready", "recovering" after a loss, "quarantined"; "": the daemon is old */
    const char *perf; /* the profile that it was asked for last; "": none */
    uint64_t losses;  /* times that it stopped answering, and how long until it was ready again: */
    uint64_t recovery_p50_us, recovery_p99_us, recovery_most_us;
};
struct snpe_daemon_stats {
    const char *version;
    const char *state;     /* "starting", "ready", "draining" */
    const char *waits_for; /* what is being loaded while it is starting; "" */
    uint64_t uptime_us, sessions, regions, region_bytes, models, networks, memory_bytes;
    uint64_t frames, refused; /* taken in; answered with an error */
    uint32_t n_devices;
    const struct snpe_device *const *devices;
};
SNPE_API int snpe_stats(struct snpe_client *client, struct snpe_daemon_stats **ret);

/*
 * Who is connected and which jobs wait or run: of all, for who may administer the daemon; else what
 * belongs to the caller's user, and how many there are of others. Names of clients are what they
 * say of themselves: any bytes. SNPE_E_NO_METHOD: the daemon is too old.
 */
struct snpe_held { /* a network that a client holds */
    const char *model, *runtime, *why;
    uint64_t runs; /* of this client */
    uint32_t network;
};
struct snpe_session {
    const char *name, *state; /* "new", "open", "draining" */
    const char *ceiling;      /* the most urgent class that it may ask for; "" */
    uint64_t session, age_us;
    uint64_t runs, refused, expired; /* answered; with an error; of those past their deadline */
    uint64_t dropped;                /* frames of streams whose place a newer one took */
    uint64_t device_us, region_bytes;
    uint64_t user_device_us; /* of all that its user ran since the daemon began */
    uint64_t demoted;        /* of them, of class batch because the user was over its share */
    uint64_t queue_p50_us, queue_p99_us, run_p50_us, run_p99_us;
    uint32_t pid, uid, calls, regions; /* calls: not answered yet */
    uint32_t n_networks;
    const struct snpe_held *const *networks;
};
struct snpe_job {
    const char *model, *device, *class_name;
    uint64_t job, session; /* session 0: the daemon's own */
    uint64_t waited_us, ran_us, deadline_ns;
    int running; /* 0: it waits */
};
struct snpe_overview {
    uint64_t now_ns; /* CLOCK_MONOTONIC */
    uint32_t n_sessions, n_jobs;
    uint32_t more_sessions, more_jobs;     /* that did not fit */
    uint32_t hidden_sessions, hidden_jobs; /* of other users */
    const struct snpe_session *const *sessions;
    const struct snpe_job *const *jobs;
};
SNPE_API int snpe_ps(struct snpe_client *client, struct snpe_overview **ret);

/*
 * What job JOB (of struct snpe_run_result, or of snpe_ps) waited for, or waits for now. The daemon
 * remembers the last few thousand. SNPE_E_BAD_PARAMS (never given, too long ago), _DENIED (another
 * user's), _NO_METHOD.
 */
struct snpe_blocker { /* a job that had the device meanwhile */
    const char *client, *model, *class_name;
    const char *reason;            /* why it went first: "class", "deadline", "first", ... */
    uint64_t job, session, run_us; /* run_us: while the other waited */
    int running;                   /* still */
};
struct snpe_wait {
    const char *sentence;
    const char *state; /* "waiting", "running", "ended" */
    const char *client, *model, *device, *class_name;
    const char *picked; /* why it was the next when it began; "" */
    uint64_t job, session;
    uint64_t now_ns, arrived_ns, queued_ns, started_ns, ended_ns, answered_ns; /* 0: not */
    uint64_t deadline_ns, run_us;
    uint64_t before_us; /* that all blockers had the device meanwhile */
    uint32_t uid, lane;
    uint32_t more, hidden; /* blockers not in the list; of them, of other users */
    int result;            /* 0 or the error */
    int slot;              /* 1: its network had no free job slot when it was its turn */
    uint32_t n_before;
    const struct snpe_blocker *const *before; /* the latest first */
};
SNPE_API int snpe_why(struct snpe_client *client, uint64_t job, struct snpe_wait **ret);

/*
 * What the daemon recorded since the cursor AFTER (0: all that it remembers; UINT64_MAX: nothing,
 * only the cursor of now), at most 256 records: ask again with NEXT, ten times a second while
 * something runs. ON: 1 to have the turns of its loop recorded for the next 2 seconds, too.
 */
struct snpe_record {
    const char *kind; /* "job", "step", "read", "build", "warm", "loop" */
    const char *client, *model, *device, *class_name, *picked;
    uint64_t job, session;
    uint64_t arrived_ns, queued_ns, began_ns, ended_ns, answered_ns, deadline_ns, run_us;
    uint32_t lane, step, steps;
    int result;
};
struct snpe_records {
    uint64_t next, now_ns;
    uint64_t lost;   /* that were overwritten since AFTER */
    uint64_t hidden; /* of other users */
    uint32_t n_records;
    const struct snpe_record *const *records;
};
SNPE_API int snpe_trace(struct snpe_client *client, uint64_t after, int on,
                        struct snpe_records **ret);

/*
 * Has the daemon read its settings and models.d anew, as SIGHUP does, and waits until all of it is
 * in use. SNPE_E_SETTING: a file is wrong, the sentence says which and where, and nothing changed;
 * _DENIED: not for this user; _DRAINING, _NO_METHOD. A model that could not be loaded is no error
 * of the call: what was there before goes on.
 */
struct snpe_reloaded_model {
    const char *name, *what; /* "loaded", "unloaded", "failed" */
    const char *error;       /* why it failed; "" */
};
struct snpe_reload_report {
    uint32_t n_changed, n_later, n_models;
    const char *const *changed; /* settings in use from now on: "[quota] models" */
    const char *const *later;   /* settings that wait for the next start */
    const struct snpe_reloaded_model *const *models; /* those that were touched */
};
SNPE_API int snpe_reload(struct snpe_client *client, struct snpe_reload_report **ret);

/* What the library counted for this client. Never fails or blocks. */
struct snpe_counters {
    uint64_t calls;        /* sent */
    uint64_t connects;     /* connections made; more than 1: the daemon went away */
    uint64_t inline_bytes; /* of tensors that travelled in messages */
    uint64_t staged_bytes; /* of tensors copied to and from the library's own regions */
    uint64_t staged_regions;
    uint64_t late; /* answers that came after their call had timed out */
    uint64_t reserved[4];
};
SNPE_API void snpe_get_counters(struct snpe_client *client, struct snpe_counters *ret);

/* The structs of snpe_run in one expression. */
static inline struct snpe_input snpe_in(const char *name, const void *data, uint64_t size)
{
    struct snpe_input input = {name, data, NULL, 0, size, {0, 0}};
    return input;
}
static inline struct snpe_input snpe_in_region(const char *name, struct snpe_region *region,
                                               uint64_t offset, uint64_t size)
{
    struct snpe_input input = {name, NULL, region, offset, size, {0, 0}};
    return input;
}
static inline struct snpe_output snpe_out(const char *name, void *data, uint64_t size)
{
    struct snpe_output output = {name, data, NULL, 0, size, {0, 0}};
    return output;
}
static inline struct snpe_output snpe_out_region(const char *name, struct snpe_region *region,
                                                 uint64_t offset, uint64_t size)
{
    struct snpe_output output = {name, NULL, region, offset, size, {0, 0}};
    return output;
}

#ifdef __cplusplus
}
#endif
