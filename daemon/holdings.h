#pragma once
/*
 * The networks that a session holds, by the numbers that it knows them by. The loop's thread only.
 */
#include <stdint.h>

#include "base/digest.h"
#include "base/fault.h"
#include "base/list.h"
#include "base/perf.h"
#include "daemon/quota.h"

struct generation;
struct models;
struct ready;

struct holdings;

struct holding {
    struct list link;
    struct holdings *owner; /* NULL: not added yet */
    uint32_t number;
    uint32_t chosen; /* the last time that it was one of several: that one's number; 0 */
    struct ready *ready;
    struct generation *generation;
    enum perf_profile perf;     /* of its runs */
    uint64_t runs;              /* through it, answered */
    struct charge count, bytes; /* the network's memory */
    struct charge model;        /* and the model's, in one of the session's holdings of it */
};

struct holdings {
    struct list list;
    uint32_t last; /* number given */
};

void holdings_init(struct holdings *holdings);

/* NULL if there is none of that number. */
struct holding *holdings_find(const struct holdings *holdings, uint32_t number);

/* One that can run, to be borrowed. 0 and *RET, or E_NO_MODEL, E_QUARANTINED. */
int holdings_get(const struct holdings *holdings, uint32_t number, struct holding **ret,
                 struct fault *fault);

/* One of the model with that digest, or NULL. */
struct holding *holdings_find_digest(const struct holdings *holdings, const struct digest *digest);

/* Gives HOLDING the next number; it has what it holds and its charges. */
void holdings_add(struct holdings *holdings, struct holding *take_holding);

/* Lets go of what it holds and frees it. */
void holding_free(struct models *models, struct holding *holding);
void holdings_drop_all(struct models *models, struct holdings *holdings);
