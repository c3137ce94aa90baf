#pragma once
/*
 * Memory that a client shares: checked, mapped once, known to its session by number. A job pins the
 * regions it uses; one that the client drops, or whose client goes, is unmapped when its last pin
 * goes, never under a run. The loop's thread only.
 */
#include <stdint.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/region.h"
#include "daemon/quota.h"

struct shared_region {
    struct list link;
    struct region region; /* its id is the process's */
    uint32_t number;      /* the session's */
    uint32_t pins;        /* jobs, and one for the session while it knows the region */
    struct charge count, bytes;
};

/* A session's. */
struct regions {
    struct list list;
    uint32_t last;  /* number given */
    uint32_t n;     /* in the list */
    uint64_t bytes; /* of these */
};

void regions_init(struct regions *regions);

/*
 * Maps the first SIZE bytes behind FD, which stays the caller's. ID is one that the process never
 * gave before. 0 and *RET_NUMBER, or E_REGION_UNSEALED, E_REGION_BOUNDS (the fd holds less),
 * E_QUOTA, -errno.
 */
struct region_request {
    int fd;
    uint64_t size, id;
};
int regions_add(struct regions *regions, const struct region_request *request,
                struct account *account, uint32_t *ret_number, struct fault *fault);

/* E_NO_REGION. */
int regions_drop(struct regions *regions, uint32_t number, struct fault *fault);
void regions_drop_all(struct regions *regions);

/*
 * A span of region NUMBER, pinned until regions_unpin(*RET_REGION). E_NO_REGION, or
 * E_REGION_BOUNDS if it lies outside or does not begin at a multiple of 64.
 */
int regions_pin(struct regions *regions, uint32_t number, uint64_t offset, uint64_t size,
                struct shared_region **ret_region, struct span *ret_span, struct fault *fault);
void regions_unpin(struct shared_region *region); /* NULL is fine */
