#pragma once
/*
 * What is kept in memory when nobody holds it: each model for its ttl, and all of a device's within
 * the device's budget. The budget counts the plans and job slots of the networks on the device, and
 * the weights of their models, once each; a model on two devices counts on both.
 *
 * A model that is let go of is listed as idle if models.d names it, and loaded again when a client
 * asks for it by name; else it is off the list. The loop's thread only.
 */
#include <stdint.h>

#include <uv.h>

#include "base/fault.h"
#include "base/runtime.h"

struct load;
struct models;
struct server;

struct keeper {
    uv_timer_t timer;
    uint64_t next_ns; /* when it fires; 0: it is not set */
};

int keeper_init(struct server *server); /* 0 or a negative code of libuv */

/* Bytes that networks on DEVICE take. */
uint64_t keeper_used(const struct models *models, enum device device);

/*
 * Makes room for LOAD on its device: before it is built, as far as one knows what it will take,
 * and when it is. Lets go of what is kept, not pinned and held by nobody, the longest unused first,
 * but only if that is enough. 0, or E_QUOTA with the budget and who uses it.
 */
int keeper_make_room(struct load *load, struct fault *fault);
