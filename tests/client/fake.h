#pragma once
/*
 * A daemon for tests of the client, in a thread of the test. By itself it is honest and small: it
 * knows the models below, and what it is given by fd. A test may look at each call before it, and
 * answer in whatever way it wants, or not at all.
 *
 *   "echo"  x [1, 16] -> y [1, 16], y = x; other dims as the LOAD asks
 *   "pair"  a [1, 16], b [1, 16] -> sum [1, 16], half/diff [1, 16]
 *
 * A model by fd is an echo whose digest is made of the fd's bytes; fake_restart forgets it.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "protocol/messages.h"
#include "protocol/method.h"
#include "protocol/wire.h"

#define FAKE_NETWORKS 64
#define FAKE_REGIONS  64
#define FAKE_STREAMS  8
#define FAKE_CONNS    8
#define FAKE_MODELS   8
#define FAKE_FRAME    (64u << 10)
#define FAKE_WIDTH    16

struct fake;

struct fake_conn {
    struct fake *fake;
    int fd;
    struct wire *wire;
    bool greeted;
    struct {
        char name[64];
        struct shape dims;
        bool live;
    } networks[FAKE_NETWORKS];
    struct {
        unsigned char *base;
        size_t size;
    } regions[FAKE_REGIONS];
    struct {
        uint32_t network;
        float state[FAKE_WIDTH]; /* the last sum */
        bool carries, live;
    } streams[FAKE_STREAMS];
};

/*
 * Sees each call first, in the fake's thread. True: it was dealt with, also by fake_close. A frame
 * that is kept must be copied.
 */
typedef bool (*fake_hook)(struct fake_conn *conn, struct wire_frame *frame, void *context);

struct fake {
    char path[108];
    fake_hook hook;
    void *context;
    uint64_t frame_most;
    const char *state; /* of STATS */
    char digest;       /* repeated 64 times: of the models in the repository */

    pthread_mutex_t lock; /* held while a call is dealt with */
    int listen_fd, wake_fd;
    pthread_t thread;
    atomic_bool stop;
    struct fake_conn *conns[FAKE_CONNS];
    struct {
        char name[64];
        char digest[65];
    } models[FAKE_MODELS]; /* by fd */
    uint32_t n_models;
    atomic_uint n_calls[32]; /* by method */
    atomic_uint n_connections;
    atomic_uint n_live_regions, n_live_networks;
};

/* Listens at NAME in the test's directory. *FAKE's hook, context and frame_most may be set. */
void fake_start(struct fake *fake, const char *name);
/* Closes everything, as a daemon that is killed. The socket's file stays, as it does then. */
void fake_stop(struct fake *fake);
/* The same, and takes the file away: the end of a test. */
void fake_end(struct fake *fake);
/* Listens again at the same path; counts go on. */
void fake_again(struct fake *fake);

/* Another hook, from now on. */
void fake_script(struct fake *fake, fake_hook hook, void *context);
/* Between these the fake deals with no call: the test may touch what its hook reads. */
void fake_pause(struct fake *fake);
void fake_resume(struct fake *fake);

uint32_t fake_count(const struct fake *fake, uint16_t method);

/* For hooks. The honest answer: */
void fake_answer(struct fake_conn *conn, struct wire_frame *frame);
/* Of it, what tells of clients and jobs; false: the call asks for something else. */
bool fake_answer_watch(struct fake_conn *conn, struct wire_frame *frame);
/* And what is about streams: those of "pair" may carry sum to b, and add up all frames. */
bool fake_answer_stream(struct fake_conn *conn, struct wire_frame *frame);
/* An answer to the call with HEAD: MAP is what a pack function appended; it is freed. */
void fake_reply(struct fake_conn *conn, const struct frame *head, struct buf *map,
                const struct wire_part *parts, uint32_t n_parts);
void fake_error(struct fake_conn *conn, const struct frame *head, int code, const char *sentence);
/* Any bytes. */
void fake_raw(struct fake_conn *conn, const void *bytes, size_t size);
void fake_close(struct fake_conn *conn);
