/*
 * Thousands of damaged containers, the same in every run: each is read or refused with a sentence,
 * and what is read can be written and read again. Kinds of damage: bits, cuts and splices anywhere;
 * the same inside a record with the archive made right again, extreme words there, most near the
 * front; lists of sizes.
 */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/container.h"
#include "model/dlc/dlc.h"
#include "tests/model/dlc/sample.h"
#include "tests/model/dlc/wire.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

static const uint32_t extremes[] = {0,          1,          0x7f,       0xff,       0xffff,
                                    0x10000,    0x0fffffff, 0x10000000, 0x3fffffff, 0x7fffffff,
                                    0x80000000, 0xfffffff0, 0xffffffff};

static void flip(unsigned char *base, size_t size, struct random *random)
{
    for (uint64_t n = 1 + random_below(random, 8); size && n > 0; n--)
        base[random_below(random, size)] ^= (unsigned char)(1 << random_below(random, 8));
}

/* Words that promise too much, most of them near the front. */
static void exaggerate(unsigned char *base, size_t size, struct random *random)
{
    static const size_t reaches[] = {64, 1024, 8192, SIZE_MAX};
    size_t reach = reaches[random_below(random, ARRAY_SIZE(reaches))];

    for (uint64_t n = 1 + random_below(random, 2); size >= 8 && n > 0; n--) {
        size_t at = random_below(random, reach < size ? reach : size) & ~(size_t)3;
        uint32_t word = extremes[random_below(random, ARRAY_SIZE(extremes))];

        if (at + 4 <= size)
            memcpy(base + at, &word, 4);
    }
}

static void splice(unsigned char *base, size_t size, struct random *random)
{
    size_t n = (size_t)4 << 2 * random_below(random, 4);

    if (n > size)
        return;
    memmove(base + random_below(random, size - n + 1), base + random_below(random, size - n + 1),
            n);
}

/* One word of a list of 1 to 6 small words, which is what dims look like. */
static void resize(unsigned char *base, size_t size, struct random *random)
{
    for (int tries = 0; size >= 64 && tries < 1000; tries++) {
        size_t at = random_below(random, size - 32) & ~(size_t)3;
        uint32_t words[7];

        memcpy(words, base + at, sizeof(words));
        if (words[0] == 0 || words[0] > 6 || words[1] == 0 || words[1] > 0xffff)
            continue;
        at += 4 * random_below(random, words[0] + 1);
        memcpy(base + at, &extremes[random_below(random, ARRAY_SIZE(extremes))], 4);
        return;
    }
}

typedef void (*damage_fn)(unsigned char *base, size_t size, struct random *random);
static const damage_fn damages[] = {flip, exaggerate, splice, resize};

/* What is read must be writable, and readable then. */
static void check_written(const struct graph *graph)
{
    struct graph *back = NULL;
    struct buf bytes = {NULL, 0, 0};
    struct fault fault = {""};

    ck_assert_msg(dlc_write(graph, NULL, &bytes, &fault) == 0, "%s", fault.text);
    ck_assert_msg(dlc_read(bytes.base, bytes.size, &back, NULL, &fault) == 0, "%s", fault.text);
    ck_assert_uint_eq(graph->n_nodes, back->n_nodes);
    graph_unref(back);
    buf_done(&bytes);
}

static bool check_read(const unsigned char *base, size_t size)
{
    struct graph *graph = NULL;
    struct dlc_metadata metadata;
    struct fault fault = {""};
    int r = dlc_read(base, size, &graph, &metadata, &fault);

    ck_assert_int_eq(dlc_check(base, size, NULL), r);
    ck_assert_msg(r == 0 || fault.text[0] != 0, "%d without a sentence", r);
    ck_assert_int_ne(r, -ENOMEM);
    if (r < 0)
        return false;
    check_written(graph);
    dlc_metadata_done(&metadata);
    graph_unref(graph);
    return true;
}

/* Damages the archive itself. */
static bool damage_archive(const struct buf *bytes, struct random *random)
{
    size_t size = random_below(random, 3) ? bytes->size : random_below(random, bytes->size);
    unsigned char *copy = malloc(size + 1);
    bool r;

    memcpy(copy, bytes->base, size);
    if (size == bytes->size)
        damages[random_below(random, ARRAY_SIZE(damages))](copy, size, random);
    r = check_read(copy, size);
    free(copy);
    return r;
}

/* Damages a record and writes a sound archive around it. */
static bool damage_record(const struct buf *bytes, struct random *random)
{
    struct zip_record records[8];
    struct buf archive = {NULL, 0, 0};
    unsigned char *copy;
    struct zip zip;
    size_t i;
    bool r;

    ck_assert_int_eq(zip_read(bytes->base, bytes->size, &zip, NULL), 0);
    for (i = 0; i < zip.n_entries; i++)
        records[i] =
            (struct zip_record){zip.entries[i].name, zip.entries[i].base, zip.entries[i].size};
    i = random_below(random, 10) ? 1 + random_below(random, zip.n_entries - 1)
                                 : random_below(random, zip.n_entries);
    copy = malloc(records[i].size + 1);
    memcpy(copy, records[i].base, records[i].size);
    records[i].base = copy;
    if (random_below(random, 8))
        damages[random_below(random, ARRAY_SIZE(damages))](copy, records[i].size, random);
    else
        records[i].size = random_below(random, records[i].size + 1);
    ck_assert_int_eq(zip_write(records, zip.n_entries, ZIP_STAMP_MIN, &archive, NULL), 0);
    zip_done(&zip);
    r = check_read(archive.base, archive.size);
    buf_done(&archive);
    free(copy);
    return r;
}

/* Every seed makes one damaged file; some must have been read, and most refused. */
static void check_damage(const struct buf *bytes, uint32_t n)
{
    uint32_t n_read = 0;

    for (uint32_t seed = 0; seed < n; seed++) {
        struct random random = {seed};

        n_read += seed % 4 ? damage_record(bytes, &random) : damage_archive(bytes, &random);
    }
    ck_assert_uint_gt(n_read, 0);
    ck_assert_uint_lt(n_read, n);
}

static void check_sample(struct graph *graph, uint32_t n)
{
    struct buf bytes = sample_bytes(graph);

    check_damage(&bytes, n);
    buf_done(&bytes);
    graph_unref(graph);
}

START_TEST(damaged_floats_are_read_or_refused)
{
    check_sample(sample_small(), 3000);
}
END_TEST

START_TEST(damaged_codes_are_read_or_refused)
{
    check_sample(sample_coded(0), 2000);
    check_sample(sample_coded(1), 1000);
}
END_TEST

START_TEST(damaged_operators_are_read_or_refused)
{
    check_sample(sample_every(), 2000);
}
END_TEST

START_TEST(damaged_messages_are_read_or_refused)
{
    for (int coded = 0; coded < 2; coded++) {
        struct buf bytes = wire_every(coded);

        check_damage(&bytes, 3000);
        buf_done(&bytes);
    }
}
END_TEST

static void check_file(const char *name, uint32_t n)
{
    const char *path = suite_data(name);
    struct buf bytes = {NULL, 0, 0};

    if (!path)
        return;
    bytes.base = suite_read(path, &bytes.size);
    check_damage(&bytes, n);
    buf_done(&bytes);
}

START_TEST(a_damaged_real_file_is_read_or_refused)
{
    check_file("dlc/driver_monitoring_v3_int8/model.dlc", 400);
    check_file("dlc/torque_mlp_v2_float/model.dlc", 400);
}
END_TEST

SUITE(damaged_floats_are_read_or_refused, damaged_codes_are_read_or_refused,
      damaged_operators_are_read_or_refused, damaged_messages_are_read_or_refused,
      a_damaged_real_file_is_read_or_refused);
