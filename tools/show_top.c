#include <math.h>
#include <string.h>

#include "base/base.h"
#include "tools/show.h"

struct best {
    size_t index;
    float score;
};

/* The best OPTIONS->top, sorted; of equal ones the first. What is not a number is never one. */
static uint32_t choose(const float *scores, size_t n, struct best *best, uint32_t most)
{
    uint32_t found = 0;

    for (size_t i = 0; i < n; i++) {
        uint32_t at = found;

        if (isnan(scores[i]) || (found == most && !(scores[i] > best[most - 1].score)))
            continue;
        for (; at > 0 && scores[i] > best[at - 1].score; at--)
            if (at < most)
                best[at] = best[at - 1];
        best[at] = (struct best){i, scores[i]};
        found += found < most;
    }
    return found;
}

static void say(const struct show_labels *labels, const struct best *best, struct show_out *out)
{
    const char *label = show_labels_get(labels, best->index);

    if (!out->as_json) {
        show_say(out, "  %10.6f  %6zu  %s\n", (double)best->score, best->index, label);
        return;
    }
    json_object(&out->json, NULL);
    json_u64(&out->json, "index", best->index);
    if (*label)
        json_text(&out->json, "label", label);
    json_f64(&out->json, "score", (double)best->score);
    json_object_end(&out->json);
}

int show_top(const struct show_options *options, const struct show_labels *labels, const char *path,
             struct show_out *out, struct fault *fault)
{
    struct best best[1000]; /* as many as --top may ask for */
    uint32_t n_best;
    float *scores;
    size_t n;
    int r = show_floats_read(path, &scores, &n, fault);

    if (r < 0)
        return r;
    n_best = choose(scores, n, best, options->top);
    json_list(&out->json, "top");
    for (uint32_t i = 0; i < n_best; i++)
        say(labels, &best[i], out);
    json_list_end(&out->json);
    mem_free(scores);
    return 0;
}
