#pragma once
/*
 * Memory known to the daemon, and pieces of it. A client's region belongs to its session, a job
 * slot's own to the slot.
 */
#include <stddef.h>
#include <stdint.h>

struct region_handle; /* what a backend made of a region when it imported it */

/* Memory that the daemon has mapped: a client's memfd or dma-buf, or a slot's own. */
struct region {
    uint64_t id; /* never given twice in one process: kept bindings are found by it */
    int fd;      /* -1 if none; stays the owner's */
    void *base;
    size_t size;
};

/* A piece of a region. Backends remember region and offset, never the address behind them. */
struct span {
    const struct region *region;
    struct region_handle *handle; /* what import made of it; NULL: the edge kernels stage it */
    size_t offset, size;
};

static inline void *span_base(const struct span *span)
{
    return (char *)span->region->base + span->offset;
}
