/*
 * HeatmapMaxKeypoint: where each heatmap of a box is greatest; the rule is in
 * model/ops/heatmap_max_keypoint.h. A keypoint of a box is an item.
 */
#include "model/ops/heatmap_max_keypoint.h"

#include "backends/cpu/kernels/boxes.h"
#include "backends/cpu/prepare.h"

enum { IN_HEATMAPS, IN_BOXES };

#define DELTA_MOST 1.5f
#define FLAT       1e-4f

struct params {
    bool output_softmax;
    size_t side, keypoints, box_width;
};

struct peak {
    size_t row, column;
    float score, dx, dy;
};

/* Heatmaps of a box lie [side][side][keypoints]; MAP is the first number of one. */
static float at(const struct params *p, const float *map, size_t row, size_t column)
{
    return map[(row * p->side + column) * p->keypoints];
}

static void find_peak(const struct params *p, const float *map, struct peak *ret)
{
    *ret = (struct peak){.score = at(p, map, 0, 0)};
    for (size_t i = 0; i < p->side; i++)
        for (size_t j = 0; j < p->side; j++) {
            float v = at(p, map, i, j);

            if (v > ret->score || (ret->score != ret->score && v == v))
                *ret = (struct peak){i, j, v, 0, 0};
        }
}

/* The neighbour of PLACE in direction D; mirrored at the edge. */
static size_t neighbour(const struct params *p, size_t place, int d)
{
    if ((place == 0 && d < 0) || (place + 1 == p->side && d > 0))
        d = -d;
    return d < 0 ? place - 1 : place + (size_t)d;
}

/* Neighbours of the peak in f[row][column]. */
static void take_neighbours(const struct params *p, const float *map, const struct peak *peak,
                            float f[3][3])
{
    for (int i = -1; i <= 1; i++)
        for (int j = -1; j <= 1; j++)
            f[i + 1][j + 1] = at(p, map, neighbour(p, peak->row, i), neighbour(p, peak->column, j));
}

/* Not farther than DELTA_MOST in the longer direction. */
static void shorten(struct peak *peak)
{
    float longer = box_more(fabsf(peak->dx), fabsf(peak->dy));

    if (!(longer > DELTA_MOST))
        return;
    peak->dx = peak->dx / longer * DELTA_MOST;
    peak->dy = peak->dy / longer * DELTA_MOST;
}

/* Moves the peak to the extreme of the quadric through its neighbours. */
static void refine(const struct params *p, const float *map, struct peak *peak)
{
    float f[3][3], bx, by, xx, xy, yy, flatness;

    take_neighbours(p, map, peak, f);
    bx = -(f[1][2] - f[1][0]) / 2;
    by = -(f[2][1] - f[0][1]) / 2;
    xx = f[1][0] - 2 * f[1][1] + f[1][2];
    yy = f[0][1] - 2 * f[1][1] + f[2][1];
    xy = (f[2][2] - f[2][0] - f[0][2] + f[0][0]) / 4;
    flatness = xx * yy - xy * xy;
    if (!(fabsf(flatness) >= FLAT))
        return;
    peak->dx = (bx * yy - by * xy) / flatness;
    peak->dy = (by * xx - bx * xy) / flatness;
    shorten(peak);
    peak->score = f[1][1] - (bx * peak->dx + by * peak->dy) +
                  0.5f * (peak->dx * (xx * peak->dx + xy * peak->dy) +
                          peak->dy * (xy * peak->dx + yy * peak->dy));
}

/* Of the greatest number, GREATEST. */
static float probability(const struct params *p, const float *map, float greatest)
{
    double sum = 0;

    for (size_t i = 0; i < p->side * p->side; i++)
        sum += exp((double)map[i * p->keypoints] - (double)greatest);
    return (float)(1 / sum);
}

static void run_item(const struct kernel_args *args, size_t item)
{
    const struct params *p = args->params;
    size_t box = item / p->keypoints, k = item % p->keypoints;
    const float *map =
        (const float *)args->in[IN_HEATMAPS] + box * p->side * p->side * p->keypoints + k;
    const float *corners = (const float *)args->in[IN_BOXES] + box * p->box_width;
    float x = corners[0], y = corners[1], side = (float)p->side;
    float w = box_more(corners[2] - x, 1), h = box_more(corners[3] - y, 1);
    float *out = (float *)args->out[0] + box * 4 * p->keypoints + k;
    struct peak peak;
    float greatest;

    find_peak(p, map, &peak);
    greatest = peak.score;
    refine(p, map, &peak);
    out[0] = x + (0.5f + (float)peak.column + peak.dx) * w / side;
    out[p->keypoints] = y + (0.5f + (float)peak.row + peak.dy) * h / side;
    out[2 * p->keypoints] = peak.score;
    out[3 * p->keypoints] = p->output_softmax ? probability(p, map, greatest) : 0;
}

static void run(const struct kernel_args *args)
{
    for (size_t item = args->from; item < args->to; item++)
        run_item(args, item);
}

static int prepare(struct prepare *p)
{
    const struct heatmap_max_keypoint_attrs *attrs = p->node->attrs;
    const struct shape *x = &prepare_in(p, IN_HEATMAPS)->shape;
    const struct shape *boxes = &prepare_in(p, IN_BOXES)->shape;
    struct params *params = prepare_params(p, sizeof(*params));

    if (!params)
        return prepare_no_memory(p);
    *params = (struct params){attrs->output_softmax, x->dim[1], x->dim[3],
                              shape_elements(boxes) / boxes->dim[0]};
    return prepare_done(p, run, (size_t)x->dim[0] * x->dim[3],
                        (uint64_t)x->dim[1] * x->dim[1] * (attrs->output_softmax ? 40 : 4) + 50);
}

const struct operation cpu_heatmap_max_keypoint = {.prepare = prepare};
