#pragma once
/* Rectangles, and the numbers that clients send to say which image something belongs to. */
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct box {
    float x1, y1, x2, y2;
};

static inline float box_less(float a, float b)
{
    return a < b ? a : b;
}

static inline float box_more(float a, float b)
{
    return a > b ? a : b;
}

/* How wide or high from A to B, in pixels of which both ends count if ONE is 1; 0 if B is first. */
static inline float box_side(float a, float b, float one)
{
    return b < a ? 0 : b - a + one;
}

static inline float box_area(const struct box *box, float one)
{
    return box_side(box->x1, box->x2, one) * box_side(box->y1, box->y2, one);
}

/* What both share, of what either has; 0 if they do not touch or are no boxes. */
static inline float box_overlap(const struct box *a, const struct box *b, float one)
{
    float w = box_less(a->x2, b->x2) - box_more(a->x1, b->x1) + one;
    float h = box_less(a->y2, b->y2) - box_more(a->y1, b->y1) + one;

    if (!(w > 0 && h > 0))
        return 0;
    return w * h / (box_area(a, one) + box_area(b, one) - w * h);
}

/*
 * The image that the number V names, of N; -1: none of them. V is a client's and may be anything;
 * it is read once, by being handed over.
 */
static inline int64_t box_image(float v, size_t n)
{
    return v >= 0 && v < (float)n && floorf(v) == v && (size_t)v < n ? (int64_t)v : -1;
}
