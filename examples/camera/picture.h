#pragma once
/*
 * Pictures for the camera example: JPEG in and out, patches as tensors, lines drawn on top.
 */
#include <stddef.h>
#include <stdint.h>

struct picture {
    int width, height;
    uint8_t *rgb; /* height x width x 3 */
};

/* 0, or -1 after a sentence on stderr. The picture is freed by picture_done. */
int picture_read(const char *path, struct picture *ret);
/* A JPEG in memory; SAY: what the sentence calls it. */
int picture_decode(const void *bytes, size_t size, const char *say, struct picture *ret);
int picture_write(const struct picture *picture, const char *path);
void picture_done(struct picture *picture);

struct rect {
    int x, y, width, height; /* may reach beyond the picture, where everything is black */
};

/*
 * The pixels under RECT scaled to WIDTH x HEIGHT (averaged when they shrink, bilinear when they
 * grow), as (v - 127.5) / 128, in the order that MTCNN's Keras weights want: [WIDTH, HEIGHT, 3].
 * -1 if memory is out.
 */
int picture_patch(const struct picture *picture, const struct rect *rect, int width, int height,
                  float *to);

void picture_draw_box(struct picture *picture, const struct rect *rect);
void picture_draw_dot(struct picture *picture, int x, int y);
