#include "base/blob.h"

#include <stdatomic.h>
#include <stdint.h>

#include "base/mem.h"

struct blob {
    atomic_uint n_refs;
    size_t size;
    _Alignas(MEM_ALIGN) unsigned char base[];
};

struct blob *blob_new(size_t size)
{
    struct blob *blob = size < SIZE_MAX - sizeof(*blob) ? mem_alloc(sizeof(*blob) + size) : NULL;

    if (!blob)
        return NULL;
    atomic_init(&blob->n_refs, 1);
    blob->size = size;
    return blob;
}

struct blob *blob_ref(struct blob *blob)
{
    atomic_fetch_add_explicit(&blob->n_refs, 1, memory_order_relaxed);
    return blob;
}

void blob_unref(struct blob *blob)
{
    /* Release what this owner did; acquire what all others did before the memory goes. */
    if (blob && atomic_fetch_sub_explicit(&blob->n_refs, 1, memory_order_acq_rel) == 1)
        mem_free(blob);
}

void *blob_base(struct blob *blob)
{
    return blob->base;
}

size_t blob_size(const struct blob *blob)
{
    return blob->size;
}
