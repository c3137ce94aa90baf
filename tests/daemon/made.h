#pragma once
/* Small models for the daemon's tests, whose answers are known by heart. */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * x [1, N] -> Relu -> y [1, N]; N may be changed by input dims. TAG makes another file of the same
 * model. The test fails if it cannot. Freed by buf_done.
 */
void made_relu(uint32_t n, const char *tag, struct buf *ret);

/* a [1, N] -> Relu -> p, b [1, N] -> Relu -> q; a load asks for outputs p and q. */
void made_pair(uint32_t n, struct buf *ret);

/* The same as a file of the private directory. Returns PATH's folder entry. */
void made_relu_file(const char *path, uint32_t n, const char *tag);

/* -N/2 .. N/2 and what Relu makes of them. */
void made_numbers(float *x, float *want, uint32_t n, float shift);

/* A memfd that holds SIZE bytes of FROM, sealed against shrinking and growing if SEALED. */
int made_memfd(const void *from, size_t size, int sealed);
