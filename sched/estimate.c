#include "sched/estimate.h"

/* The marker of the quantile itself. */
#define MIDDLE 2
#define LAST   (ESTIMATE_MARKERS - 1)

void estimate_init(struct estimate *estimate, double quantile)
{
    *estimate = (struct estimate){.quantile = quantile};
}

static void insert(struct estimate *estimate, double x)
{
    uint32_t i = estimate->n++;

    for (; i > 0 && estimate->heights[i - 1] > x; i--)
        estimate->heights[i] = estimate->heights[i - 1];
    estimate->heights[i] = x;
    for (uint32_t k = 0; k < estimate->n; k++)
        estimate->places[k] = k + 1;
}

/* Where marker I ought to be among N numbers. */
static double wanted_place(const struct estimate *estimate, int i)
{
    const double shares[ESTIMATE_MARKERS] = {0, estimate->quantile / 2, estimate->quantile,
                                             (1 + estimate->quantile) / 2, 1};

    return 1 + (estimate->n - 1) * shares[i];
}

/* The height of marker I moved by STEP (1 or -1), along the parabola through its neighbours. */
static double parabola(const struct estimate *estimate, int i, int step)
{
    const double *q = estimate->heights, *n = estimate->places;
    double up = (n[i] - n[i - 1] + step) * (q[i + 1] - q[i]) / (n[i + 1] - n[i]);
    double down = (n[i + 1] - n[i] - step) * (q[i] - q[i - 1]) / (n[i] - n[i - 1]);

    return q[i] + step / (n[i + 1] - n[i - 1]) * (up + down);
}

static double line(const struct estimate *estimate, int i, int step)
{
    const double *q = estimate->heights, *n = estimate->places;

    return q[i] + step * (q[i + step] - q[i]) / (n[i + step] - n[i]);
}

static void adjust(struct estimate *estimate, int i)
{
    double *q = estimate->heights, *n = estimate->places;
    double off = wanted_place(estimate, i) - n[i];
    int step = off > 0 ? 1 : -1;
    double height;

    if (!(off >= 1 && n[i + 1] - n[i] > 1) && !(off <= -1 && n[i - 1] - n[i] < -1))
        return;
    height = parabola(estimate, i, step);
    if (!(q[i - 1] < height && height < q[i + 1]))
        height = line(estimate, i, step);
    q[i] = height;
    n[i] += step;
}

/* Which markers X lies between; the outer ones follow it. */
static int find_cell(struct estimate *estimate, double x)
{
    double *q = estimate->heights;
    int cell = 0;

    if (x < q[0])
        q[0] = x;
    else if (x > q[LAST])
        q[LAST] = x;
    while (cell < LAST - 1 && x >= q[cell + 1])
        cell++;
    return cell;
}

/* Half of the numbers are forgotten; places stay apart by one at least. */
static void forget(struct estimate *estimate)
{
    estimate->n /= 2;
    for (int i = 1; i < ESTIMATE_MARKERS; i++)
        estimate->places[i] = (double)(uint32_t)wanted_place(estimate, i);
    for (int i = 1; i < ESTIMATE_MARKERS; i++)
        if (estimate->places[i] <= estimate->places[i - 1])
            estimate->places[i] = estimate->places[i - 1] + 1;
}

void estimate_add(struct estimate *estimate, uint64_t ns)
{
    double x = (double)ns;

    if (estimate->n < ESTIMATE_MARKERS) {
        insert(estimate, x);
        return;
    }
    for (int i = find_cell(estimate, x) + 1; i < ESTIMATE_MARKERS; i++)
        estimate->places[i]++;
    estimate->n++;
    for (int i = 1; i < LAST; i++)
        adjust(estimate, i);
    if (estimate->n >= ESTIMATE_FORGETS)
        forget(estimate);
}

uint64_t estimate_get(const struct estimate *estimate)
{
    if (estimate->n == 0)
        return 0;
    if (estimate->n < ESTIMATE_MARKERS)
        return (uint64_t)estimate->heights[estimate->n - 1];
    return (uint64_t)estimate->heights[MIDDLE];
}
