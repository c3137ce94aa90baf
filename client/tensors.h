#pragma once
/*
 * The caller's tensors held against what the network has: so many, of these names and sizes, and
 * inside their regions. The daemon checks all of it again; here it is said before anything is sent,
 * and no memory is touched that was not promised.
 */
#include "client/inference.h"

/*
 * Notes where they are in JOB. E_NO_TENSOR, E_TENSOR_SIZE, E_NO_REGION, E_REGION_BOUNDS, or -EINVAL
 * (no outputs; memory and region both, or neither), with what was expected and what came.
 */
int tensors_fill(struct job *job, const struct inference_call *call, struct fault *fault);
