#include "base/error.h"
#include "daemon/handlers/handlers.h"
#include "daemon/server.h"
#include "daemon/session.h"

int handle_hello(struct request *request, struct fault *fault)
{
    struct session *session = request->to.session;
    const struct server *server = session->server;
    struct hello_params params;
    struct hello_result result;
    int r = unpack_hello_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    if (params.version_least > FRAME_VERSION || params.version_most < FRAME_VERSION)
        return fail(fault, E_VERSION,
                    "this daemon (%s) speaks version %u of the protocol, the client %u to %u: "
                    "install a client and a daemon that have one in common",
                    SNPED_VERSION, FRAME_VERSION, params.version_least, params.version_most);
    if (session->refusal < 0) {
        *fault = session->refusal_fault;
        return session->refusal;
    }
    if (server->state >= SERVER_DRAINING)
        return fail(fault, E_DRAINING, "the daemon is stopping; try again when it is back");
    result = (struct hello_result){
        .version = FRAME_VERSION,
        .daemon = text_of(SNPED_VERSION),
        .session = session->number,
        .frame_most = server->frame_most,
        .may_load = session->rights.load,
        .ready = server->state == SERVER_READY,
        .events = text_of(events_address(&server->events)),
        .may_admin = session->rights.admin,
        .ceiling = text_of(class_name(session->rights.ceiling)),
    };
    r = pack_hello_result(&result, reply_map(&request->to));
    if (r < 0)
        return r;
    session_on_hello(session, &params.client);
    return reply_send(&request->to, NULL, 0);
}

int handle_ping(struct request *request, struct fault *fault)
{
    const struct ping_result result = {0};
    struct ping_params params;
    int r = unpack_ping_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = pack_ping_result(&result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}
