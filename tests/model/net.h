#pragma once
/*
 * Short words to build graphs with in tests. What must succeed fails the test if it does not.
 */
#include "model/build.h"

struct builder *net_new(void);

#define SHAPE(...)                                                                                 \
    ((struct shape){sizeof((uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t), {__VA_ARGS__}})

/* An Input layer and its buffer, both called NAME. */
uint32_t net_input(struct builder *builder, const char *name, struct shape shape);

/* A float constant; NUMBERS NULL: 0, 1, 2, ... */
uint32_t net_constant(struct builder *builder, const char *name, struct shape shape,
                      const float *numbers);

/* A node NAME with one output NAME:0 and up to four inputs, NO_VALUE behind the last. */
uint32_t net_node(struct builder *builder, const char *name, enum op op, const void *attrs,
                  uint32_t a, uint32_t b, uint32_t c, uint32_t d);

/* Layers NAME of one input: to SHAPE, in another order, cut below 0, summed along the last axis. */
uint32_t net_reshape(struct builder *builder, const char *name, uint32_t x, struct shape shape);
uint32_t net_permute(struct builder *builder, const char *name, uint32_t x, const int32_t *order,
                     uint32_t rank);
uint32_t net_relu(struct builder *builder, const char *name, uint32_t x);
uint32_t net_sum(struct builder *builder, const char *name, uint32_t x);

struct graph *net_done(struct builder *take_builder);

/* The value of that name, which must be there. */
const struct value *net_value(const struct graph *graph, const char *name);
