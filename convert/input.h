#pragma once
/* The network's inputs, and what options say about them. */
#include "convert/head.h"

/* Is TENSOR something that a run brings, and not a constant of the file? */
bool input_is(const struct tensor *tensor);

/* 0, or E_CONVERT_OPTION if -d, -t or -e name what is no input. */
int input_check_options(struct conversion *c);

/* The same for one NAME, which OPTION gave. */
int input_check_name(struct conversion *c, const char *option, const char *name);

/* What -d says of the input NAME; NULL: nothing. */
const struct input_dims *input_said(const struct conversion *c, const char *name);

/* Is it what --encoding speaks of: three channels, and no option of its own? */
bool input_is_picture(const struct conversion *c, const char *name, const struct shape *shape,
                      const struct head *head);

/*
 * Adds TENSOR to the graph as an input of SHAPE, which is the foreign one: one of rank 4 has its
 * channels last if it is `spatial`, or if -e says colours that a layer behind it brings to BGR.
 */
int input_emit(struct conversion *c, struct tensor *tensor, const struct shape *shape);

/* The same with what HEAD says in front of it. */
int input_emit_prepared(struct conversion *c, struct tensor *tensor, const struct shape *shape,
                        const struct head *head);
