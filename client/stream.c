#include "client/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "client/inference.h"
#include "protocol/messages.h"
#include "protocol/method.h"

static struct text text_of(const char *text)
{
    return (struct text){text ? text : "", text ? strlen(text) : 0};
}

static struct handle *stream_needs(struct handle *handle)
{
    return &container_of(handle, struct snpe_stream, handle)->network->handle;
}

static int stream_send(struct handle *handle, struct call *call)
{
    const struct snpe_stream *stream = container_of(handle, struct snpe_stream, handle);
    const struct snpe_stream_options *options = &stream->options;
    struct buf *pack = &handle->client->pack;
    struct stream_open_params params = {
        .network = stream->network->handle.id,
        .depth = options->depth,
        .policy = text_of(options->policy),
        .class = text_of(options->class_name),
        .period_us = options->period_us,
        .deadline_us = options->deadline_us,
        .n_carry = options->n_carry,
    };
    int r;

    for (uint32_t i = 0; i < options->n_carry; i++)
        params.carry[i] = (struct carry_pair){text_of(options->carry[i].output),
                                              text_of(options->carry[i].input)};
    pack->size = 0;
    r = pack_stream_open_params(&params, pack);
    return r < 0 ? r : call_send(call, NULL, 0, -1);
}

static int stream_on_answer(struct handle *handle, const struct wire_frame *frame,
                            struct fault *fault)
{
    struct snpe_stream *stream = container_of(handle, struct snpe_stream, handle);
    struct stream_open_result result;
    int r = unpack_stream_open_result(frame->map, frame->map_size, &result, fault);

    if (r < 0)
        return r;
    if (result.stream == 0)
        return fail(fault, E_BAD_FRAME, "the daemon gave a stream the number 0");
    handle->id = result.stream;
    stream->restarted = stream->opened;
    stream->opened = true;
    return 0;
}

static void close_id(struct snpe_client *client, uint32_t id)
{
    const struct stream_close_params params = {.stream = id};

    client->pack.size = 0;
    if (pack_stream_close_params(&params, &client->pack) == 0)
        call_post(client, METHOD_STREAM_CLOSE);
}

static int stream_on_late(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    struct stream_open_result result;
    int r = unpack_stream_open_result(frame->map, frame->map_size, &result, fault);

    if (r == 0)
        close_id(call->client, result.stream);
    return r;
}

static const struct handle_ops stream_ops = {
    .method = METHOD_STREAM_OPEN,
    .needs = stream_needs,
    .send = stream_send,
    .on_answer = stream_on_answer,
    .on_late = stream_on_late,
};

struct snpe_stream *stream_ref(struct snpe_stream *stream)
{
    stream->refs++;
    return stream;
}

void stream_unref(struct snpe_stream *stream)
{
    if (--stream->refs)
        return;
    load_unref(stream->network);
    arena_done(&stream->arena);
    free(stream);
}

bool stream_has_state(const struct snpe_stream *stream)
{
    return stream->options.n_carry > 0;
}

bool stream_carries(const struct snpe_stream *stream, bool input, const char *name)
{
    for (uint32_t i = 0; stream && i < stream->options.n_carry; i++) {
        const struct snpe_carry *carry = &stream->options.carry[i];

        if (strcmp(input ? carry->input : carry->output, name) == 0)
            return true;
    }
    return false;
}

void stream_free(struct snpe_stream *stream)
{
    if (handle_ready(&stream->handle))
        close_id(stream->handle.client, stream->handle.id);
    handle_forget(&stream->handle);
    stream_unref(stream);
}

static const char *copy_text(struct arena *arena, const char *text)
{
    return arena_text(arena, text ? text : "", text ? strlen(text) : 0);
}

static int copy_carry(struct snpe_stream *stream, const struct snpe_stream_options *from,
                      struct fault *fault)
{
    struct snpe_carry *carry;

    if (from->n_carry > MESSAGE_TENSORS_MAX || (from->n_carry && !from->carry))
        return fail(fault, -EINVAL, "carry: %u pairs, at most %d, or no list of them",
                    from->n_carry, MESSAGE_TENSORS_MAX);
    carry = arena_alloc(&stream->arena, (from->n_carry + 1) * sizeof(*carry));
    if (!carry)
        return -ENOMEM;
    for (uint32_t i = 0; i < from->n_carry; i++) {
        if (!from->carry[i].output || !from->carry[i].input)
            return fail(fault, -EINVAL, "carry: pair %u lacks a name", i);
        carry[i].output = copy_text(&stream->arena, from->carry[i].output);
        carry[i].input = copy_text(&stream->arena, from->carry[i].input);
        if (!carry[i].output || !carry[i].input)
            return -ENOMEM;
    }
    stream->options.carry = carry;
    return 0;
}

static int copy_options(struct snpe_stream *stream, const struct snpe_stream_options *from,
                        struct fault *fault)
{
    stream->options = *from;
    stream->options.policy = copy_text(&stream->arena, from->policy);
    stream->options.class_name = copy_text(&stream->arena, from->class_name);
    if (!stream->options.policy || !stream->options.class_name)
        return -ENOMEM;
    return copy_carry(stream, from, fault);
}

static int make(struct snpe_network *network, const struct snpe_stream_options *options,
                struct snpe_stream **ret, struct fault *fault)
{
    struct snpe_stream *stream = calloc(1, sizeof(*stream));
    int r;

    if (!stream)
        return -ENOMEM;
    list_init(&stream->handle.node);
    stream->handle.client = network->handle.client;
    stream->handle.ops = &stream_ops;
    stream->refs = 1;
    stream->network = load_ref(network);
    r = copy_options(stream, options, fault);
    if (r < 0)
        stream_unref(stream);
    else
        *ret = stream;
    return r;
}

static int open_stream(struct snpe_network *network, const struct snpe_stream_options *options,
                       struct snpe_stream **ret, struct fault *fault)
{
    struct snpe_client *client = network->handle.client;
    struct snpe_stream *stream = NULL;
    int r = make(network, options, &stream, fault);

    if (r < 0)
        return r;
    r = handle_ensure(&stream->handle, client_expiry(client, 0, client->call_ms), fault);
    if (r < 0) {
        stream_free(stream);
        return r;
    }
    list_append(&client->streams, &stream->handle.node);
    *ret = stream;
    return 0;
}

int snpe_stream_open(struct snpe_network *network, const struct snpe_stream_options *wanted,
                     struct snpe_stream **ret)
{
    struct snpe_client *client = network->handle.client;
    struct snpe_stream_options options;
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = client_options(&options, sizeof(options), wanted, &fault);
    if (r == 0)
        r = open_stream(network, &options, ret, &fault);
    return client_leave(client, r, &fault);
}

void snpe_stream_close(struct snpe_stream *stream)
{
    struct snpe_client *client;

    if (!stream)
        return;
    client = stream->handle.client;
    client_lock(client);
    stream_free(stream);
    pthread_mutex_unlock(&client->lock);
}

static int pack_reset(const struct exchange *exchange, struct buf *out)
{
    const struct snpe_stream *stream = exchange->params;
    const struct stream_reset_params params = {.stream = stream->handle.id};

    return pack_stream_reset_params(&params, out);
}

struct reset {
    struct snpe_stream *stream;
    struct exchange exchange;
};

/* A call_attempt_fn. */
static int reset_attempt(void *context, uint64_t expires_ns, struct fault *fault)
{
    struct reset *reset = context;
    int r = handle_attempt(&reset->stream->handle, expires_ns, fault);

    return r == 0 ? call_exchange_attempt(&reset->exchange, expires_ns, fault) : r;
}

int snpe_stream_reset(struct snpe_stream *stream)
{
    struct snpe_client *client = stream->handle.client;
    struct reset reset = {stream, {client, METHOD_STREAM_RESET, pack_reset, NULL, stream, NULL}};
    const struct call_plan plan = {reset_attempt, &reset, false};
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0) {
        stream_ref(stream);
        r = call_repeat(client, &plan, client_expiry(client, 0, client->call_ms), &fault);
        stream_unref(stream);
    }
    return client_leave(client, r, &fault);
}

static int take_options(const struct snpe_push_options *wanted, struct inference_call *call,
                        struct fault *fault)
{
    struct snpe_push_options options;
    int r = client_options(&options, sizeof(options), wanted, fault);

    if (r < 0)
        return r;
    call->frame = options.frame;
    call->deadline_ns = options.deadline_ns;
    call->timeout_ms = options.timeout_ms;
    return 0;
}

int snpe_stream_run(struct snpe_stream *stream, const struct snpe_input *inputs, uint32_t n_inputs,
                    const struct snpe_output *outputs, uint32_t n_outputs,
                    const struct snpe_push_options *options, struct snpe_push_result *ret)
{
    struct inference_call call = {
        .network = stream->network,
        .stream = stream,
        .inputs = inputs,
        .outputs = outputs,
        .n_inputs = n_inputs,
        .n_outputs = n_outputs,
    };
    struct snpe_client *client = stream->handle.client;
    struct snpe_push_result result;
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = take_options(options, &call, &fault);
    if (r == 0)
        r = inference_run(&call, &result, &fault);
    if (r == 0 && ret)
        *ret = result;
    return client_leave(client, r, &fault);
}

int snpe_stream_push(struct snpe_stream *stream, const struct snpe_input *inputs, uint32_t n_inputs,
                     const struct snpe_output *outputs, uint32_t n_outputs,
                     const struct snpe_push_options *options, snpe_pushed_fn done, void *user,
                     uint64_t *ticket)
{
    struct inference_call call = {
        .network = stream->network,
        .stream = stream,
        .inputs = inputs,
        .outputs = outputs,
        .n_inputs = n_inputs,
        .n_outputs = n_outputs,
    };
    const struct inference_back back = {NULL, done, user};
    struct snpe_client *client = stream->handle.client;
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = take_options(options, &call, &fault);
    if (r == 0)
        r = inference_submit(&call, &back, ticket, &fault);
    return client_leave(client, r, &fault);
}
