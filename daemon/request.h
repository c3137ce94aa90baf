#pragma once
/*
 * A call of a client: the frame while its handler looks at it (struct request), and, for calls that
 * are answered later, what stays (struct call). Every call is answered exactly once: by the reply_
 * functions, or by nobody when the session is gone.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/list.h"
#include "daemon/quota.h"
#include "protocol/messages.h"
#include "protocol/wire.h"

struct session;

/* Where an answer goes. SESSION is NULL once the client is gone: answers then go nowhere. */
struct reply_to {
    struct session *session;
    uint32_t serial;
    uint16_t method;
};

struct request {
    struct reply_to to;
    struct wire_frame *frame; /* a handler that takes an fd leaves -1 in its place */
    uint64_t arrived_ns;
};

struct call {
    struct list link; /* in session->calls until it is answered */
    struct reply_to to;
    struct charge charge; /* paid back when the work has ended, which may be after the answer */
    /* The client takes it back or is gone: E_CANCELLED, or E_DRAINING. */
    void (*cancel)(struct call *call, int code);
};

/* Makes CALL of REQUEST and charges it. E_QUOTA; CALL is then unlinked. */
int call_begin(struct call *call, const struct request *request,
               void (*cancel)(struct call *call, int code), struct fault *fault);
/* A call of nobody's: models.d, warm-up. */
void call_begin_internal(struct call *call);
/* Takes CALL off its session and pays its charge back; it was answered, or must not be. */
void call_end(struct call *call);

/*
 * An answer, for a session that is there: pack the result into what reply_map gives, then
 * reply_send it with the tail. A session that cannot be written to is closed. 0, or -ENOMEM or
 * E_TOO_LARGE and nothing was sent: answer with reply_error then.
 */
struct buf *reply_map(const struct reply_to *to);
int reply_send(const struct reply_to *to, const struct wire_part *parts, uint32_t n_parts);
/* FAULT's sentence, or the code's own if it is empty. */
void reply_error(const struct reply_to *to, int code, const struct fault *fault);

static inline struct text text_of(const char *text)
{
    return (struct text){text, __builtin_strlen(text)};
}
