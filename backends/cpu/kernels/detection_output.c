/*
 * DetectionOutput: boxes from priors, suppression class by class, the best of all classes; the rule
 * is in model/ops/detection_output.h. An image is an item.
 */
#include "model/ops/detection_output.h"

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/kernels/rank.h"
#include "backends/cpu/prepare.h"

enum { IN_LOC, IN_CONF, IN_PRIORS };

#define ROW 7 /* numbers of a row */

struct params {
    struct detection_output_attrs attrs;
    struct detection_sizes sizes;
    size_t candidates;                      /* of a class that suppression looks at */
    size_t kept_at, boxes_at, scratch_each; /* bytes of an image's memory; candidates are at 0 */
};

/* One image's memory. */
struct image {
    struct ranked *candidates, *kept;
    struct box *boxes; /* [loc_classes][priors] */
    size_t n_candidates, n_kept;
};

static struct box decode_corner(const struct params *p, const float *prior, const float *scale,
                                const float *loc)
{
    float w = 1, h = 1;

    if (p->attrs.code_type == DETECTION_CORNER_SIZE) {
        w = prior[2] - prior[0];
        h = prior[3] - prior[1];
    }
    return (struct box){prior[0] + scale[0] * loc[0] * w, prior[1] + scale[1] * loc[1] * h,
                        prior[2] + scale[2] * loc[2] * w, prior[3] + scale[3] * loc[3] * h};
}

static struct box decode_center(const float *prior, const float *scale, const float *loc)
{
    float w = prior[2] - prior[0], h = prior[3] - prior[1];
    float x = scale[0] * loc[0] * w + (prior[0] + prior[2]) / 2;
    float y = scale[1] * loc[1] * h + (prior[1] + prior[3]) / 2;

    w *= expf(scale[2] * loc[2]);
    h *= expf(scale[3] * loc[3]);
    return (struct box){x - w / 2, y - h / 2, x + w / 2, y + h / 2};
}

static float clip(float x)
{
    return x < 0 ? 0 : x > 1 ? 1 : x;
}

static struct box decode_one(const struct params *p, const float *prior, const float *scale,
                             const float *loc)
{
    struct box box = p->attrs.code_type == DETECTION_CENTER_SIZE
                         ? decode_center(prior, scale, loc)
                         : decode_corner(p, prior, scale, loc);

    if (p->attrs.clip)
        box = (struct box){clip(box.x1), clip(box.y1), clip(box.x2), clip(box.y2)};
    return box;
}

/* All boxes of an image; loc lies [priors][loc_classes]. */
static void decode(const struct kernel_args *args, size_t at, struct box *boxes)
{
    static const float ones[4] = {1, 1, 1, 1};
    const struct params *p = args->params;
    size_t n = p->sizes.priors, classes = p->sizes.loc_classes;
    const float *loc = (const float *)args->in[IN_LOC] + at * n * classes * 4;
    const float *priors = args->in[IN_PRIORS];

    for (size_t i = 0; i < n; i++, priors += 4) {
        const float *scale = p->attrs.variance_in_target ? ones : priors + n * 4;

        for (size_t c = 0; c < classes; c++, loc += 4)
            boxes[c * n + i] = decode_one(p, priors, scale, loc);
    }
}

/* Those of a class whose score is high enough, the best first. */
static void find_candidates(const struct params *p, const float *conf, uint32_t c,
                            struct image *image)
{
    image->n_candidates = 0;
    for (uint32_t i = 0; i < p->sizes.priors; i++) {
        float score = conf[(size_t)i * (uint32_t)p->attrs.num_classes + c];

        if (score > p->attrs.confidence_threshold)
            rank_offer(image->candidates, &image->n_candidates, p->candidates,
                       (struct ranked){score, 0, i, i});
    }
    rank_sort(image->candidates, image->n_candidates, rank_by_score);
}

static bool stands_alone(const struct image *image, const struct box *boxes, size_t n_chosen,
                         uint32_t what, float threshold)
{
    for (size_t i = 0; i < n_chosen; i++)
        if (!(box_overlap(&boxes[what], &boxes[image->candidates[i].what], 0) <= threshold))
            return false;
    return true;
}

/* The candidates that stay are moved to the front and offered for the image. */
static void suppress(const struct params *p, uint32_t c, struct image *image)
{
    const struct box *boxes = image->boxes + (p->attrs.share_location ? 0 : c * p->sizes.priors);
    float threshold = p->attrs.nms_threshold;
    size_t n = 0;

    for (size_t i = 0; i < image->n_candidates; i++) {
        struct ranked it = image->candidates[i];

        if (!stands_alone(image, boxes, n, it.what, threshold))
            continue;
        if (p->attrs.eta < 1 && threshold > 0.5f)
            threshold *= p->attrs.eta;
        it.group = c;
        it.place = (uint32_t)n;
        rank_offer(image->kept, &image->n_kept, p->sizes.rows, it);
        image->candidates[n++] = it;
    }
}

static void write_rows(const struct params *p, size_t at, const struct image *image, float *y)
{
    for (size_t i = 0; i < image->n_kept; i++, y += ROW) {
        const struct ranked *it = &image->kept[i];
        size_t from = p->attrs.share_location ? 0 : (size_t)it->group * p->sizes.priors;
        const struct box *box = &image->boxes[from + it->what];

        y[0] = (float)at;
        y[1] = (float)it->group;
        y[2] = it->score;
        y[3] = box->x1;
        y[4] = box->y1;
        y[5] = box->x2;
        y[6] = box->y2;
    }
    for (size_t i = 0; i < (p->sizes.rows - image->n_kept) * ROW; i++)
        y[i] = -1;
}

static void run_image(const struct kernel_args *args, size_t at)
{
    const struct params *p = args->params;
    size_t classes = (uint32_t)p->attrs.num_classes;
    char *memory = (char *)args->scratch + at * p->scratch_each;
    const float *conf = (const float *)args->in[IN_CONF] + at * p->sizes.priors * classes;
    struct image image = {
        .candidates = (struct ranked *)(void *)memory,
        .kept = (struct ranked *)(void *)(memory + p->kept_at),
        .boxes = (struct box *)(void *)(memory + p->boxes_at),
    };

    decode(args, at, image.boxes);
    for (uint32_t c = 0; c < classes; c++) {
        if ((int32_t)c == p->attrs.background_label)
            continue;
        find_candidates(p, conf, c, &image);
        suppress(p, c, &image);
    }
    rank_sort(image.kept, image.n_kept, rank_by_place);
    write_rows(p, at, &image, (float *)args->out[0] + at * p->sizes.rows * ROW);
}

static void run(const struct kernel_args *args)
{
    for (size_t at = args->from; at < args->to; at++)
        run_image(args, at);
}

static int prepare(struct prepare *p)
{
    const struct detection_output_attrs *attrs = p->node->attrs;
    struct params *params = prepare_params(p, sizeof(*params));
    size_t images = prepare_in(p, IN_LOC)->shape.dim[0], n;

    if (!params)
        return prepare_no_memory(p);
    params->attrs = *attrs;
    detection_output_sizes(attrs, &prepare_in(p, IN_PRIORS)->shape, &params->sizes);
    n = params->sizes.priors;
    params->candidates = attrs->top_k >= 0 && (size_t)attrs->top_k < n ? (size_t)attrs->top_k : n;
    params->kept_at = mem_round(params->candidates * sizeof(struct ranked));
    params->boxes_at = params->kept_at + mem_round(params->sizes.rows * sizeof(struct ranked));
    params->scratch_each =
        params->boxes_at + mem_round(n * params->sizes.loc_classes * sizeof(struct box));
    p->workspace_size = images * params->scratch_each;
    return prepare_done(p, run, images, n * (uint32_t)attrs->num_classes * 20);
}

const struct operation cpu_detection_output = {.prepare = prepare};
