#pragma once
/*
 * A client of the daemon as the tests want one: it speaks the wire by protocol/ alone, one frame at
 * a time, right or wrong. Waiting is bounded; the test fails when nothing comes.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "protocol/messages.h"
#include "protocol/method.h"
#include "protocol/wire.h"

#define CALLER_NAME_MAX 256

struct caller {
    int fd;
    struct wire *wire;
    uint32_t serial; /* given last */
    bool patient;    /* a connection that ends is no failure: calls return E_DISCONNECTED */
    struct buf map;
    struct wire_frame frame; /* received last */
    int code;                /* of the last error answered; 0 */
    char error[64];          /* its wire name */
    char text[256];          /* its sentence */
};

/* Connected, and, with the second, greeted. */
void caller_connect(struct caller *caller, const char *path);
void caller_open(struct caller *caller, const char *path);
void caller_close(struct caller *caller);

/* Sends a call: the map is what was packed into caller->map. Its serial. */
uint32_t caller_send(struct caller *caller, uint16_t method, const struct wire_part *parts,
                     uint32_t n_parts, int fd);
/* Raw bytes. */
void caller_send_bytes(struct caller *caller, const void *base, size_t size);

/* The next frame into caller->frame: 1, or 0 at the end of the connection. An error's contents go
 * to code, error and text. */
int caller_receive(struct caller *caller);
/* The answer of SERIAL; frames of other calls before it fail the test. Its code, 0 if it is none.
 */
int caller_answer(struct caller *caller, uint32_t serial);
bool caller_is_closed(struct caller *caller); /* waits for the end */

/* Whole calls; each returns 0 or the error's code, and says what it means in caller->text. */
int caller_hello(struct caller *caller, uint32_t least, uint32_t most);
int caller_ping(struct caller *caller);

struct caller_load {
    const char *name;
    int fd; /* -1: by name */
    bool keep;
    uint64_t ttl_ms;
    const char *runtime;         /* NULL: none named */
    uint32_t n;                  /* dims [1, N] for input x; 0: as they are */
    const char *output, *second; /* outputs; NULL: none named */
    const char *typed;           /* a tensor that is uint8; NULL */
};
struct caller_loaded {
    uint32_t network;
    uint64_t generation, memory_bytes, load_us;
    char digest[72], runtime[16], why[256];
    uint32_t n_inputs, n_outputs;
    uint64_t in_size, out_size; /* of the first of each */
};
void caller_pack_load(struct caller *caller, const struct caller_load *load);
int caller_load(struct caller *caller, const struct caller_load *load, struct caller_loaded *ret);
int caller_unload(struct caller *caller, uint32_t network, const char *name);

int caller_region_add(struct caller *caller, int fd, uint64_t size, uint32_t *ret);
int caller_region_drop(struct caller *caller, uint32_t region);

/* One input and one output, inline or in a region (0: inline). */
struct caller_run {
    uint32_t network;
    const void *in; /* inline */
    size_t in_size;
    uint32_t in_region, out_region;
    uint64_t in_offset, out_offset, out_size;
    uint64_t deadline_ns;
};
uint32_t caller_send_run(struct caller *caller, const struct caller_run *run);
int caller_run(struct caller *caller, const struct caller_run *run);
/* Relu of N floats inline, checked. */
int caller_run_relu(struct caller *caller, uint32_t network, uint32_t n, float shift);

int caller_cancel(struct caller *caller, uint32_t serial, bool *ret_found);
/* Valid until the next frame. */
int caller_stats(struct caller *caller, struct stats_result *ret);
int caller_list(struct caller *caller, struct list_result *ret);

/* The result lives until the next one. */
int caller_reload(struct caller *caller, const struct reload_result **ret);

#define ck_assert_answers(caller, call)                                                            \
    do {                                                                                           \
        int _code = (call);                                                                        \
        ck_assert_msg(_code == 0, "%s: %d: %s", #call, _code, (caller)->text);                     \
    } while (0)

/* CALL is answered with CODE, and WORDS are in the sentence. */
#define ck_assert_refused(caller, call, want, words)                                               \
    do {                                                                                           \
        int _code = (call);                                                                        \
        ck_assert_msg(_code == (want), "%s: %d instead of %d: %s", #call, _code, want,             \
                      (caller)->text);                                                             \
        ck_assert_msg(strstr((caller)->text, words) != NULL, "'%s' is not in '%s'", words,         \
                      (caller)->text);                                                             \
    } while (0)
