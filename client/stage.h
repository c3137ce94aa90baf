#pragma once
/*
 * Plain tensors that are too large for a message travel through staging regions, which a network
 * keeps: one for each job of this kind that was ever under way at once.
 */
#include "client/inference.h"

/*
 * Whether what JOB has in plain memory goes inline, and if not, takes a staging region, lays the
 * tensors out and copies the inputs, for which the lock is given up. 0, E_TOO_LARGE, -ENOMEM or
 * another -errno with a sentence.
 */
int stage_choose(struct job *job, struct fault *fault);

/* Copies outputs from the staging region to the caller's memory. The lock is given up meanwhile. */
void stage_deliver(struct job *job);

/* The staging region, back to the network. */
void stage_return(struct job *job);
