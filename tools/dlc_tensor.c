#include "tools/dlc_tensor.h"

#include <math.h>

/* How many numbers follow each other under one encoding. */
static size_t run_length(const struct value *value)
{
    size_t n = 1;

    for (uint32_t i = value->encoding_axis + 1; i < value->shape.rank; i++)
        n *= value->shape.dim[i];
    return n;
}

static const struct encoding *encoding_at(const struct value *value, size_t i)
{
    if (value->n_encodings == 1)
        return value->encodings;
    return &value->encodings[i / run_length(value) % value->n_encodings];
}

float dlc_tensor_at(const struct value *value, size_t i)
{
    switch (value->dtype) {
    case DTYPE_F32:
        return ((const float *)value->data)[i];
    case DTYPE_TF8:
        return encoding_real(encoding_at(value, i), ((const uint8_t *)value->data)[i]);
    case DTYPE_I32:
        return (float)((const int32_t *)value->data)[i];
    default:
        return (float)((const uint8_t *)value->data)[i];
    }
}

static double distance(float a, float b)
{
    if (isnan(a) || isnan(b))
        return isnan(a) && isnan(b) ? 0 : (double)INFINITY;
    return a == b ? 0 : fabs((double)a - (double)b);
}

void dlc_tensor_compare(const struct value *a, const struct value *b, struct tensor_gap *ret)
{
    const size_t n = shape_elements(&a->shape);
    struct tensor_gap gap = {.n = 0};

    for (size_t i = 0; i < n; i++) {
        float x = dlc_tensor_at(a, i), y = dlc_tensor_at(b, i);
        double apart = distance(x, y);

        gap.n += apart > 0;
        if (apart > gap.most) {
            gap.most = apart;
            gap.at = i;
            gap.a = x;
            gap.b = y;
        }
    }
    *ret = gap;
}

/* Extremes and moments; the sums are far from overflow with floats. */
static void add_up(const struct value *value, struct tensor_spread *spread)
{
    double sum = 0, squares = 0;
    size_t n = 0;

    for (size_t i = 0; i < spread->n; i++) {
        double x = (double)dlc_tensor_at(value, i);

        if (!isfinite(x)) {
            spread->n_not_finite++;
            continue;
        }
        spread->n_zero += x == 0;
        spread->min = n == 0 || x < spread->min ? x : spread->min;
        spread->max = n == 0 || x > spread->max ? x : spread->max;
        sum += x;
        squares += x * x;
        n++;
    }
    if (n == 0)
        return;
    spread->mean = sum / (double)n;
    squares = squares / (double)n - spread->mean * spread->mean;
    spread->deviation = squares > 0 ? sqrt(squares) : 0;
}

void dlc_tensor_spread(const struct value *value, struct tensor_spread *ret)
{
    struct tensor_spread spread = {.n = shape_elements(&value->shape)};
    double width;

    add_up(value, &spread);
    width = (spread.max - spread.min) / TENSOR_BINS;
    for (size_t i = 0; i < spread.n; i++) {
        double x = (double)dlc_tensor_at(value, i);
        size_t bin = 0;

        if (!isfinite(x))
            continue;
        if (width > 0)
            bin = (size_t)((x - spread.min) / width);
        spread.bins[bin < TENSOR_BINS ? bin : TENSOR_BINS - 1]++;
    }
    *ret = spread;
}
