#include <errno.h>
#include <stdlib.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/show.h"

#define CLASSES_MOST 65536u

/* Reads a label of each pixel from one of the three forms of a tensor. */
struct map {
    const char *path;
    const void *base;
    size_t n;        /* pixels */
    size_t channels; /* floats of a pixel: 1 a label, more scores; 0: a byte is the label */
};

static uint32_t largest(const float *scores, size_t n)
{
    size_t best = 0;

    for (size_t i = 1; i < n; i++)
        if (scores[i] > scores[best])
            best = i;
    return (uint32_t)best;
}

static int label_of(const struct map *map, size_t pixel, uint32_t *ret, struct fault *fault)
{
    const float *floats = map->base;

    if (map->channels == 0)
        *ret = ((const uint8_t *)map->base)[pixel];
    else if (map->channels > 1)
        *ret = largest(floats + pixel * map->channels, map->channels);
    else if (floats[pixel] >= 0 && floats[pixel] < CLASSES_MOST)
        *ret = (uint32_t)(floats[pixel] + 0.5f);
    else
        return fail(fault, E_BAD_PARAMS, "%.150s: pixel %zu: %g is no label", map->path, pixel,
                    (double)floats[pixel]);
    return 0;
}

static int fit(const struct show_options *options, size_t size, struct map *map,
               struct fault *fault)
{
    map->n = (size_t)options->width * options->height;
    map->channels = size / map->n / sizeof(float);
    if (size == map->n)
        return 0;
    if (size % (map->n * sizeof(float)) || map->channels < 1 || map->channels > CLASSES_MOST)
        return fail(fault, E_TENSOR_SIZE,
                    "%.120s: has %zu bytes, which is no map of %ux%u: neither a byte nor floats "
                    "for each pixel",
                    map->path, size, options->width, options->height);
    return 0;
}

static int paint(const struct map *map, struct picture *picture, uint64_t *counts,
                 struct fault *fault)
{
    for (size_t i = 0; i < map->n; i++) {
        uint32_t label = 0;
        int r = label_of(map, i, &label, fault);

        if (r < 0)
            return r;
        counts[label]++;
        show_colour(label, picture->pixels + 3 * i);
    }
    return 0;
}

static void say(const struct show_labels *labels, uint32_t label, uint64_t count, size_t all,
                struct show_out *out)
{
    const char *name = show_labels_get(labels, label);

    if (!out->as_json) {
        show_say(out, "  %5.1f %%  %8llu pixels  %5u  %s\n", 100.0 * (double)count / (double)all,
                 (unsigned long long)count, label, name);
        return;
    }
    json_object(&out->json, NULL);
    json_u64(&out->json, "index", label);
    if (*name)
        json_text(&out->json, "label", name);
    json_u64(&out->json, "pixels", count);
    json_object_end(&out->json);
}

static int show_map(const struct show_options *options, const struct show_labels *labels,
                    const struct map *map, struct show_out *out, struct fault *fault)
{
    _cleanup_(freep) uint64_t *counts = calloc(CLASSES_MOST + 1, sizeof(*counts));
    int r;

    picture_done(&out->picture); /* of the file before */
    r = counts ? picture_new(options->width, options->height, 3, &out->picture) : -ENOMEM;

    if (r < 0)
        return fail(fault, r, "%.150s: %s", map->path, error_get(r).text);
    r = paint(map, &out->picture, counts, fault);
    if (r < 0)
        return r;
    json_list(&out->json, "segments");
    for (uint32_t i = 0; i <= CLASSES_MOST; i++)
        if (counts[i])
            say(labels, i, counts[i], map->n, out);
    json_list_end(&out->json);
    return 0;
}

int show_segments(const struct show_options *options, const struct show_labels *labels,
                  const char *path, struct show_out *out, struct fault *fault)
{
    struct map map = {.path = path};
    void *bytes;
    size_t size;
    int r = show_bytes_read(path, &bytes, &size, fault);

    if (r < 0)
        return r;
    map.base = bytes;
    r = fit(options, size, &map, fault);
    if (r == 0)
        r = show_map(options, labels, &map, out, fault);
    mem_free(bytes);
    return r;
}
