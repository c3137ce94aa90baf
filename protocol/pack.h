#pragma once
/*
 * Writes msgpack to the end of a buffer, one value a call: the only door to msgpack-c. Each returns
 * 0, or -ENOMEM and leaves the buffer as it was; E_TOO_LARGE is for texts and blobs that msgpack
 * has no form for, of 4 GiB. Numbers take the shortest form.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf;

int pack_nil(struct buf *out);
int pack_bool(struct buf *out, bool value);
int pack_u64(struct buf *out, uint64_t value);
int pack_i64(struct buf *out, int64_t value);
int pack_f64(struct buf *out, double value);
int pack_str(struct buf *out, const char *base, size_t size);
int pack_bin(struct buf *out, const void *base, size_t size);

/* Then N items must follow, or N keys, each with its value. */
int pack_array(struct buf *out, uint32_t n);
int pack_map(struct buf *out, uint32_t n);
