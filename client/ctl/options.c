#include "client/ctl/options.h"

#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/str.h"
#include "protocol/event.h"

#define COUNT_MOST        1000000000
#define INTERVAL_LEAST_MS 50
#define INTERVAL_MOST_MS  3600000

static int take_socket(struct ctl *ctl, char *value, struct fault *fault)
{
    if (!*value)
        return fail(fault, -EINVAL, "--socket needs a path");
    ctl->socket = value;
    return 0;
}

static int take_json(struct ctl *ctl, char *value, struct fault *fault)
{
    (void)value;
    (void)fault;
    ctl->json = true;
    return 0;
}

static int take_no_wait(struct ctl *ctl, char *value, struct fault *fault)
{
    (void)value;
    (void)fault;
    ctl->no_wait = true;
    return 0;
}

static int take_names(struct ctl *ctl, char *value, struct fault *fault)
{
    (void)value;
    (void)fault;
    ctl->names = true;
    return 0;
}

static int take_timeout(struct ctl *ctl, char *value, struct fault *fault)
{
    if (str_duration_ms(value, &ctl->timeout_ms) < 0 || ctl->timeout_ms == 0 ||
        ctl->timeout_ms >= SNPE_FOREVER)
        return fail(fault, -EINVAL, "--timeout '%.60s' is no time: write 500ms, 10s or 2min",
                    value);
    return 0;
}

static int take_ttl(struct ctl *ctl, char *value, struct fault *fault)
{
    if (str_duration_ms(value, &ctl->ttl_ms) < 0 || ctl->ttl_ms == 0)
        return fail(fault, -EINVAL, "--ttl '%.60s' is no time: write 500ms, 10s or 2min", value);
    return 0;
}

static int take_perf(struct ctl *ctl, char *value, struct fault *fault)
{
    ctl->perf = value; /* the daemon knows which there are */
    (void)fault;
    return 0;
}

static int take_count(struct ctl *ctl, char *value, struct fault *fault)
{
    ctl->counted = true;
    if (str_u64(value, 1, COUNT_MOST, &ctl->count) < 0)
        return fail(fault, -EINVAL, "--count '%.60s' is no number from 1 to %d", value, COUNT_MOST);
    return 0;
}

static int take_batch(struct ctl *ctl, char *value, struct fault *fault)
{
    (void)value;
    (void)fault;
    ctl->batch = true;
    return 0;
}

static int take_interval(struct ctl *ctl, char *value, struct fault *fault)
{
    if (str_duration_ms(value, &ctl->interval_ms) < 0 || ctl->interval_ms < INTERVAL_LEAST_MS ||
        ctl->interval_ms > INTERVAL_MOST_MS)
        return fail(fault, -EINVAL,
                    "--interval '%.60s' is no time from %dms to 1h: write 500ms or 2s", value,
                    INTERVAL_LEAST_MS);
    return 0;
}

static int take_out(struct ctl *ctl, char *value, struct fault *fault)
{
    if (!*value)
        return fail(fault, -EINVAL, "--out needs a folder");
    ctl->dir = value;
    return 0;
}

static int take_all(struct ctl *ctl, char *value, struct fault *fault)
{
    (void)value;
    (void)fault;
    ctl->all = true;
    return 0;
}

static int take_root(struct ctl *ctl, char *value, struct fault *fault)
{
    if (strlen(value) > 255)
        return fail(fault, -EINVAL, "--root: the path is longer than 255 bytes");
    ctl->root = value;
    return 0;
}

/* KIND[,KIND] */
static int take_only(struct ctl *ctl, char *value, struct fault *fault)
{
    for (const char *name = value, *comma = value; comma; name = comma + 1) {
        size_t size;
        enum event_kind kind;

        comma = strchr(name, ',');
        size = comma ? (size_t)(comma - name) : strlen(name);
        kind = event_kind_find(name, size);
        if (kind == _EVENT_KIND_MAX)
            return fail(fault, -EINVAL,
                        "--only '%.*s' is no kind of event; snpectl watch --help lists them",
                        size < 60 ? (int)size : 60, name);
        ctl->kinds |= UINT64_C(1) << kind;
    }
    return 0;
}

static int too_many(const char *option, uint32_t most, struct fault *fault)
{
    return fail(fault, -EINVAL, "more than %u times --%s", most, option);
}

static int take_runtime(struct ctl *ctl, char *value, struct fault *fault)
{
    for (char *name = value, *comma = value; comma; name = comma + 1) {
        if (ctl->n_runtimes == CTL_ORDER)
            return fail(fault, -EINVAL, "more than %d runtimes", CTL_ORDER);
        comma = strchr(name, ',');
        if (comma)
            *comma = '\0';
        if (!*name)
            return fail(fault, -EINVAL, "--runtime has an empty name in its list");
        ctl->runtimes[ctl->n_runtimes++] = name;
    }
    return 0;
}

/* NAME=WHAT at its last "=", because a tensor's name may hold one; NULL: there is none. */
static char *split(char *value)
{
    char *equals = strrchr(value, '=');

    if (!equals || equals == value || !equals[1])
        return NULL;
    *equals = '\0';
    return equals + 1;
}

static int take_dims(struct ctl *ctl, char *value, struct fault *fault)
{
    struct snpe_named_dims *dims = &ctl->dims[ctl->n_dims];
    char *text = split(value);
    struct shape shape;

    if (ctl->n_dims == CTL_TENSORS)
        return too_many("input-dims", CTL_TENSORS, fault);
    if (!text || str_dims(text, &shape) < 0)
        return fail(fault, -EINVAL,
                    "--input-dims '%.80s%s%.60s' is no NAME=DIMS: write data=1x224x224x3, up to 6 "
                    "numbers from 1 on",
                    value, text ? "=" : "", text ? text : "");
    dims->name = value;
    dims->dims.rank = shape.rank;
    memcpy(dims->dims.dim, shape.dim, sizeof(shape.dim));
    ctl->n_dims++;
    return 0;
}

static int take_output(struct ctl *ctl, char *value, struct fault *fault)
{
    if (ctl->n_outputs == CTL_TENSORS)
        return too_many("output", CTL_TENSORS, fault);
    ctl->outputs[ctl->n_outputs++] = value;
    return 0;
}

static int take_type(struct ctl *ctl, char *value, struct fault *fault)
{
    char *type = split(value);

    if (ctl->n_types == CTL_TENSORS)
        return too_many("type", CTL_TENSORS, fault);
    if (!type)
        return fail(fault, -EINVAL, "--type '%.80s' is no NAME=TYPE: write data=uint8", value);
    ctl->types[ctl->n_types++] = (struct snpe_named_type){value, type};
    return 0;
}

/* NAME=FILE at the first "=": files' names hold one more often. NAME:=FILE, as in input lists, too.
 */
static int take_input(struct ctl *ctl, char *value, struct fault *fault)
{
    char *equals = strstr(value, ":=");
    size_t length = equals ? 2 : 1;

    if (ctl->n_inputs == CTL_TENSORS)
        return too_many("input", CTL_TENSORS, fault);
    if (!equals)
        equals = strchr(value, '=');
    if (!equals) {
        ctl->inputs[ctl->n_inputs++] = (struct ctl_input){NULL, value};
        return 0;
    }
    if (equals == value || !equals[length])
        return fail(fault, -EINVAL, "--input '%.80s' is no NAME=FILE: write data=x.raw", value);
    *equals = '\0';
    ctl->inputs[ctl->n_inputs++] = (struct ctl_input){value, equals + length};
    return 0;
}

static const struct {
    const char *name;
    int (*take)(struct ctl *ctl, char *value, struct fault *fault);
} takers[] = {
    {"socket", take_socket},   {"json", take_json},         {"timeout", take_timeout},
    {"runtime", take_runtime}, {"output", take_output},     {"input-dims", take_dims},
    {"type", take_type},       {"input", take_input},       {"out", take_out},
    {"count", take_count},     {"no-wait", take_no_wait},   {"names", take_names},
    {"batch", take_batch},     {"interval", take_interval}, {"only", take_only},
    {"ttl", take_ttl},         {"perf", take_perf},         {"all", take_all},
    {"root", take_root},
};

int options_take(void *context, const struct args_option *option, char *const *values,
                 struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_SIZE(takers); i++)
        if (strcmp(takers[i].name, option->name) == 0)
            return takers[i].take(context, option->n_values ? values[0] : NULL, fault);
    return fail(fault, -EINVAL, "--%s has no meaning here", option->name);
}
