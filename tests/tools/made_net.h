#pragma once
/*
 * A small network with weights for the tests of snpe-dlc-info, -diff and -viewer, and how it may
 * differ from itself:
 *
 *     data [1,8,8,2] -> conv 3x3, 4 filters, pad 1 -> relu, at most 6 -> pool 2x2, stride 2
 *     -> fc [3,64] -> add the constant shift [1,3] -> softmax
 *
 * Each layer's output is called like the layer, with ":0" behind it. Weights are 0.25 i - 1, a bias
 * and the shift all 0.5.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct made_net {
    const char *file;        /* of the private directory */
    const char *relu;        /* the relu's name; NULL: "relu" */
    const char *relu_output; /* NULL: its name and ":0" */
    float bump;              /* is added to the first weight of the convolution */
    float clamp;             /* of the relu; 0: 6 */
    int32_t size;            /* of the input's sides; 0: 8 */
    bool coded;              /* in 8 bit, with encodings */
    float widen;             /* of the encoding of the softmax's output */
    bool without_softmax;
    const char *copyright, *record, *record_text; /* another record; NULL: none */
};

void made_net(const struct made_net *net);
