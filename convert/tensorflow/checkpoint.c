#include "convert/tensorflow/checkpoint.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "convert/proto/tensorflow.pb.h"

#define FOOTER_SIZE  48
#define TRAILER_SIZE 5 /* behind a block: how it is compressed, and a checksum */
#define BLOCKS_MOST  100000
#define ENTRIES_MOST 1000000
#define SHARDS_MOST  99999

/* Bytes that are read from the front. */
struct cursor {
    const uint8_t *at, *end;
};

struct reader {
    const uint8_t *base;
    size_t size;
    struct arena *arena;
    struct checkpoint *checkpoint;
    struct fault *fault;
    char key[MESSAGE_TEXT_MAX + 1]; /* the last one, whose beginning the next may share */
    size_t key_size;
    uint32_t n_blocks;
};

static int broken(const struct reader *reader, const char *what)
{
    return fail(reader->fault, E_CONVERT_SYNTAX, "the checkpoint's index is damaged: %s", what);
}

static bool take_varint(struct cursor *cursor, uint64_t *ret)
{
    uint64_t value = 0;

    for (unsigned shift = 0; shift < 64 && cursor->at < cursor->end; shift += 7) {
        uint8_t byte = *cursor->at++;

        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *ret = value;
            return true;
        }
    }
    return false;
}

/* Where a block lies: its handle, two numbers. Only blocks that are not compressed are read. */
static int find_block(struct reader *reader, struct cursor *handle, struct cursor *ret)
{
    uint64_t at, size;

    if (!take_varint(handle, &at) || !take_varint(handle, &size) || at > reader->size ||
        size > reader->size - at || reader->size - at - size < TRAILER_SIZE)
        return broken(reader, "a block outside of it");
    if (++reader->n_blocks > BLOCKS_MOST)
        return broken(reader, "too many blocks");
    if (reader->base[at + size] != 0)
        return fail(reader->fault, E_NOT_BUILT,
                    "the checkpoint's index is compressed: save it with a newer TensorFlow");
    *ret = (struct cursor){reader->base + at, reader->base + at + size};
    return 0;
}

/* The entries of a block, without the restart points behind them. */
static int find_entries(struct reader *reader, struct cursor *block)
{
    size_t size = (size_t)(block->end - block->at);
    uint32_t n_restarts;

    if (size < sizeof(n_restarts))
        return broken(reader, "a block that is cut");
    memcpy(&n_restarts, block->end - sizeof(n_restarts), sizeof(n_restarts));
    size -= sizeof(n_restarts);
    if (n_restarts > size / sizeof(n_restarts))
        return broken(reader, "a block that is cut");
    block->end -= sizeof(n_restarts) * ((size_t)n_restarts + 1);
    return 0;
}

/* The next entry of a block: its key in READER, its value. */
static int take_entry(struct reader *reader, struct cursor *block, struct cursor *ret)
{
    uint64_t shared, more, size;

    if (!take_varint(block, &shared) || !take_varint(block, &more) || !take_varint(block, &size) ||
        shared > reader->key_size || more > (uint64_t)(block->end - block->at) ||
        size > (uint64_t)(block->end - block->at) - more)
        return broken(reader, "an entry that is cut");
    if (shared + more > MESSAGE_TEXT_MAX)
        return fail(reader->fault, E_TOO_LARGE,
                    "the checkpoint's index has a name of more than %d bytes", MESSAGE_TEXT_MAX);
    memcpy(reader->key + shared, block->at, more);
    reader->key_size = shared + more;
    reader->key[reader->key_size] = 0;
    block->at += more;
    *ret = (struct cursor){block->at, block->at + size};
    block->at += size;
    return 0;
}

/* The entry without a name: how many data files there are. */
static int take_header(struct reader *reader, struct cursor value)
{
    uint64_t tag, n;

    reader->checkpoint->n_shards = 1;
    while (value.at < value.end) {
        if (!take_varint(&value, &tag) || (tag & 7) != 0 || !take_varint(&value, &n))
            return 0; /* what follows says nothing that is needed */
        if (tag >> 3 == 1 && (n < 1 || n > SHARDS_MOST))
            return broken(reader, "a number of data files out of range");
        if (tag >> 3 == 1)
            reader->checkpoint->n_shards = (uint32_t)n;
        if (tag >> 3 == 2 && n != 0)
            return fail(reader->fault, E_NOT_BUILT, "the checkpoint is big-endian");
    }
    return 0;
}

static int decode(struct reader *reader, struct cursor value, struct checkpoint_entry *entry)
{
    struct message message = {
        "checkpoint's index", reader->arena, value.at, value.at, reader->fault, 0, 0};
    struct message_part shape = {&message, &entry->shape}, slices = {&message, &entry->in_slices};
    tensorflow_BundleEntryProto proto = {
        .shape = message_part(graphdef_take_shape, &shape),
        .slices = message_part(message_take_flag, &slices),
    };
    int r = message_decode(&message, (size_t)(value.end - value.at),
                           tensorflow_BundleEntryProto_fields, &proto);

    if (r < 0)
        return r;
    if (proto.offset < 0 || proto.size < 0 || proto.shard_id < 0)
        return broken(reader, "a variable outside of its file");
    entry->type = proto.dtype;
    entry->shard = (uint32_t)proto.shard_id;
    entry->at = (uint64_t)proto.offset;
    entry->size = (uint64_t)proto.size;
    return 0;
}

static int add_entry(struct reader *reader, struct cursor value)
{
    struct checkpoint *checkpoint = reader->checkpoint;
    struct checkpoint_entry *entry;
    int r;

    if (checkpoint->entries.n >= ENTRIES_MOST)
        return broken(reader, "too many variables");
    if (memchr(reader->key, 0, reader->key_size))
        return broken(reader, "a name with a zero byte inside");
    entry = rows_push(&checkpoint->entries, reader->arena, sizeof(*entry));
    if (!entry)
        return -ENOMEM;
    entry->name = arena_text(reader->arena, reader->key, reader->key_size);
    r = entry->name ? names_add(&checkpoint->names, entry->name) : -ENOMEM;
    if (r < 0)
        checkpoint->entries.n--;
    if (r == -EEXIST)
        return broken(reader, "two variables of one name");
    return r < 0 ? r : decode(reader, value, entry);
}

/* All variables of one block. */
static int read_block(struct reader *reader, struct cursor *handle)
{
    struct cursor block, value;
    int r = find_block(reader, handle, &block);

    if (r == 0)
        r = find_entries(reader, &block);
    reader->key_size = 0;
    while (r == 0 && block.at < block.end) {
        r = take_entry(reader, &block, &value);
        if (r == 0)
            r = reader->key_size ? add_entry(reader, value) : take_header(reader, value);
    }
    return r;
}

/* The index block names the others; its keys lie between theirs and are not needed. */
static int read_blocks(struct reader *reader, struct cursor *handle)
{
    char key[sizeof(reader->key)];
    struct cursor index, value;
    size_t key_size = 0;
    int r = find_block(reader, handle, &index);

    if (r == 0)
        r = find_entries(reader, &index);
    while (r == 0 && index.at < index.end) {
        memcpy(reader->key, key, key_size);
        reader->key_size = key_size;
        r = take_entry(reader, &index, &value);
        key_size = reader->key_size;
        memcpy(key, reader->key, key_size);
        if (r == 0)
            r = read_block(reader, &value);
    }
    return r;
}

bool checkpoint_is_table(const void *end)
{
    static const uint8_t magic[CHECKPOINT_END] = {0x57, 0xfb, 0x80, 0x8b, 0x24, 0x75, 0x47, 0xdb};

    return memcmp(end, magic, sizeof(magic)) == 0;
}

int checkpoint_read(const void *bytes, size_t size, struct arena *arena, struct checkpoint *ret,
                    struct fault *fault)
{
    struct reader reader = {bytes, size, arena, ret, fault, "", 0, 0};
    struct cursor footer;
    uint64_t number;

    *ret = (struct checkpoint){.n_shards = 1};
    if (size < FOOTER_SIZE || !checkpoint_is_table(reader.base + size - CHECKPOINT_END))
        return fail(fault, E_CONVERT_SYNTAX, "this is no index of a checkpoint of version 2");
    footer = (struct cursor){reader.base + size - FOOTER_SIZE, reader.base + size - CHECKPOINT_END};
    if (!take_varint(&footer, &number) || !take_varint(&footer, &number))
        return broken(&reader, "its end");
    return read_blocks(&reader, &footer);
}

void checkpoint_done(struct checkpoint *checkpoint)
{
    names_done(&checkpoint->names);
}

const struct checkpoint_entry *checkpoint_find(const struct checkpoint *checkpoint,
                                               const char *name)
{
    uint32_t at = *name ? names_find(&checkpoint->names, name) : NAMES_NONE;

    return at == NAMES_NONE ? NULL : (const struct checkpoint_entry *)checkpoint->entries.base + at;
}
