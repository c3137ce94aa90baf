#pragma once
/*
 * Bytes that several owners share and nobody changes: the weights of a model, for all the networks
 * that are made of it. Counted with atomics, so that the loader and the loop may both let go.
 */
#include <stddef.h>

#include "base/base.h"

struct blob;

/* SIZE bytes at a 64-byte boundary, for the maker to fill before anybody else sees them. */
struct blob *blob_new(size_t size); /* NULL if memory is out; SIZE may be 0 */
struct blob *blob_ref(struct blob *blob);
void blob_unref(struct blob *blob); /* NULL is fine */
void *blob_base(struct blob *blob);
size_t blob_size(const struct blob *blob);

DEFINE_CLEANUP(struct blob *, blob_unref);
