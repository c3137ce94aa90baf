#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/show.h"

#define EVENTS_MOST 1000000u

/* Steps of all files, one after the other: n x classes probabilities. */
struct steps {
    struct buf values;
    size_t n, classes;
};

static void steps_done(struct steps *steps)
{
    buf_done(&steps->values);
}

static int add_file(const char *path, struct steps *steps, bool alone, struct fault *fault)
{
    float *values;
    size_t n;
    int r = show_floats_read(path, &values, &n, fault);

    if (r < 0)
        return r;
    if (!steps->classes)
        steps->classes = alone ? 1 : n;
    if (n % steps->classes)
        r = fail(fault, E_TENSOR_SIZE, "%.120s: has %zu values, no multiple of %zu classes", path,
                 n, steps->classes);
    else if (buf_append(&steps->values, values, n * sizeof(float)) < 0)
        r = fail(fault, -ENOMEM, "%.150s: out of memory", path);
    steps->n += n / steps->classes;
    mem_free(values);
    return r;
}

struct event {
    size_t from, to, class; /* steps, TO behind the last */
    float peak;
};

static void say_text(const struct show_options *options, const struct event *event,
                     const char *label, struct show_out *out)
{
    if (options->hop > 0)
        show_say(out, "  %9.3f - %9.3f s", (double)event->from * options->hop,
                 (double)event->to * options->hop);
    else
        show_say(out, "  step %6zu - %6zu", event->from, event->to - 1);
    show_say(out, "  %8.6f  %5zu  %s\n", (double)event->peak, event->class, label);
}

static void say(const struct show_options *options, const struct show_labels *labels,
                const struct event *event, struct show_out *out)
{
    const char *label = show_labels_get(labels, event->class);
    double unit = options->hop > 0 ? options->hop : 1;

    if (!out->as_json) {
        say_text(options, event, label, out);
        return;
    }
    json_object(&out->json, NULL);
    json_f64(&out->json, "start", (double)event->from * unit);
    json_f64(&out->json, "end", (double)event->to * unit);
    json_u64(&out->json, "index", event->class);
    if (*label)
        json_text(&out->json, "label", label);
    json_f64(&out->json, "peak", (double)event->peak);
    json_object_end(&out->json);
}

/* The event of CLASS that goes on at step FROM, to where it ends. */
static struct event follow(const struct steps *steps, size_t from, size_t class, float threshold)
{
    const float *values = (const float *)(const void *)steps->values.base + class;
    struct event event = {from, from, class, values[from * steps->classes]};

    for (; event.to < steps->n && values[event.to * steps->classes] >= threshold; event.to++)
        if (values[event.to * steps->classes] > event.peak)
            event.peak = values[event.to * steps->classes];
    return event;
}

/* In the order in which they begin. */
static int say_all(const struct show_options *options, const struct show_labels *labels,
                   const struct steps *steps, struct show_out *out, struct fault *fault)
{
    uint32_t n = 0;
    const float *values = (const float *)(const void *)steps->values.base;

    for (size_t i = 0; i < steps->n; i++)
        for (size_t class = 0; class < steps->classes; class ++) {
            size_t at = i * steps->classes + class;
            struct event event;

            if (!(values[at] >= options->threshold) ||
                (i > 0 && values[at - steps->classes] >= options->threshold))
                continue;
            if (n++ == EVENTS_MOST)
                return fail(fault, -EFBIG, "more than %u events: raise --threshold", EVENTS_MOST);
            event = follow(steps, i, class, options->threshold);
            say(options, labels, &event, out);
        }
    return 0;
}

int show_events(const struct show_options *options, const struct show_labels *labels,
                const struct show_files *files, struct show_out *out, struct fault *fault)
{
    _cleanup_(steps_done) struct steps steps = {.classes = options->classes};
    int r = 0;

    for (uint32_t i = 0; r == 0 && i < files->n; i++)
        r = add_file(files->paths[i], &steps, files->n == 1, fault);
    if (r < 0)
        return r;
    json_list(&out->json, "events");
    r = say_all(options, labels, &steps, out, fault);
    json_list_end(&out->json);
    return r;
}
