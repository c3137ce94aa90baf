#pragma once
/*
 * Reads msgpack in place: strings and blobs come back as pointers into the frame, and nothing is
 * allocated. A count is believed only as far as there are bytes left to hold that many items, so
 * a short frame cannot promise a large array.
 *
 * Numbers are taken in any form that msgpack has for them, wide or narrow, signed or not, as long
 * as the value fits: encoders differ in which they choose.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNPACK_DEPTH_MAX 32 /* levels of a map, itself and its values counted */

struct unpack {
    const uint8_t *at, *end;
};

struct slice {
    const void *base;
    size_t size;
};

/* Each reads one value and moves on, or returns E_BAD_PARAMS and stays where it is. */
int unpack_nil(struct unpack *unpack);
int unpack_bool(struct unpack *unpack, bool *ret);
int unpack_u32(struct unpack *unpack, uint32_t *ret);
int unpack_u64(struct unpack *unpack, uint64_t *ret);
int unpack_i32(struct unpack *unpack, int32_t *ret);
int unpack_i64(struct unpack *unpack, int64_t *ret);
int unpack_f64(struct unpack *unpack, double *ret); /* a float of either width, or an integer */
int unpack_str(struct unpack *unpack, struct slice *ret); /* of any bytes: UTF-8 is not checked */
int unpack_bin(struct unpack *unpack, struct slice *ret);

/* The items follow: *RET_COUNT of them, or that many keys, each with its value. */
int unpack_array(struct unpack *unpack, uint32_t *ret_count);
int unpack_map(struct unpack *unpack, uint32_t *ret_count);

/* One value of any type, with all that it holds, ext included. */
int unpack_skip(struct unpack *unpack);

/* What stands at the cursor, for a sentence: "a number", "a text", "nothing", ... */
const char *unpack_word(const struct unpack *unpack);
