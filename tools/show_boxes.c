#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"
#include "tools/show.h"

#define BOXES_MOST                                                                                 \
    5000u /* kept of pairs, the best ones: overlaps are searched among all of them                 \
           */
#define CANDIDATES_MOST 1000000u
#define ROW             7

struct box {
    uint32_t image, label;
    float score, corners[4]; /* x0, y0, x1, y1 as fractions of the picture */
};

struct boxes {
    struct box *at;
    size_t n;
};

static void boxes_done(struct boxes *boxes)
{
    mem_free(boxes->at);
}

static bool is_box(const float corners[4])
{
    for (int i = 0; i < 4; i++)
        if (!isfinite(corners[i]))
            return false;
    return true;
}

static struct box make_box(const struct show_options *options, float score, const float *corners)
{
    float width = options->width ? (float)options->width : 1;
    float height = options->height ? (float)options->height : 1;

    return (struct box){
        .score = score,
        .corners = {corners[0] / width, corners[1] / height, corners[2] / width,
                    corners[3] / height},
    };
}

/* Rows as SNPE's DetectionOutput writes them; those behind the last have a negative image or label.
 */
static int take_rows(const struct show_options *options, const char *path, const float *values,
                     size_t n, struct boxes *ret, struct fault *fault)
{
    if (n % ROW)
        return fail(fault, E_TENSOR_SIZE,
                    "%.120s: has %zu values, no multiple of 7 (image label score x0 y0 x1 y1); "
                    "boxes of 4 need --scores",
                    path, n);
    ret->at = mem_alloc(n / ROW * sizeof(*ret->at));
    if (!ret->at)
        return fail(fault, -ENOMEM, "%.150s: out of memory", path);
    for (const float *row = values; row < values + n; row += ROW) {
        if (!(row[0] >= 0 && row[0] < 1e9f && row[1] >= 0 && row[1] < 1e9f) ||
            !(row[2] >= options->threshold) || !is_box(row + 3))
            continue;
        ret->at[ret->n] = make_box(options, row[2], row + 3);
        ret->at[ret->n].image = (uint32_t)row[0];
        ret->at[ret->n++].label = (uint32_t)row[1];
    }
    return 0;
}

static int compare(const void *a, const void *b)
{
    const struct box *first = a, *second = b;

    if (first->score != second->score)
        return first->score > second->score ? -1 : 1;
    /* of equal ones the first, which lies in front (image counts candidates meanwhile) */
    return first->image < second->image ? -1 : first->image > second->image;
}

static double area(const float c[4])
{
    return fmax(0, (double)c[2] - (double)c[0]) * fmax(0, (double)c[3] - (double)c[1]);
}

/* Intersection over union. */
static double overlap(const float a[4], const float b[4])
{
    float both[4] = {fmaxf(a[0], b[0]), fmaxf(a[1], b[1]), fminf(a[2], b[2]), fminf(a[3], b[3])};
    double shared = area(both), all = area(a) + area(b) - shared;

    return all > 0 ? shared / all : 0;
}

static bool is_covered(const struct boxes *kept, const struct box *box, float most)
{
    for (size_t i = 0; i < kept->n; i++)
        if (kept->at[i].label == box->label && overlap(kept->at[i].corners, box->corners) > most)
            return true;
    return false;
}

/* Of boxes of one class that overlap only the best stays. */
static void suppress(const struct show_options *options, struct boxes *boxes)
{
    size_t n = boxes->n < BOXES_MOST ? boxes->n : BOXES_MOST;

    qsort(boxes->at, boxes->n, sizeof(*boxes->at), compare);
    boxes->n = 0;
    for (size_t i = 0; i < n; i++) {
        struct box box = boxes->at[i];

        box.image = 0;
        if (!is_covered(boxes, &box, options->overlap))
            boxes->at[boxes->n++] = box;
    }
}

/* Whether value I of SCORES, of CLASSES a box, is one that counts. */
static bool counts(const struct show_options *options, const float *scores, size_t i,
                   size_t classes, const float *corners)
{
    return scores[i] >= options->threshold && !isinf(scores[i]) &&
           (i % classes || classes == 1 || !options->background) &&
           is_box(corners + i / classes * 4);
}

static int take_pairs(const struct show_options *options, const char *path, const float *corners,
                      const float *scores, size_t classes, size_t n_scores, struct boxes *ret,
                      struct fault *fault)
{
    size_t n = 0;

    for (size_t i = 0; i < n_scores; i++)
        n += counts(options, scores, i, classes, corners);
    if (n > CANDIDATES_MOST)
        return fail(fault, -EFBIG, "%.120s: %zu boxes reach the threshold, more than %u: raise it",
                    path, n, CANDIDATES_MOST);
    ret->at = mem_alloc((n + 1) * sizeof(*ret->at));
    if (!ret->at)
        return fail(fault, -ENOMEM, "%.150s: out of memory", path);
    for (size_t i = 0; i < n_scores; i++) {
        if (!counts(options, scores, i, classes, corners))
            continue;
        ret->at[ret->n] = make_box(options, scores[i], corners + i / classes * 4);
        ret->at[ret->n].label = (uint32_t)(i % classes);
        ret->at[ret->n].image = (uint32_t)i;
        ret->n++;
    }
    suppress(options, ret);
    return 0;
}

/* The tensor of --scores, which lies beside that of the boxes, whatever folder its name makes. */
static int scores_path(const struct show_options *options, const char *path, char *ret, size_t size,
                       struct fault *fault)
{
    size_t length = strlen(path), tail = options->tensor ? strlen(options->tensor) + 4 : 0;
    const char *slash = strrchr(path, '/');
    size_t folder = slash ? (size_t)(slash + 1 - path) : 0;

    if (tail && tail < length && strncmp(path + length - tail, options->tensor, tail - 4) == 0)
        folder = length - tail;
    if ((size_t)snprintf(ret, size, "%.*s%s.raw", (int)folder, path, options->scores) >= size)
        return fail(fault, -ENAMETOOLONG, "%.150s: the path is too long", path);
    return 0;
}

static int take_with_scores(const struct show_options *options, const char *path,
                            const float *corners, size_t n, struct boxes *ret, struct fault *fault)
{
    char beside[4096];
    size_t n_boxes = n / 4, n_scores;
    float *scores;
    int r = scores_path(options, path, beside, sizeof(beside), fault);

    if (r == 0)
        r = show_floats_read(beside, &scores, &n_scores, fault);
    if (r < 0)
        return r;
    if (n % 4 || n_scores % n_boxes || n_scores > UINT32_MAX)
        r = fail(fault, E_TENSOR_SIZE,
                 "%.100s: %zu values are no boxes of 4 for the %zu scores of %.80s", path, n,
                 n_scores, options->scores);
    else
        r = take_pairs(options, path, corners, scores, n_scores / n_boxes, n_scores, ret, fault);
    mem_free(scores);
    return r;
}

static void paint(struct picture *picture, long x, long y, const uint8_t colour[3])
{
    if (x >= 0 && y >= 0 && x < (long)picture->width && y < (long)picture->height)
        memcpy(picture->pixels + ((size_t)y * picture->width + (size_t)x) * 3, colour, 3);
}

static long to_pixel(float fraction, uint32_t side)
{
    double at = floor((double)fraction * side);

    return (long)fmin(fmax(at, -10), (double)side + 10);
}

static void draw(struct picture *picture, const struct box *box)
{
    long x0 = to_pixel(box->corners[0], picture->width),
         y0 = to_pixel(box->corners[1], picture->height);
    long x1 = to_pixel(box->corners[2], picture->width),
         y1 = to_pixel(box->corners[3], picture->height);
    long thick = 2 + (long)picture->width / 500;
    uint8_t colour[3];

    show_colour(box->label + 1, colour); /* none is black */
    for (long t = 0; t < thick; t++) {
        for (long x = x0; x <= x1; x++) {
            paint(picture, x, y0 + t, colour);
            paint(picture, x, y1 - t, colour);
        }
        for (long y = y0; y <= y1; y++) {
            paint(picture, x0 + t, y, colour);
            paint(picture, x1 - t, y, colour);
        }
    }
}

static int draw_all(const char *path, const struct boxes *boxes, struct picture *ret,
                    struct fault *fault)
{
    int r = picture_read(path, ret, fault);

    for (size_t i = r < 0 ? 0 : boxes->n; i-- > 0;) /* the best on top */
        if (boxes->at[i].image == 0)
            draw(ret, &boxes->at[i]);
    return r;
}

static void say(const struct show_labels *labels, const struct box *box, struct show_out *out)
{
    static const char *const keys[] = {"x0", "y0", "x1", "y1"};
    const char *label = show_labels_get(labels, box->label);

    if (!out->as_json) {
        show_say(out, "  %8.6f  image %u  (%.4f, %.4f) - (%.4f, %.4f)  %u  %s\n",
                 (double)box->score, box->image, (double)box->corners[0], (double)box->corners[1],
                 (double)box->corners[2], (double)box->corners[3], box->label, label);
        return;
    }
    json_object(&out->json, NULL);
    json_u64(&out->json, "image", box->image);
    json_u64(&out->json, "index", box->label);
    if (*label)
        json_text(&out->json, "label", label);
    json_f64(&out->json, "score", (double)box->score);
    for (int i = 0; i < 4; i++)
        json_f64(&out->json, keys[i], (double)box->corners[i]);
    json_object_end(&out->json);
}

int show_boxes(const struct show_options *options, const struct show_labels *labels,
               const char *path, struct show_out *out, struct fault *fault)
{
    _cleanup_(boxes_done) struct boxes boxes = {0};
    float *values;
    size_t n;
    int r = show_floats_read(path, &values, &n, fault);

    if (r < 0)
        return r;
    r = options->scores ? take_with_scores(options, path, values, n, &boxes, fault)
                        : take_rows(options, path, values, n, &boxes, fault);
    mem_free(values);
    if (r == 0 && options->picture)
        r = draw_all(options->picture, &boxes, &out->picture, fault);
    if (r < 0)
        return r;
    json_list(&out->json, "boxes");
    for (size_t i = 0; i < boxes.n; i++)
        say(labels, &boxes.at[i], out);
    json_list_end(&out->json);
    return 0;
}
