#include "protocol/body.h"

#include "base/mem.h"

/* Sizes come in pages, so that frames of nearly the same size fit the same block. */
#define PAGE ((size_t)4096)

void body_pool_init(struct body_pool *pool)
{
    list_init(&pool->idle);
    list_init(&pool->lent);
    pool->n_idle = 0;
}

void body_pool_done(struct body_pool *pool)
{
    list_foreach (it, &pool->idle)
        mem_free(list_entry(it, struct wire_body, link));
    list_foreach (it, &pool->lent) {
        struct wire_body *body = list_entry(it, struct wire_body, link);

        list_remove(&body->link);
        body->pool = NULL;
    }
    body_pool_init(pool);
}

static struct wire_body *body_new(struct body_pool *pool, size_t least)
{
    size_t capacity = (least + PAGE - 1) / PAGE * PAGE;
    struct wire_body *body;

    if (capacity < least || capacity > SIZE_MAX - sizeof(*body))
        return NULL;
    body = mem_alloc(sizeof(*body) + capacity);
    if (!body)
        return NULL;
    list_init(&body->link);
    body->pool = pool;
    body->capacity = capacity;
    return body;
}

/* Of two blocks that hold LEAST, does the second suit better? */
static bool better(const struct wire_body *best, const struct wire_body *body, size_t want)
{
    if (!best)
        return true;
    if (best->capacity < want)
        return body->capacity > best->capacity;
    return body->capacity >= want && body->capacity < best->capacity;
}

static struct wire_body *find_idle(struct body_pool *pool, size_t least, size_t want)
{
    struct wire_body *best = NULL;

    list_foreach (it, &pool->idle) {
        struct wire_body *body = list_entry(it, struct wire_body, link);

        if (body->capacity >= least && better(best, body, want))
            best = body;
    }
    return best;
}

struct wire_body *body_take(struct body_pool *pool, size_t least, size_t want)
{
    struct wire_body *body = find_idle(pool, least, want);

    if (body) {
        list_remove(&body->link);
        pool->n_idle--;
    } else {
        body = body_new(pool, least);
        if (!body)
            return NULL;
    }
    list_append(&pool->lent, &body->link);
    body->refs = 1;
    return body;
}

struct wire_body *body_ref(struct wire_body *body)
{
    body->refs++;
    return body;
}

/* Makes room among the idle ones, if need be, at the cost of the smallest. */
static void shed_smallest(struct body_pool *pool)
{
    struct wire_body *smallest = NULL;

    if (pool->n_idle <= BODY_IDLE_MOST)
        return;
    list_foreach (it, &pool->idle) {
        struct wire_body *body = list_entry(it, struct wire_body, link);

        if (!smallest || body->capacity < smallest->capacity)
            smallest = body;
    }
    list_remove(&smallest->link);
    pool->n_idle--;
    mem_free(smallest);
}

void body_unref(struct wire_body *body)
{
    if (!body || --body->refs > 0)
        return;
    list_remove(&body->link);
    if (!body->pool) {
        mem_free(body);
        return;
    }
    list_append(&body->pool->idle, &body->link);
    body->pool->n_idle++;
    shed_smallest(body->pool);
}
