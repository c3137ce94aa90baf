#pragma once
/*
 * The memory that frames lie in: blocks that begin on a 64-byte boundary, counted, and used again.
 * A wire has one pool for what it receives and what it queues. A block that is lent may outlive
 * the pool; then its last owner frees it. One thread.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

#define BODY_LEAST     ((size_t)16 << 10)
#define BODY_IDLE_MOST 8 /* blocks that a pool keeps for later; beyond, the smallest is freed */

struct body_pool {
    struct list idle, lent;
    uint32_t n_idle;
};

struct wire_body {
    struct list link;       /* of idle or lent */
    struct body_pool *pool; /* NULL: it is gone */
    uint32_t refs;
    size_t capacity;
    uint8_t bytes[] __attribute__((aligned(64)));
};

void body_pool_init(struct body_pool *pool);
void body_pool_done(struct body_pool *pool);

/*
 * A block for at least LEAST bytes, with one reference: the smallest idle one that holds WANT, else
 * the largest that holds LEAST, else a new one for LEAST. NULL if memory is out.
 */
struct wire_body *body_take(struct body_pool *pool, size_t least, size_t want);

struct wire_body *body_ref(struct wire_body *body);
void body_unref(struct wire_body *body); /* to its pool, or freed; NULL is fine */

static inline bool body_shared(const struct wire_body *body)
{
    return body->refs > 1;
}
