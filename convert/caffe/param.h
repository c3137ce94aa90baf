#pragma once
/*
 * Parameters of the current layer, from its own message ("convolution_param"). What cannot be read,
 * or stands twice, is a problem of the layer, with the line; never a guess.
 */
#include "convert/caffe/source.h"

/* Is it there? */
bool param_given(const struct conversion *c, const char *name);

/* PRESET if it is not there. 0 and *RET, or E_CONVERT_LAYER. */
int param_i32(struct conversion *c, const char *name, int32_t preset, int32_t least, int32_t most,
              int32_t *ret);
int param_f32(struct conversion *c, const char *name, float preset, float *ret);
int param_bool(struct conversion *c, const char *name, bool preset, bool *ret);

/* The index of a word in WORDS, which NULL ends; its number will do too. */
int param_word(struct conversion *c, const char *name, const char *const *words, int preset,
               int *ret);

/* A list, which may stand as so many fields: the first MOST_N into RET, how many into *RET_N. */
int param_i32s(struct conversion *c, const char *name, int32_t least, int32_t most, uint32_t most_n,
               int32_t *ret, uint32_t *ret_n);
int param_f32s(struct conversion *c, const char *name, uint32_t most_n, float *ret,
               uint32_t *ret_n);

/* An axis of a tensor of RANK, which may count from the end, as 0..rank-1. */
int param_axis(struct conversion *c, const char *name, int32_t preset, uint32_t rank,
               uint32_t *ret);
