#pragma once
/* Frames as cameras give them, to RGB: full range of the colours that BT.601 codes in 16..235. */
#include <stddef.h>
#include <stdint.h>

enum pixels { PIXELS_RGB, PIXELS_YUYV, PIXELS_NV12, PIXELS_JPEG };

/* STRIDE: bytes from one line to the next, of NV12 those of its brightness. How many bytes a frame
 * has; 0 for JPEG. */
size_t pixels_size(enum pixels format, int width, int height, size_t stride);
/* The least stride. */
size_t pixels_stride(enum pixels format, int width);

/* A frame of any but JPEG; TO has WIDTH x HEIGHT x 3 bytes. WIDTH and HEIGHT are even. */
void pixels_to_rgb(enum pixels format, const uint8_t *from, int width, int height, size_t stride,
                   uint8_t *to);
