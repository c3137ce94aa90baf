#include "client/handle.h"

#include <errno.h>
#include <stdlib.h>

#include "base/error.h"
#include "protocol/method.h"

static void call_free(struct call *call)
{
    free(call);
}

bool handle_ready(const struct handle *handle)
{
    return !handle->dead && handle->epoch == handle->client->epoch &&
           handle->client->link == LINK_UP;
}

static int on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    struct handle *handle = call->context;

    return handle->ops->on_answer(handle, frame, fault);
}

static void on_done(struct call *call)
{
    struct handle *handle = call->context;

    handle->call = NULL;
    handle->code = call->result;
    handle->fault = call->fault;
    if (call->result == 0)
        handle->epoch = handle->client->epoch;
    free(call);
    call_changed(handle->client);
    if (handle->after)
        handle->after(handle);
}

int handle_start(struct handle *handle)
{
    struct call *call;
    int r;

    if (handle->call)
        return 0;
    call = calloc(1, sizeof(*call));
    if (!call)
        return -ENOMEM;
    call->on_answer = on_answer;
    call->on_done = on_done;
    call->context = handle;
    call_begin(handle->client, call, handle->ops->method);
    r = handle->ops->send(handle, call);
    if (r != 0) {
        call_drop(call);
        free(call);
        return r;
    }
    handle->call = call;
    return 0;
}

static int attempt(struct handle *handle, uint64_t expires_ns, struct fault *fault)
{
    int r = 0;

    if (handle_ready(handle))
        return 0;
    if (!handle->dead)
        r = handle_start(handle);
    if (r != 0)
        return r;
    while (handle->call && r == 0)
        r = call_turn(handle->client, expires_ns);
    if (r < 0)
        return fail(fault, r, "the daemon did not answer '%s' in time; it may still do so",
                    method_get(handle->ops->method)->name);
    if (handle->code < 0)
        *fault = handle->fault;
    return handle->code;
}

int handle_attempt(void *context, uint64_t expires_ns, struct fault *fault)
{
    struct handle *handle = context;
    struct handle *first = handle->ops->needs ? handle->ops->needs(handle) : NULL;
    int r = first ? attempt(first, expires_ns, fault) : 0;

    return r == 0 ? attempt(handle, expires_ns, fault) : r;
}

int handle_ensure(struct handle *handle, uint64_t expires_ns, struct fault *fault)
{
    const struct call_plan plan = {handle_attempt, handle, false};

    return call_repeat(handle->client, &plan, expires_ns, fault);
}

void handle_forget(struct handle *handle)
{
    struct call *call = take_ptr(handle->call);

    list_remove(&handle->node);
    if (!call)
        return;
    call->on_answer = handle->ops->on_late;
    call->on_done = call_free;
    call_cancel(call); /* which may lose the connection, and end CALL with it */
}
