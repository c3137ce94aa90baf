#include "daemon/stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "daemon/handlers/handlers.h"
#include "daemon/job.h"
#include "daemon/models.h"
#include "daemon/server.h"
#include "daemon/session.h"
#include "daemon/tensors.h"

/* Longer ones are slips of units. */
#define TIME_MOST_US 3600000000ull
/* Shorter than any frame or hop there is; and what can be promised stays quick to tell. */
#define PERIOD_LEAST_US 1000

static bool is(const struct text *text, const char *word)
{
    return text->size == strlen(word) && memcmp(text->base, word, text->size) == 0;
}

static int read_policy(const struct text *text, enum stream_policy *ret, struct fault *fault)
{
    bool queue = is(text, "queue");

    if (!queue && !is(text, "newest") && text->size)
        return fail(fault, E_BAD_PARAMS, "policy \"%.*s\" is neither \"newest\" nor \"queue\"",
                    (int)(text->size < 60 ? text->size : 60), text->base);
    *ret = queue ? STREAM_QUEUE : STREAM_NEWEST;
    return 0;
}

static int read_spec(const struct session *session, const struct stream_open_params *params,
                     struct stream_spec *spec, struct fault *fault)
{
    uint64_t deadline_us = params->deadline_us ? params->deadline_us : params->period_us;
    int r = read_policy(&params->policy, &spec->policy, fault);

    if (r == 0)
        r = policy_class_named(&session->rights, params->class.base, params->class.size,
                               &spec->class, fault);
    if (r < 0)
        return r;
    if (params->depth > STREAM_DEPTH_MAX)
        return fail(fault, E_BAD_PARAMS, "depth %u: at most %d frames wait in a stream",
                    params->depth, STREAM_DEPTH_MAX);
    if (params->period_us && params->period_us < PERIOD_LEAST_US)
        return fail(fault, E_BAD_PARAMS, "period_us is at least %d", PERIOD_LEAST_US);
    if (params->period_us > TIME_MOST_US || deadline_us > TIME_MOST_US)
        return fail(fault, E_BAD_PARAMS, "period_us and deadline_us are at most an hour");
    spec->network = params->network;
    spec->depth = params->depth ? params->depth : 1;
    spec->period_ns = params->period_us * 1000;
    spec->deadline_ns = deadline_us * 1000;
    return 0;
}

static int find_info(const char *side, const struct tensor_info *infos, uint32_t n,
                     const struct text *name, uint32_t *ret, struct fault *fault)
{
    for (uint32_t i = 0; i < n; i++)
        if (is(name, infos[i].name)) {
            *ret = i;
            return 0;
        }
    return fail(fault, E_NO_TENSOR, "carry: the network has no %s \"%.*s\"", side,
                (int)(name->size < 60 ? name->size : 60), name->base);
}

static bool same_type(const struct tensor_info *a, const struct tensor_info *b)
{
    return a->size == b->size && a->dtype == b->dtype &&
           (a->dtype != DTYPE_TF8 ||
            (a->encoding.min == b->encoding.min && a->encoding.max == b->encoding.max));
}

/* The Ith pair; those before it are in CARRY. */
static int read_pair(const struct network_info *info, const struct carry_pair *pair,
                     struct stream_carry *carry, uint32_t i, struct fault *fault)
{
    uint32_t output = 0, input = 0;
    int r = find_info("output", info->outputs, info->n_outputs, &pair->output, &output, fault);

    if (r == 0)
        r = find_info("input", info->inputs, info->n_inputs, &pair->input, &input, fault);
    if (r < 0)
        return r;
    if (!same_type(&info->outputs[output], &info->inputs[input]))
        return fail(fault, E_TENSOR_SIZE,
                    "carry: output %.60s (%zu bytes) and input %.60s (%zu bytes) differ in size or "
                    "type",
                    info->outputs[output].name, info->outputs[output].size,
                    info->inputs[input].name, info->inputs[input].size);
    for (uint32_t k = 0; k < i; k++)
        if (carry[k].output == output || carry[k].input == input)
            return fail(fault, E_BAD_PARAMS, "carry: output %.90s or input %.90s is named twice",
                        info->outputs[output].name, info->inputs[input].name);
    carry[i] = (struct stream_carry){output, input, 0, info->inputs[input].size};
    return 0;
}

static int add_carry(struct session *session, struct stream *stream, const struct ready *ready,
                     const struct stream_open_params *params, struct fault *fault)
{
    struct stream_carry *carry;
    int r = 0;

    if (params->n_carry == 0)
        return 0;
    carry = calloc(params->n_carry, sizeof(*carry));
    if (!carry)
        return -ENOMEM;
    for (uint32_t i = 0; r == 0 && i < params->n_carry; i++)
        r = read_pair(network_info(ready->network), &params->carry[i], carry, i, fault);
    if (r < 0) {
        free(carry);
        return r;
    }
    return stream_carry(stream, session->account, carry, params->n_carry, fault);
}

static int reply_opened(struct request *request, struct stream *stream)
{
    const struct stream_open_result result = {stream->number, stream->state.size};
    int r = pack_stream_open_result(&result, reply_map(&request->to));

    if (r == 0)
        r = reply_send(&request->to, NULL, 0);
    if (r < 0)
        stream_close(stream);
    return r;
}

static int promise(struct server *server, struct stream *stream, struct ready *ready,
                   struct fault *fault)
{
    stream->promise.ready = ready;
    stream->promise.class = stream->spec.class;
    stream->promise.period_ns = stream->spec.period_ns;
    stream->promise.deadline_ns = stream->spec.deadline_ns;
    return admission_join(server, &stream->promise, fault);
}

int handle_stream_open(struct request *request, struct fault *fault)
{
    struct session *session = request->to.session;
    _cleanup_(stream_unrefp) struct stream *stream = NULL;
    struct stream_open_params params;
    struct stream_spec spec;
    struct holding *holding;
    int r =
        unpack_stream_open_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = holdings_get(&session->holdings, params.network, &holding, fault);
    if (r == 0)
        r = read_spec(session, &params, &spec, fault);
    if (r == 0)
        r = stream_new(session->server, session->account, &spec, &stream, fault);
    if (r == 0)
        r = add_carry(session, stream, holding->ready, &params, fault);
    if (r == 0 && spec.period_ns)
        r = promise(session->server, stream, holding->ready, fault);
    if (r < 0)
        return r;
    streams_add(&session->streams, stream);
    return reply_opened(request, take_ptr(stream));
}

static int get_stream(const struct session *session, uint32_t number, struct stream **ret,
                      struct fault *fault)
{
    struct stream *stream = streams_find(&session->streams, number);

    if (!stream)
        return fail(fault, E_NO_STREAM,
                    "stream %u is none that this connection has open: it was closed, or its "
                    "network was unloaded",
                    number);
    *ret = stream;
    return 0;
}

static void on_cancel(struct call *call, int code)
{
    struct job *job = container_of(call, struct job, call);

    atomic_store_explicit(&job->cancelled, code, memory_order_relaxed);
    if (stream_take_back(job->stream, job))
        job_finish(job);
}

static uint64_t deadline_of(const struct stream *stream, const struct stream_push_params *params,
                            uint64_t arrived_ns)
{
    if (params->deadline_ns || !stream->spec.deadline_ns)
        return params->deadline_ns;
    return arrived_ns + stream->spec.deadline_ns;
}

static int push(struct request *request, struct stream *stream, struct job *job,
                const struct stream_push_params *params, struct fault *fault)
{
    const struct tensor_places places = {params->inputs, params->outputs, params->n_inputs,
                                         params->n_outputs};
    int r = stream_claim(stream, job, fault);

    if (r == 0)
        r = tensors_place(request, job, &places, fault);
    if (r == 0)
        r = call_begin(&job->call, request, on_cancel, fault);
    if (r < 0)
        return r;
    job->arrived_ns = request->arrived_ns;
    job->deadline_ns = deadline_of(stream, params, request->arrived_ns);
    job->class = stream->spec.class;
    job->frame = params->frame;
    return stream_push(stream, job, fault);
}

int handle_stream_push(struct request *request, struct fault *fault)
{
    struct session *session = request->to.session;
    struct stream_push_params params;
    struct holding *holding;
    struct stream *stream = NULL;
    struct job *job;
    int r =
        unpack_stream_push_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = get_stream(session, params.stream, &stream, fault);
    if (r == 0)
        r = holdings_get(&session->holdings, stream->spec.network, &holding, fault);
    if (r < 0)
        return r;
    job = job_new(session->server, holding->ready, holding->generation->name);
    if (!job)
        return -ENOMEM;
    job_own(job, session, holding);
    r = push(request, stream, job, &params, fault);
    if (r < 0)
        job_free(job);
    return r;
}

int handle_stream_reset(struct request *request, struct fault *fault)
{
    const struct stream_reset_result result = {0};
    struct stream_reset_params params;
    struct stream *stream = NULL;
    int r =
        unpack_stream_reset_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = get_stream(request->to.session, params.stream, &stream, fault);
    if (r == 0)
        r = pack_stream_reset_result(&result, reply_map(&request->to));
    if (r < 0)
        return r;
    stream_reset(stream);
    return reply_send(&request->to, NULL, 0);
}

/* The frames that wait are answered before this call. */
int handle_stream_close(struct request *request, struct fault *fault)
{
    struct stream_close_params params;
    struct stream_close_result result;
    struct stream_counts counts;
    struct stream *stream = NULL;
    int r =
        unpack_stream_close_params(request->frame->map, request->frame->map_size, &params, fault);

    if (r == 0)
        r = get_stream(request->to.session, params.stream, &stream, fault);
    if (r < 0)
        return r;
    stream->refs++;
    stream_close(stream);
    counts = stream->counts;
    stream_unref(stream);
    result = (struct stream_close_result){counts.pushed,  counts.done,      counts.dropped,
                                          counts.expired, counts.cancelled, counts.failed};
    r = pack_stream_close_result(&result, reply_map(&request->to));
    return r < 0 ? r : reply_send(&request->to, NULL, 0);
}
