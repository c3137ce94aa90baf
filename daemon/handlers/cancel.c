#include "base/error.h"
#include "daemon/handlers/handlers.h"
#include "daemon/session.h"

static struct call *find(const struct session *session, uint32_t serial)
{
    list_foreach (it, &session->calls) {
        struct call *call = list_entry(it, struct call, link);

        if (call->to.serial == serial)
            return call;
    }
    return NULL;
}

/* The cancelled call is answered first if it only waited, else when it ends. */
int handle_cancel(struct request *request, struct fault *fault)
{
    struct cancel_params params;
    struct cancel_result result;
    struct call *call;
    int r = unpack_cancel_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    call = find(request->to.session, params.serial);
    result.found = call != NULL;
    if (call)
        call->cancel(call, E_CANCELLED);
    r = pack_cancel_result(&result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}
