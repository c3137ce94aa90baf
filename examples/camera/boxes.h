#pragma once
/*
 * Boxes of faces, as MTCNN (Zhang et al. 2016) counts them: x1,y1 to x2,y2 in pixels, both ends
 * inside, so a box is x2 - x1 + 1 wide.
 */

struct box {
    float x1, y1, x2, y2;
    float score;
    float shift[4];     /* a network's correction, as parts of width and height */
    float points[5][2]; /* left eye, right eye, nose, left and right corner of the mouth */
};

struct boxes {
    struct box *list;
    int n, capacity;
};

/* -1 if memory is out. */
int boxes_add(struct boxes *boxes, const struct box *box);
void boxes_done(struct boxes *boxes);

enum overlap { OVERLAP_UNION, OVERLAP_SMALLER }; /* intersection over union, or over the smaller */

float box_overlap(const struct box *a, const struct box *b, enum overlap kind);

/* Non-maximum suppression of the boxes from FIRST on: sorts by score, best first, and drops each
 * that overlaps a better one by more than LIMIT. */
void boxes_suppress(struct boxes *boxes, int first, float limit, enum overlap kind);

/* Moves each side by its shift, times width and height counted with (1) or without (0) both ends.
 */
void box_correct(struct box *box, int both_ends);

/* The square around the same centre with the longer side. */
void box_square(struct box *box);
