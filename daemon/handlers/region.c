#include "base/error.h"
#include "daemon/handlers/handlers.h"
#include "daemon/server.h"
#include "daemon/session.h"

int handle_region_add(struct request *request, struct fault *fault)
{
    struct session *session = request->to.session;
    struct region_request what = {.id = session->server->last_region + 1};
    struct region_add_params params;
    struct region_add_result result;
    int r = unpack_region_add_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r < 0)
        return r;
    if (request->frame->head.n_fds != 1)
        return fail(fault, E_BAD_PARAMS,
                    "region-add carries one file descriptor, that of the memory; none came");
    what.fd = request->frame->fds[0];
    what.size = params.size;
    r = regions_add(&session->regions, &what, session->account, &result.region, fault);
    if (r < 0)
        return r;
    session->server->last_region++;
    r = pack_region_add_result(&result, reply_map(&request->to));
    if (r == 0)
        r = reply_send(&request->to, NULL, 0);
    if (r < 0)
        regions_drop(&session->regions, result.region, NULL);
    return r;
}

int handle_region_drop(struct request *request, struct fault *fault)
{
    const struct region_drop_result result = {0};
    struct region_drop_params params;
    int r =
        unpack_region_drop_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = pack_region_drop_result(&result, reply_map(&request->to));
    if (r == 0)
        r = regions_drop(&request->to.session->regions, params.region, fault);
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}
