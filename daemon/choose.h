#pragma once
/*
 * Which of several networks runs a call: the one that is expected to end first, on whatever device
 * it is. The one that ran last time stays unless another is clearly sooner, so that a frame's
 * answer does not come from another precision each time. The loop's thread only.
 */
#include "base/class.h"
#include "base/fault.h"
#include "protocol/messages.h"

struct holding;
struct session;

/*
 * The holding that PARAMS means, with any_of or without. What is quarantined is passed over, and
 * what is lost is the last choice. E_NO_MODEL, E_DEVICE_LOST or E_QUARANTINED (all of them are),
 * E_TENSOR_SIZE (one has other tensors than the first).
 */
int choose_network(struct session *session, const struct run_params *params, enum job_class class,
                   struct holding **ret, struct fault *fault);
