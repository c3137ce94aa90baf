#pragma once
/*
 * Where the tensors of a call lie: what a client says about places, held against the network and
 * the session's regions, becomes the spans of a job. RUN's and a stream's. The loop's thread only.
 */
#include "daemon/job.h"

/* As they stand in the call's map; valid while the frame is. */
struct tensor_places {
    const struct tensor_place *inputs, *outputs;
    uint32_t n_inputs, n_outputs; /* no outputs: all that are not carried, inline */
};

/*
 * Fills JOB's tensors, but for those that are carried: regions are pinned, inline inputs are read
 * from the frame's tail, which the job then owns. 0, or E_NO_TENSOR, E_TENSOR_SIZE, E_BAD_PARAMS,
 * E_NO_REGION, E_REGION_BOUNDS, E_TOO_LARGE, -ENOMEM with FAULT; what the job took by then goes
 * with it.
 */
int tensors_place(struct request *request, struct job *job, const struct tensor_places *places,
                  struct fault *fault);
