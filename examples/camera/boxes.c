#include "examples/camera/boxes.h"

#include <math.h>
#include <stdlib.h>

int boxes_add(struct boxes *boxes, const struct box *box)
{
    if (boxes->n == boxes->capacity) {
        int capacity = boxes->capacity ? boxes->capacity * 2 : 64;
        struct box *list = realloc(boxes->list, (size_t)capacity * sizeof(*list));

        if (!list)
            return -1;
        boxes->list = list;
        boxes->capacity = capacity;
    }
    boxes->list[boxes->n++] = *box;
    return 0;
}

void boxes_done(struct boxes *boxes)
{
    free(boxes->list);
    *boxes = (struct boxes){0};
}

static float area(const struct box *box)
{
    return (box->x2 - box->x1 + 1) * (box->y2 - box->y1 + 1);
}

float box_overlap(const struct box *a, const struct box *b, enum overlap kind)
{
    float width = fminf(a->x2, b->x2) - fmaxf(a->x1, b->x1) + 1;
    float height = fminf(a->y2, b->y2) - fmaxf(a->y1, b->y1) + 1;
    float both = fmaxf(width, 0) * fmaxf(height, 0);

    if (kind == OVERLAP_SMALLER)
        return both / fminf(area(a), area(b));
    return both / (area(a) + area(b) - both);
}

static int better_first(const void *a, const void *b)
{
    float x = ((const struct box *)a)->score, y = ((const struct box *)b)->score;

    return (x < y) - (x > y);
}

void boxes_suppress(struct boxes *boxes, int first, float limit, enum overlap kind)
{
    int kept = first;

    if (boxes->n > first)
        qsort(boxes->list + first, (size_t)(boxes->n - first), sizeof(struct box), better_first);
    for (int i = first; i < boxes->n; i++) {
        int drop = 0;

        for (int j = first; j < kept && !drop; j++)
            drop = box_overlap(&boxes->list[j], &boxes->list[i], kind) > limit;
        if (!drop)
            boxes->list[kept++] = boxes->list[i];
    }
    boxes->n = kept;
}

void box_correct(struct box *box, int both_ends)
{
    float width = box->x2 - box->x1 + (float)both_ends;
    float height = box->y2 - box->y1 + (float)both_ends;

    box->x1 += box->shift[0] * width;
    box->y1 += box->shift[1] * height;
    box->x2 += box->shift[2] * width;
    box->y2 += box->shift[3] * height;
}

void box_square(struct box *box)
{
    float width = box->x2 - box->x1, height = box->y2 - box->y1;
    float side = fmaxf(width, height);

    box->x1 += (width - side) / 2;
    box->y1 += (height - side) / 2;
    box->x2 = box->x1 + side;
    box->y2 = box->y1 + side;
}
