/* NEEDS: protocol base */
/*
 * Every reader at every place of the input that a walk from its begin reaches. A reader moves
 * forward within the bytes or not at all, and what one of them reads, unpack_skip skips as far.
 */
#include <stdlib.h>

#include "base/base.h"
#include "protocol/unpack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

static int read_nil(struct unpack *unpack)
{
    return unpack_nil(unpack);
}

static int read_bool(struct unpack *unpack)
{
    return unpack_bool(unpack, &(bool){0});
}

static int read_u32(struct unpack *unpack)
{
    return unpack_u32(unpack, &(uint32_t){0});
}

static int read_u64(struct unpack *unpack)
{
    return unpack_u64(unpack, &(uint64_t){0});
}

static int read_i32(struct unpack *unpack)
{
    return unpack_i32(unpack, &(int32_t){0});
}

static int read_i64(struct unpack *unpack)
{
    return unpack_i64(unpack, &(int64_t){0});
}

static int read_f64(struct unpack *unpack)
{
    return unpack_f64(unpack, &(double){0});
}

static int read_bytes(struct unpack *unpack, int (*read)(struct unpack *, struct slice *))
{
    struct slice slice = {0};
    int r = read(unpack, &slice);

    if (r == 0)
        check((const uint8_t *)slice.base + slice.size == unpack->at);
    return r;
}

static int read_str(struct unpack *unpack)
{
    return read_bytes(unpack, unpack_str);
}

static int read_bin(struct unpack *unpack)
{
    return read_bytes(unpack, unpack_bin);
}

static int (*const readers[])(struct unpack *unpack) = {
    read_nil, read_bool, read_u32, read_u64, read_i32, read_i64, read_f64, read_str, read_bin,
};

/* One step of the walk: over a value, or into a list. */
static int step(struct unpack *unpack)
{
    uint32_t count;

    if (unpack_map(unpack, &count) == 0) {
        check(count <= (size_t)(unpack->end - unpack->at) / 2);
        return 0;
    }
    if (unpack_array(unpack, &count) == 0) {
        check(count <= (size_t)(unpack->end - unpack->at));
        return 0;
    }
    return unpack_skip(unpack);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct unpack unpack = {data, data + size};

    while (unpack.at < unpack.end) {
        struct unpack skipped = unpack;
        int r = unpack_skip(&skipped);

        check(r == 0 ? skipped.at > unpack.at && skipped.at <= unpack.end
                     : skipped.at == unpack.at);
        check(unpack_word(&unpack) != NULL);
        for (size_t i = 0; i < ARRAY_SIZE(readers); i++) {
            struct unpack ahead = unpack;

            if (readers[i](&ahead) == 0)
                check(r == 0 && ahead.at == skipped.at);
            else
                check(ahead.at == unpack.at);
        }
        if (step(&unpack) < 0)
            break;
    }
    return 0;
}
