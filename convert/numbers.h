#pragma once
/*
 * Numbers that are known while converting: made for what a framework reads or folds, laid out as
 * constants of the graph.
 */
#include "convert/conversion.h"
#include "convert/raw.h"
#include "convert/walk.h"

/* Room for numbers of SHAPE, to be filled through the pointer; charged. 0, E_TOO_LARGE, -ENOMEM. */
int numbers_new_f32(struct conversion *c, const struct shape *shape, struct numbers *ret,
                    float **ret_data);
int numbers_new_whole(struct conversion *c, const struct shape *shape, struct numbers *ret,
                      int64_t **ret_data);

/*
 * Numbers of SHAPE out of RAW ones, which are all there and stay as long as the conversion: float32
 * is read where it lies. 0, E_TOO_LARGE, -ENOMEM.
 */
int numbers_read(struct conversion *c, const struct shape *shape, enum raw raw, const void *from,
                 struct numbers *ret);

/* A copy of TENSOR, which holds numbers, each times SCALE. 0, E_TOO_LARGE, -ENOMEM. */
int numbers_scaled(struct conversion *c, struct tensor *tensor, double scale, struct tensor **ret);

/* How many numbers a shape holds, zeros allowed; E_TOO_LARGE beyond SHAPE_BYTES_MAX. */
int numbers_count(struct conversion *c, const struct shape *shape, size_t *ret);

static inline double numbers_at(const struct numbers *numbers, size_t i)
{
    return numbers->is_float ? (double)numbers->f32[i] : (double)numbers->whole[i];
}

/* Towards zero, as C and every framework; what does not fit becomes the nearest that does. */
int64_t numbers_whole_at(const struct numbers *numbers, size_t i);

/*
 * A blob of float32 with the numbers at the places of WALK, which begins at 0; charged. SCALE
 * multiplies them. 0 and *RET, E_TOO_LARGE, -ENOMEM.
 */
int numbers_lay_out(struct conversion *c, const struct numbers *numbers, struct walk *walk,
                    float scale, struct blob **ret);

/*
 * NUMBERS as a constant of the graph called BASE, of SHAPE (NULL: that of WALK), at the places of
 * WALK, which begins at 0: the codes that they are made of, or float32 times SCALE. 0 and *RET,
 * E_CONVERT_LAYER, E_TOO_LARGE, -ENOMEM.
 */
int numbers_place(struct conversion *c, const char *base, const struct numbers *numbers,
                  struct walk *walk, const struct shape *shape, float scale, uint32_t *ret);
