#pragma once
/*
 * 8-bit codes in an ONNX file. The graph holds the numbers that they mean: a QuantizeLinear of an
 * activation gives the activation, cut off at the ends of the range, with an encoding; what it made
 * are codes to the file, and only operators that move codes about may come between it and
 * DequantizeLinear.
 */
#include "convert/onnx/source.h"

/* Code q means (q - zero) * scale; q is LEAST..MOST. */
struct quant {
    double scale;
    int64_t zero;
    int64_t least, most; /* equal: codes without ends, made while running (DynamicQuantizeLinear) */
};

/* What the ends of the range mean. */
double quant_min(const struct quant *quant);
double quant_max(const struct quant *quant);

bool quant_equal(const struct quant *a, const struct quant *b);

/* The encoding of codes of 8 bits; false if they are not, or if the scale is no step. */
bool quant_encoding(const struct quant *quant, struct encoding *ret);

/* May the current node work on codes, if inputs of it are codes? 0 or E_CONVERT_LAYER. */
int quant_check(struct conversion *c);

/* Outputs of the current node, which was converted, are codes as input 0 is. */
void quant_note(struct conversion *c);

/*
 * What is known of the numbers of X without looking at any: *RET_MIN and *RET_MAX, infinite if
 * nothing is.
 */
void quant_bounds(struct conversion *c, const struct tensor *x, double *ret_min, double *ret_max);
