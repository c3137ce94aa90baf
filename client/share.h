#pragma once
/* Regions: memory that this process and the daemon both have mapped. */
#include "client/handle.h"

struct snpe_region {
    struct handle handle; /* on client->regions, or, if it is the library's own, on none */
    struct list spare;    /* of a network's staging regions: not in use */
    void *job;            /* of a staging region: the job that uses it */
    int fd;
    void *base; /* NULL: imported, not ours to map */
    size_t size;
};

/* SIZE bytes of sealed memory, mapped here; the daemon does not know of it yet. 0 or -errno. */
int share_new(struct snpe_client *client, size_t size, struct snpe_region **ret);

/* Says goodbye, unmaps, frees; jobs of the daemon's that use it end first. NULL is fine. */
void share_free(struct snpe_region *region);
