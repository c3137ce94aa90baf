#include "daemon/tensors.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/str.h"
#include "daemon/models.h"
#include "daemon/server.h"
#include "daemon/session.h"

/* "input data", for sentences. */
#define SIDE_IN  "input"
#define SIDE_OUT "output"

/* The tensors of one side of a network, and what a job knows of them. */
struct side {
    const char *word;
    const struct tensor_info *infos;
    struct job_tensor *tensors;
    struct span *spans;
    uint32_t n;
};

static int unknown_tensor(const struct side *side, const struct text *name, struct fault *fault)
{
    char names[120] = "";

    for (uint32_t i = 0; i < side->n; i++) {
        size_t used = strlen(names);

        snprintf(names + used, sizeof(names) - used, " %s", side->infos[i].name);
    }
    return fail(fault, E_NO_TENSOR, "the network has no %s \"%.*s\"; it has:%s", side->word,
                (int)(name->size < 60 ? name->size : 60), name->base, names);
}

/* The NEXTth that the stream does not carry. */
static int find_next(const struct side *side, uint32_t next, uint32_t *ret, struct fault *fault)
{
    uint32_t n = 0;

    for (uint32_t i = 0; i < side->n; i++)
        if (!side->tensors[i].carried && n++ == next) {
            *ret = i;
            return 0;
        }
    return fail(fault, E_NO_TENSOR, "the network has %u %ss, more came", n, side->word);
}

/* Which tensor PLACE means: by name, or the NEXTth. */
static int find_tensor(const struct side *side, const struct tensor_place *place, uint32_t next,
                       uint32_t *ret, struct fault *fault)
{
    if (place->name.size == 0)
        return find_next(side, next, ret, fault);
    for (uint32_t i = 0; i < side->n; i++)
        if (strlen(side->infos[i].name) == place->name.size &&
            memcmp(side->infos[i].name, place->name.base, place->name.size) == 0) {
            *ret = i;
            return 0;
        }
    return unknown_tensor(side, &place->name, fault);
}

static int wrong_size(const struct side *side, uint32_t i, uint64_t came, struct fault *fault)
{
    const struct tensor_info *info = &side->infos[i];
    char dims[STR_SHAPE_SIZE];

    return fail(fault, E_TENSOR_SIZE,
                "%s %.60s: expected %s %s, which is %zu bytes, %" PRIu64 " bytes came", side->word,
                info->name, str_shape(&info->shape, dims, sizeof(dims)),
                info->dtype == DTYPE_F32 ? "float32" : "bytes", info->size, came);
}

static int place_in_region(struct session *session, const struct side *side, uint32_t i,
                           const struct tensor_place *place, struct fault *fault)
{
    struct fault why = {""};
    int r;

    if (place->size != side->infos[i].size)
        return wrong_size(side, i, place->size, fault);
    r = regions_pin(&session->regions, place->region, place->offset, place->size,
                    &side->tensors[i].region, &side->spans[i], &why);
    return r < 0 ? fail(fault, r, "%s %.60s: %s", side->word, side->infos[i].name, why.text) : 0;
}

static int place_input(const struct request *request, const struct side *side, uint32_t i,
                       const struct tensor_place *place, struct fault *fault)
{
    const struct wire_frame *frame = request->frame;

    if (side->tensors[i].carried)
        return fail(fault, E_BAD_PARAMS,
                    "input %.60s is carried by the stream: a push does not give it",
                    side->infos[i].name);
    if (place->region)
        return place_in_region(request->to.session, side, i, place, fault);
    if (place->size != side->infos[i].size)
        return wrong_size(side, i, place->size, fault);
    if (place->offset % MEM_ALIGN || place->offset > frame->tail_size ||
        place->size > frame->tail_size - place->offset)
        return fail(fault, E_TENSOR_SIZE,
                    "input %.60s: %" PRIu64 " bytes from offset %" PRIu64
                    " are not in the frame's tail of %zu, or the offset is no multiple of %d",
                    side->infos[i].name, place->size, place->offset, frame->tail_size, MEM_ALIGN);
    side->tensors[i].from = frame->tail + place->offset;
    return 0;
}

static int place_output(const struct request *request, const struct side *side, uint32_t i,
                        const struct tensor_place *place, struct fault *fault)
{
    if (side->tensors[i].carried && place->region)
        return fail(fault, E_BAD_PARAMS,
                    "output %.60s is carried by the stream: it can be had inline, not in a region",
                    side->infos[i].name);
    if (place->region)
        return place_in_region(request->to.session, side, i, place, fault);
    if (place->size && place->size != side->infos[i].size)
        return wrong_size(side, i, place->size, fault);
    side->tensors[i].wanted = true;
    return 0;
}

static int place_all(const struct request *request, const struct side *side,
                     const struct tensor_place *places, uint32_t n,
                     int (*place)(const struct request *, const struct side *, uint32_t,
                                  const struct tensor_place *, struct fault *),
                     struct fault *fault)
{
    for (uint32_t k = 0; k < n; k++) {
        uint32_t i = 0;
        int r = find_tensor(side, &places[k], k, &i, fault);

        if (r == 0 && side->tensors[i].given)
            r = fail(fault, E_NO_TENSOR, "%s %.60s is given twice", side->word,
                     side->infos[i].name);
        if (r == 0)
            r = place(request, side, i, &places[k], fault);
        if (r < 0)
            return r;
        side->tensors[i].given = true;
    }
    return 0;
}

static int place_inputs(const struct request *request, struct job *job,
                        const struct tensor_places *places, struct fault *fault)
{
    const struct network_info *info = network_info(job->network);
    const struct side side = {SIDE_IN, info->inputs, job->inputs, job->in, info->n_inputs};
    int r = place_all(request, &side, places->inputs, places->n_inputs, place_input, fault);

    for (uint32_t i = 0; r == 0 && i < side.n; i++)
        if (!side.tensors[i].given && !side.tensors[i].carried)
            return wrong_size(&side, i, 0, fault);
    return r;
}

static int place_outputs(const struct request *request, struct job *job,
                         const struct tensor_places *places, struct fault *fault)
{
    const struct network_info *info = network_info(job->network);
    const struct side side = {SIDE_OUT, info->outputs, job->outputs, job->out, info->n_outputs};
    uint64_t most = request->to.session->server->config->daemon_inline_most, size = 0;
    int r = place_all(request, &side, places->outputs, places->n_outputs, place_output, fault);

    for (uint32_t i = 0; r == 0 && i < side.n; i++) {
        if (places->n_outputs == 0)
            side.tensors[i].wanted = !side.tensors[i].carried;
        size += side.tensors[i].wanted ? mem_round(side.infos[i].size) : 0;
    }
    if (r == 0 && size > most)
        return fail(fault, E_TOO_LARGE,
                    "the outputs are %" PRIu64 " bytes, %" PRIu64 " travel inline ([daemon] "
                    "inline_most): give a region for them",
                    size, most);
    return r;
}

static bool overlap(const struct span *a, const struct span *b)
{
    return a->region == b->region && a->offset < b->offset + b->size &&
           b->offset < a->offset + a->size;
}

/* A kernel may write an output while it still reads an input: what lies over it would be garbage.
 */
static int check_apart(const struct job *job, uint32_t output, struct fault *fault)
{
    const struct network_info *info = network_info(job->network);
    const char *name = info->outputs[output].name;

    for (uint32_t i = 0; i < info->n_inputs; i++)
        if (job->inputs[i].region && overlap(&job->out[output], &job->in[i]))
            return fail(fault, E_REGION_BOUNDS,
                        "output %.90s lies over input %.90s: give each a span of its own", name,
                        info->inputs[i].name);
    for (uint32_t i = 0; i < output; i++)
        if (job->outputs[i].region && overlap(&job->out[output], &job->out[i]))
            return fail(fault, E_REGION_BOUNDS,
                        "output %.90s lies over output %.90s: give each a span of its own", name,
                        info->outputs[i].name);
    return 0;
}

static bool has_inline(const struct job *job)
{
    for (uint32_t i = 0; i < job->n_inputs; i++)
        if (job->inputs[i].from)
            return true;
    return false;
}

int tensors_place(struct request *request, struct job *job, const struct tensor_places *places,
                  struct fault *fault)
{
    int r = place_inputs(request, job, places, fault);

    if (r == 0)
        r = place_outputs(request, job, places, fault);
    for (uint32_t i = 0; r == 0 && i < job->n_outputs; i++)
        r = job->outputs[i].region ? check_apart(job, i, fault) : 0;
    if (r == 0 && has_inline(job))
        r = wire_steal(request->to.session->wire, request->frame, &job->body);
    return r;
}
