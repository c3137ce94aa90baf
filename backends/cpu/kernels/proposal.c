/*
 * Proposal: anchors moved by deltas, the best of them, suppression; the rule is in
 * model/ops/proposal.h. One item, for each box that stays is held against all before it.
 */
#include "model/ops/proposal.h"

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/kernels/rank.h"
#include "backends/cpu/prepare.h"

enum { IN_SCORES, IN_DELTAS, IN_IM_INFO };
enum { OUT_ROIS, OUT_SCORES, N_OUT };

#define ROI 5 /* numbers of a row */

struct params {
    size_t height, width, anchors;
    size_t candidates, rows;
    size_t boxes_at; /* bytes into the scratch; what is ranked is at 0 */
    float stride, min_size, threshold;
    struct proposal_anchor anchor[];
};

/* The picture that the boxes are cut at, read once. */
struct picture {
    float right, bottom, least;
};

static float cut(float v, float most)
{
    return box_more(box_less(v, most), 0);
}

/* One side of a box moved and grown, both ends cut at MOST. */
static void move_side(float *from, float *to, float move, float grow, float most)
{
    float size = *to - *from + 1, middle = *from + 0.5f * size;

    middle += move * size;
    size *= expf(grow);
    *from = cut(middle - 0.5f * size, most);
    *to = cut(middle + 0.5f * size, most);
}

/* Box I of height x width x anchors. */
static struct box box_at(const struct kernel_args *args, const struct picture *picture, size_t i)
{
    const struct params *p = args->params;
    const struct proposal_anchor *anchor = &p->anchor[i % p->anchors];
    const float *deltas = (const float *)args->in[IN_DELTAS] + i * 4;
    float x = (float)(i / p->anchors % p->width) * p->stride;
    float y = (float)(i / p->anchors / p->width) * p->stride;
    struct box box = {anchor->x1 + x, anchor->y1 + y, anchor->x2 + x, anchor->y2 + y};

    move_side(&box.x1, &box.x2, deltas[0], deltas[2], picture->right);
    move_side(&box.y1, &box.y2, deltas[1], deltas[3], picture->bottom);
    return box;
}

/* Large enough boxes of the best scores; the boxes lie where the ranked's `what` says. */
static size_t find_candidates(const struct kernel_args *args, struct ranked *list)
{
    const struct params *p = args->params;
    const float *scores = args->in[IN_SCORES], *info = args->in[IN_IM_INFO];
    const struct picture picture = {info[1] - 1, info[0] - 1, p->min_size * info[2]};
    struct box *boxes = (struct box *)(void *)((char *)args->scratch + p->boxes_at);
    size_t n = 0, all = p->height * p->width * p->anchors;

    for (size_t i = 0; i < all; i++) {
        float score = scores[i / p->anchors * 2 * p->anchors + p->anchors + i % p->anchors];

        boxes[i] = box_at(args, &picture, i);
        if (boxes[i].x2 - boxes[i].x1 + 1 >= picture.least &&
            boxes[i].y2 - boxes[i].y1 + 1 >= picture.least && score == score)
            rank_offer(list, &n, p->candidates,
                       (struct ranked){score, 0, (uint32_t)i, (uint32_t)i});
    }
    rank_sort(list, n, rank_by_score);
    return n;
}

static bool stands_alone(const struct params *p, const struct ranked *list, size_t n_chosen,
                         const struct box *boxes, uint32_t what)
{
    for (size_t i = 0; i < n_chosen; i++)
        if (!(box_overlap(&boxes[what], &boxes[list[i].what], 1) < p->threshold))
            return false;
    return true;
}

static void write_roi(float *roi, float *score, const struct box *box, float s)
{
    roi[0] = 0;
    roi[1] = box->x1;
    roi[2] = box->y1;
    roi[3] = box->x2;
    roi[4] = box->y2;
    if (score)
        *score = s;
}

static void run(const struct kernel_args *args)
{
    const struct params *p = args->params;
    const struct box *boxes = (const void *)((const char *)args->scratch + p->boxes_at);
    struct ranked *list = args->scratch;
    float *rois = args->out[OUT_ROIS], *scores = args->out[OUT_SCORES];
    size_t n, n_chosen = 0;

    if (args->from == args->to)
        return;
    n = find_candidates(args, list);
    for (size_t i = 0; i < n && n_chosen < p->rows; i++) {
        if (!stands_alone(p, list, n_chosen, boxes, list[i].what))
            continue;
        write_roi(rois + n_chosen * ROI, scores ? scores + n_chosen : NULL, &boxes[list[i].what],
                  list[i].score);
        list[n_chosen++] = list[i];
    }
    for (; n_chosen < p->rows; n_chosen++) {
        write_roi(rois + n_chosen * ROI, scores ? scores + n_chosen : NULL, &(struct box){0}, 0);
        rois[n_chosen * ROI] = -1;
    }
}

static int prepare(struct prepare *p)
{
    const struct proposal_attrs *attrs = p->node->attrs;
    const struct shape *scores = &prepare_in(p, IN_SCORES)->shape;
    size_t anchors = (size_t)attrs->ratios.n * attrs->scales.n;
    size_t all = (size_t)scores->dim[1] * scores->dim[2] * anchors;
    size_t best = (size_t)attrs->pre_nms_top_n;
    struct params *params =
        prepare_params(p, sizeof(*params) + anchors * sizeof(params->anchor[0]));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){
        .height = scores->dim[1],
        .width = scores->dim[2],
        .anchors = anchors,
        .candidates = best > 0 && best < all ? best : all,
        .rows = (size_t)attrs->post_nms_top_n,
        .stride = (float)attrs->feat_stride,
        .min_size = attrs->min_size,
        .threshold = attrs->nms_thresh,
    };
    for (size_t i = 0; i < anchors; i++)
        params->anchor[i] = proposal_anchor_of(attrs, i);
    params->boxes_at = mem_round(params->candidates * sizeof(struct ranked));
    p->workspace_size = params->boxes_at + all * sizeof(struct box);
    return prepare_done(p, run, 1, all * 100);
}

const struct operation cpu_proposal = {.n_out = N_OUT, .prepare = prepare};
