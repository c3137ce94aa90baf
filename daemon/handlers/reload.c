#include "daemon/handlers/handlers.h"
#include "daemon/server.h"
#include "daemon/session.h"

int handle_reload(struct request *request, struct fault *fault)
{
    struct reload_params params;
    int r = unpack_reload_params(request->frame->map, request->frame->map_size, &params, fault);

    return r < 0 ? r : reload_ask(request->to.session->server, request, fault);
}
