#pragma once
/* The current layer's blobs: weights out of the caffemodel, as constants of the graph. */
#include "convert/caffe/source.h"
#include "convert/walk.h"

/*
 * Blob I, which must hold N numbers; WHAT is its name for a person ("the weights"). 0 and *RET, or
 * E_CONVERT_LAYER (missing, another size).
 */
int layer_blob(struct conversion *c, uint32_t i, const char *what, uint64_t n,
               const struct caffe_blob **ret);

uint32_t layer_n_blobs(const struct conversion *c);

/* How many numbers it holds, by its data. */
size_t layer_blob_count(const struct caffe_blob *blob);

/*
 * A constant of SHAPE called LAYER.SUFFIX: the numbers at the places of WALK, which begins at 0 and
 * has as many places. 0 and *RET, E_TOO_LARGE, -ENOMEM.
 */
int layer_lay_out(struct conversion *c, const struct caffe_blob *blob, struct walk *walk,
                  const struct shape *shape, const char *suffix, uint32_t *ret);

/* The numbers as doubles, N of them from the first on; the memory is the conversion's. */
int layer_numbers(struct conversion *c, const struct caffe_blob *blob, size_t n,
                  const double **ret);

/* A constant [N] called LAYER.SUFFIX of what is in FROM. */
int layer_place(struct conversion *c, const double *from, uint32_t n, const char *suffix,
                uint32_t *ret);

/* Blob I of N numbers as a constant [N]; zeros if the layer has NO such thing (HAS false). */
int layer_place_bias(struct conversion *c, uint32_t i, bool has, uint32_t n, uint32_t *ret);

/* N times one number as a constant [N]. */
int layer_place_number(struct conversion *c, const char *suffix, float number, uint32_t n,
                       uint32_t *ret);
