#include "daemon/request.h"

#include <errno.h>

#include "base/error.h"
#include "daemon/server.h"
#include "daemon/session.h"

int call_begin(struct call *call, const struct request *request,
               void (*cancel)(struct call *call, int code), struct fault *fault)
{
    struct session *session = request->to.session;
    int r;

    list_init(&call->link);
    call->to = request->to;
    call->cancel = cancel;
    r = charge_take(session->account, QUOTA_CALLS, 1, &call->charge, fault);
    if (r == 0)
        list_append(&session->calls, &call->link);
    return r;
}

void call_begin_internal(struct call *call)
{
    *call = (struct call){.to = {.session = NULL}};
    list_init(&call->link);
}

/* A session that drains waits for its last call. */
static void detach(struct call *call)
{
    struct session *session = call->to.session;

    list_remove(&call->link);
    call->to.session = NULL;
    if (session)
        session_on_idle(session);
}

void call_end(struct call *call)
{
    detach(call);
    charge_return(&call->charge);
}

struct buf *reply_map(const struct reply_to *to)
{
    struct buf *map = &to->session->server->map;

    map->size = 0;
    return map;
}

int reply_send(const struct reply_to *to, const struct wire_part *parts, uint32_t n_parts)
{
    const struct frame head = {.kind = FRAME_REPLY, .method = to->method, .serial = to->serial};

    return session_send(to->session, &head, &to->session->server->map, parts, n_parts);
}

void reply_error(const struct reply_to *to, int code, const struct fault *fault)
{
    const struct error_info info = error_get(code);
    const char *sentence = fault && fault->text[0] ? fault->text : info.text;
    const struct error_result result = {
        .error = text_of(info.wire_name),
        .code = info.code,
        .retryable = info.retryable,
        .snpe_code = info.snpe_code,
        .message = text_of(sentence),
    };
    int r;

    if (!to->session)
        return;
    to->session->server->stats.refused++;
    to->session->stats.refused++;
    r = pack_error_result(&result, reply_map(to));
    if (r == 0)
        r = reply_send(to, NULL, 0);
    if (r < 0) /* an answer cannot be left out: the client learns by the end of the connection */
        session_close(to->session);
}
