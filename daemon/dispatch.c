#include "daemon/dispatch.h"

#include "base/base.h"
#include "base/error.h"
#include "daemon/handlers/handlers.h"
#include "daemon/server.h"
#include "daemon/session.h"
#include "protocol/method.h"

static const struct {
    uint16_t method;
    handler_fn handle;
} handlers[] = {
    {METHOD_HELLO, handle_hello},
    {METHOD_PING, handle_ping},
    {METHOD_LOAD, handle_load},
    {METHOD_UNLOAD, handle_unload},
    {METHOD_LIST, handle_list},
    {METHOD_INFO, handle_info},
    {METHOD_REGION_ADD, handle_region_add},
    {METHOD_REGION_DROP, handle_region_drop},
    {METHOD_RUN, handle_run},
    {METHOD_CANCEL, handle_cancel},
    {METHOD_STATS, handle_stats},
    {METHOD_STREAM_OPEN, handle_stream_open},
    {METHOD_STREAM_PUSH, handle_stream_push},
    {METHOD_STREAM_RESET, handle_stream_reset},
    {METHOD_STREAM_CLOSE, handle_stream_close},
    {METHOD_PS, handle_ps},
    {METHOD_WHY, handle_why},
    {METHOD_TRACE, handle_trace},
    {METHOD_RELOAD, handle_reload},
};

static handler_fn find_handler(uint16_t method)
{
    for (size_t i = 0; i < ARRAY_SIZE(handlers); i++)
        if (handlers[i].method == method)
            return handlers[i].handle;
    return NULL;
}

/* May this session make that call now? */
static int check_state(const struct session *session, const struct method *method,
                       struct fault *fault)
{
    bool first = method->flags & METHOD_BEFORE_HELLO;
    bool works = method->flags & (METHOD_LOADS | METHOD_RUNS | METHOD_ADMIN);

    if (!session->greeted && !first)
        return fail(fault, E_STATE, "%s came before hello, which must be the first call",
                    method->name);
    if (session->greeted && first)
        return fail(fault, E_STATE, "hello was said already");
    if (works && (session->state == SESSION_DRAINING || session->server->state >= SERVER_DRAINING))
        return fail(fault, E_DRAINING, "the daemon is stopping; try again when it is back");
    if (method->flags & METHOD_ADMIN)
        return policy_admin(&session->rights, method->name, fault);
    return 0;
}

static int handle(struct request *request, struct fault *fault)
{
    const struct method *method = method_get(request->to.method);
    handler_fn handler = find_handler(request->to.method);
    int r;

    if (!method || !handler)
        return fail(fault, E_NO_METHOD, "method %u is none that this daemon (%s) knows",
                    request->to.method, SNPED_VERSION);
    r = check_state(request->to.session, method, fault);
    if (r < 0)
        return r;
    if (request->frame->head.n_fds > method->fds_most)
        return fail(fault, E_BAD_PARAMS, "%s carries at most %u file descriptors, %u came",
                    method->name, method->fds_most, request->frame->head.n_fds);
    return handler(request, fault);
}

void dispatch_request(struct request *request)
{
    struct session *session = request->to.session;
    struct fault fault = {""};
    int r = handle(request, &fault);

    if (r == 0)
        return;
    reply_error(&request->to, r, &fault);
    if (!session->greeted) /* a second try is a second connection */
        session_drain(session);
}
