#include "protocol/pack.h"

#include <msgpack.h>

#include "base/buf.h"
#include "base/error.h"

static int append(void *data, const char *from, size_t size)
{
    return buf_append(data, from, size);
}

static msgpack_packer packer_on(struct buf *out)
{
    msgpack_packer packer;

    msgpack_packer_init(&packer, out, append);
    return packer;
}

int pack_nil(struct buf *out)
{
    msgpack_packer packer = packer_on(out);

    return msgpack_pack_nil(&packer);
}

int pack_bool(struct buf *out, bool value)
{
    msgpack_packer packer = packer_on(out);

    return value ? msgpack_pack_true(&packer) : msgpack_pack_false(&packer);
}

int pack_u64(struct buf *out, uint64_t value)
{
    msgpack_packer packer = packer_on(out);

    return msgpack_pack_uint64(&packer, value);
}

int pack_i64(struct buf *out, int64_t value)
{
    msgpack_packer packer = packer_on(out);

    return msgpack_pack_int64(&packer, value);
}

int pack_f64(struct buf *out, double value)
{
    msgpack_packer packer = packer_on(out);

    return msgpack_pack_double(&packer, value);
}

/* The head and the bytes behind it are two appends: all of it or nothing. */
static int pack_body(struct buf *out, size_t before, int r, const void *base, size_t size)
{
    if (r == 0)
        r = buf_append(out, base, size);
    if (r < 0)
        out->size = before;
    return r;
}

int pack_str(struct buf *out, const char *base, size_t size)
{
    msgpack_packer packer = packer_on(out);
    size_t before = out->size;

    if (size > UINT32_MAX)
        return E_TOO_LARGE;
    return pack_body(out, before, msgpack_pack_str(&packer, size), base, size);
}

int pack_bin(struct buf *out, const void *base, size_t size)
{
    msgpack_packer packer = packer_on(out);
    size_t before = out->size;

    if (size > UINT32_MAX)
        return E_TOO_LARGE;
    return pack_body(out, before, msgpack_pack_bin(&packer, size), base, size);
}

int pack_array(struct buf *out, uint32_t n)
{
    msgpack_packer packer = packer_on(out);

    return msgpack_pack_array(&packer, n);
}

int pack_map(struct buf *out, uint32_t n)
{
    msgpack_packer packer = packer_on(out);

    return msgpack_pack_map(&packer, n);
}
