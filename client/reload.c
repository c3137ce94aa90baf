/* Settings and models.d read anew, and what that changed. */
#include <errno.h>
#include <stdlib.h>

#include "client/answer.h"
#include "client/report.h"
#include "protocol/method.h"

static int pack_reload(const struct exchange *exchange, struct buf *out)
{
    return pack_reload_params(exchange->params, out);
}

/* NULL if memory is out. */
static const char *const *copy_texts(struct arena *arena, const struct text *from, uint32_t n)
{
    const char **to = arena_alloc(arena, (n + 1) * sizeof(*to));
    bool whole = to != NULL;

    for (uint32_t i = 0; whole && i < n; i++)
        report_text(arena, from[i], &to[i], &whole);
    return whole ? to : NULL;
}

static const struct snpe_reloaded_model *copy_model(struct arena *arena,
                                                    const struct reload_model *from)
{
    struct snpe_reloaded_model *to = arena_alloc(arena, sizeof(*to));
    bool whole = to != NULL;

    if (!to)
        return NULL;
    report_text(arena, from->name, &to->name, &whole);
    report_text(arena, from->what, &to->what, &whole);
    report_text(arena, from->error, &to->error, &whole);
    return whole ? to : NULL;
}

static int copy_models(struct arena *arena, const struct reload_result *from,
                       struct snpe_reload_report *to)
{
    const struct snpe_reloaded_model **list =
        arena_alloc(arena, (from->n_models + 1) * sizeof(*list));

    if (!list)
        return -ENOMEM;
    for (uint32_t i = 0; i < from->n_models; i++) {
        list[i] = copy_model(arena, &from->models[i]);
        if (!list[i])
            return -ENOMEM;
    }
    to->n_models = from->n_models;
    to->models = list;
    return 0;
}

static int on_answer(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    const struct report *report = call->context;
    const struct reload_result *result = report->result;
    struct snpe_reload_report *to = report->answer;
    struct arena *arena = answer_arena(to);
    int r = unpack_reload_result(frame->map, frame->map_size, report->result, fault);

    if (r < 0)
        return r;
    to->changed = copy_texts(arena, result->changed, result->n_changed);
    to->later = copy_texts(arena, result->later, result->n_later);
    if (!to->changed || !to->later)
        return -ENOMEM;
    to->n_changed = result->n_changed;
    to->n_later = result->n_later;
    return copy_models(arena, result, to);
}

int snpe_reload(struct snpe_client *client, struct snpe_reload_report **ret)
{
    const struct reload_params params = {0};
    struct exchange exchange = {client, METHOD_RELOAD, pack_reload, on_answer, &params, NULL};
    void *answer;
    int r = report_fetch(&exchange, sizeof(struct reload_result), sizeof(**ret), &answer);

    if (r == 0)
        *ret = answer;
    return r;
}
