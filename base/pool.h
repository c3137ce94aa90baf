#pragma once
/*
 * The core pool: helper threads that share the slices of one kernel. A lane calls pool_run, which
 * hands out slices one by one (chunk stealing, so that a core that is taken away costs one slice
 * and not half the kernel), works itself, and returns when the last slice is done. Helpers spin for
 * a bounded time and then sleep. Several lanes may call at once; they queue for the helpers, never
 * for each other's slices. Nothing is allocated, and no lock is held while a slice runs. Helpers
 * take no signals.
 */
#include <stddef.h>
#include <stdint.h>

struct pool;

/* N_THREADS counts the caller: 1 makes a pool without helpers. 0 and *RET, or -errno. */
int pool_new(uint32_t n_threads, struct pool **ret);
void pool_free(struct pool *pool);              /* NULL is fine; nobody may be running */
uint32_t pool_threads(const struct pool *pool); /* 1 for NULL */

typedef void (*pool_slice_fn)(void *context, uint32_t slice);

/*
 * SLICE(context, 0..n_slices-1), each once, in any order and on any thread; what the slices wrote
 * is seen by the caller. N_SLICES is below 2^31. A slice may itself call pool_run. POOL may be
 * NULL.
 */
void pool_run(struct pool *pool, uint32_t n_slices, pool_slice_fn slice, void *context);
