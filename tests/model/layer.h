#pragma once
/* A layer alone with its inputs: what it is refused for, and what it costs. */
#include "tests/model/net.h"
#include "tests/support/suite.h"

#define RANK(n, ...)                                                                               \
    {                                                                                              \
        n,                                                                                         \
        {                                                                                          \
            __VA_ARGS__                                                                            \
        }                                                                                          \
    }
#define INPUTS(...)                                                                                \
    ((const struct shape[]){__VA_ARGS__}), ARRAY_SIZE(((struct shape[]){__VA_ARGS__}))
#define I32S(...)                                                                                  \
    {                                                                                              \
        (const int32_t[]){__VA_ARGS__}, ARRAY_SIZE(((int32_t[]){__VA_ARGS__}))                     \
    }

/* Square: kernel, stride, dilation; then the pads of the four sides. */
#define WINDOW(k, s, d, top, left, bottom, right, rule)                                            \
    {                                                                                              \
        k, k, s, s, d, d, top, left, bottom, right, rule                                           \
    }
#define PLAIN(k, rule) WINDOW(k, 1, 1, 0, 0, 0, 0, rule)

/*
 * Adds a node "n" with inputs a, b, c, ... of those shapes; a shape of rank 7 is an absent input.
 * As build_node.
 */
int layer_build(struct builder *builder, enum op op, const void *attrs, const struct shape *shapes,
                size_t n_inputs, uint32_t n_outputs, uint32_t *ret, struct fault *fault);

/* It must be refused with that error and that sentence. */
void layer_refused(enum op op, const void *attrs, const struct shape *shapes, size_t n_inputs,
                   int error, const char *sentence);

/* Its multiply-accumulates. */
uint64_t layer_macs(enum op op, const void *attrs, const struct shape *shapes, size_t n_inputs);
