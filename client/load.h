#pragma once
/*
 * Networks: models made ready, as this session knows them. A network is referred to by the caller's
 * handle and by each job under way; it goes with the last of them.
 */
#include "base/mem.h"
#include "client/handle.h"

/*
 * The file behind a name that this client loaded: an fd that all its networks share. On each
 * connection the first of them that is loaded hands it over, the others go by name.
 */
struct source {
    struct list node; /* on client->sources */
    uint32_t refs;
    int fd;
    uint64_t epoch; /* of the connection on which the daemon has it; 0: on none */
    char name[];
};

struct snpe_network {
    struct handle handle; /* on client->networks until the caller lets go */
    uint32_t refs;
    struct source *source; /* NULL: of the daemon's repository, or somebody else's */
    struct buf map;        /* LOAD's, the same each time */
    struct arena arena;    /* INFO and what it points to */
    struct snpe_network_info *info;

    size_t map_bound;  /* bytes that RUN's map and its answer's cannot exceed */
    size_t stage_size; /* all inputs and outputs one behind the other, aligned; 0: too many bytes */
    struct list stages; /* struct snpe_region: staging memory that no job uses */
    struct list jobs;   /* struct job: not in use */
};

struct snpe_network *load_ref(struct snpe_network *network);
void load_unref(struct snpe_network *network);

/* What snpe_network_free does, with the lock held. */
void load_free(struct snpe_network *network);
