#pragma once
/*
 * Calls under way. A call is part of what waits for it; it is on the client's list from call_begin
 * until it is done, which happens exactly once: its answer came, or the connection was lost, or it
 * was told to be done. Then its on_done owns it; without one, the thread that looks at state does.
 *
 *      begin          answer, loss, call_finish
 *   -----------> WAITS --------------------------> DONE
 */
#include "client/client.h"
#include "protocol/wire.h"

enum call_state { CALL_WAITS, CALL_DONE };

struct call {
    struct list node;
    struct snpe_client *client;
    uint32_t serial;
    uint16_t method; /* METHOD_* */
    enum call_state state;
    bool sent;
    int result; /* when done: 0, or the error with its sentence in FAULT */
    struct fault fault;
    uint64_t expires_ns; /* only calls that snpe_dispatch expires; else 0 */

    /*
     * Takes in the result's map and tail, whose memory is the wire's; runs in the thread that
     * reads. 0, or the error that the call ends with. NULL: the result says nothing.
     */
    int (*on_answer)(struct call *call, const struct wire_frame *frame, struct fault *fault);
    void (*on_done)(struct call *call);
    void *context;
};

/* A serial for CALL, whose other members the caller has set, and a place on the list. */
void call_begin(struct snpe_client *client, struct call *call, uint16_t method);

/*
 * Sends it: the map in client->pack, N_PARTS of tail, FD if not -1. 0: on its way. CALL_UNSENT: the
 * connection was lost before the frame was whole, so that the daemon cannot have done it; CALL is
 * still WAITS and on the list. Negative: so too.
 */
#define CALL_UNSENT 1
int call_send(struct call *call, const struct wire_part *parts, uint32_t n_parts, int fd);

/* Takes it off the list without on_done: it was not sent, or nobody wants it. */
void call_drop(struct call *call);

/* Done, with RESULT and, if that is negative, FAULT's sentence (NULL: that of errors.def). */
void call_finish(struct call *call, int result, const struct fault *fault);

/* All that are under way on a connection that was lost. */
void call_finish_all(struct snpe_client *client, int result, const struct fault *fault);

/*
 * Sends MAP (client->pack) as a call that nobody waits for: goodbyes. Failure to do so is of no
 * consequence: the daemon then forgets with the session. ON_ANSWER may be NULL.
 */
void call_post(struct snpe_client *client, uint16_t method);

/* Asks the daemon to drop CALL, which stays under way until it is answered. */
void call_cancel(struct call *call);

/* The call under way with SERIAL, or NULL. */
struct call *call_find(struct snpe_client *client, uint32_t serial);

/*
 * One turn of waiting: what the caller waits for may have happened when it returns 0. E_TIMEOUT
 * when EXPIRES_NS has passed.
 */
int call_turn(struct snpe_client *client, uint64_t expires_ns);

/* Something happened that other threads wait for. */
void call_changed(struct snpe_client *client);

/* Waits until CALL is done: its result and sentence, or E_TIMEOUT while it is still under way. */
int call_wait(struct call *call, uint64_t expires_ns, struct fault *fault);

/*
 * Runs ATTEMPT on a live connection, and once more if the call was CALL_UNSENT, if the daemon
 * refused it because it is stopping (then its successor is waited for), or if the connection was
 * lost before the answer came: then the daemon may have done it, so not if it is to be done ONCE.
 * Everything else is the answer; CALL_UNSENT becomes E_DISCONNECTED.
 */
typedef int (*call_attempt_fn)(void *context, uint64_t expires_ns, struct fault *fault);
struct call_plan {
    call_attempt_fn attempt;
    void *context;
    bool once;
};
int call_repeat(struct snpe_client *client, const struct call_plan *plan, uint64_t expires_ns,
                struct fault *fault);

/*
 * A call that blocks and whose answer may come too late without harm: PACK writes its map to
 * client->pack, ON_ANSWER reads the result with CONTEXT as the call's.
 */
struct exchange {
    struct snpe_client *client;
    uint16_t method;
    int (*pack)(const struct exchange *exchange, struct buf *out);
    int (*on_answer)(struct call *call, const struct wire_frame *frame, struct fault *fault);
    const void *params;
    void *context;
};
/* One try: a call_attempt_fn. */
int call_exchange_attempt(void *exchange, uint64_t expires_ns, struct fault *fault);
int call_exchange(struct exchange *exchange, uint64_t expires_ns, struct fault *fault);
/* For what is to be done once. */
int call_exchange_once(struct exchange *exchange, uint64_t expires_ns, struct fault *fault);
