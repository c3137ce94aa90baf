/* FlatBuffers: what is refused, and that records of real files are written again byte for byte. */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "model/dlc/container.h"
#include "model/dlc/flat.h"
#include "model/dlc/flat_build.h"
#include "model/dlc/v3_format.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

/*
 * By hand after the format's description ("FlatBuffer Internals"): a root at 20 whose vtable at 8
 * has three fields: 0 the number 7, 1 the string "hey" at 36, 2 the vector {5, 6} at 44.
 */
static const unsigned char good[] = {
    20, 0, 0,  0, 'T', 'E', 'S', 'T',              /* 0: the root's offset, the identifier */
    10, 0, 16, 0, 4,   0,   8,   0,   12, 0, 0, 0, /* 8: the vtable */
    12, 0, 0,  0, 7,   0,   0,   0,   8,  0, 0, 0, 12, 0, 0, 0, /* 20: the table */
    3,  0, 0,  0, 'h', 'e', 'y', 0,                             /* 36 */
    2,  0, 0,  0, 5,   0,   0,   0,   6,  0, 0, 0,              /* 44 */
};

static struct flat_table root_of(struct flat *flat, const unsigned char *bytes, size_t size)
{
    return flat_root(flat, bytes, size, "TEST");
}

START_TEST(fields_are_read_and_absent_ones_are_empty)
{
    struct flat flat;
    struct flat_table root = root_of(&flat, good, sizeof(good));
    struct flat_vector list = flat_vector(&root, 2, 4);

    ck_assert_int_eq(flat_i32(&root, 0), 7);
    ck_assert_str_eq(flat_string(&root, 1), "hey");
    ck_assert_uint_eq(list.n, 2);
    ck_assert_uint_eq(flat_vector_u32(&list, 0), 5);
    ck_assert_uint_eq(flat_vector_u32(&list, 1), 6);
    ck_assert(!flat_has(&root, 3));
    ck_assert_uint_eq(flat_u32(&root, 3), 0);
    ck_assert_uint_eq(flat_u8(&root, 200), 0);
    ck_assert_str_eq(flat_string(&root, 3), "");
    ck_assert_uint_eq(flat_vector(&root, 3, 4).n, 0);
    ck_assert_int_eq(flat_error(&flat, "x", NULL), 0);
}
END_TEST

/* Reads all that a table of three fields could say; the fault, or NULL. */
static const char *read_all(const unsigned char *bytes, size_t size)
{
    struct flat flat;
    struct flat_table root = root_of(&flat, bytes, size);
    struct flat_vector vector;
    struct flat_table child;

    flat_u32(&root, 0);
    flat_string(&root, 1);
    vector = flat_vector(&root, 2, 4);
    for (uint32_t i = 0; i < vector.n && i < 4; i++) {
        flat_vector_u32(&vector, i);
        child = flat_vector_table(&vector, i);
        flat_f32(&child, 1);
        flat_vector_string(&vector, i);
    }
    child = flat_child(&root, 2);
    flat_u8(&child, 0);
    return flat.bad;
}

START_TEST(no_byte_can_be_changed_to_lead_outside)
{
    for (size_t at = 0; at < sizeof(good); at++)
        for (int value = 0; value < 256; value++) {
            unsigned char *bytes = malloc(sizeof(good)); /* so that a sanitizer sees its ends */

            memcpy(bytes, good, sizeof(good));
            bytes[at] = (unsigned char)value;
            read_all(bytes, sizeof(good));
            free(bytes);
        }
}
END_TEST

START_TEST(every_cut_is_refused)
{
    for (size_t size = 0; size < sizeof(good); size++) {
        unsigned char *bytes = malloc(size + 1);

        memcpy(bytes, good, size);
        ck_assert_ptr_nonnull(read_all(bytes, size));
        free(bytes);
    }
}
END_TEST

/* GOOD with the N bytes at AT replaced: the fault that then is found first, and its byte. */
static const char *fault_of(size_t at, const char *with, size_t n, size_t *ret_at)
{
    unsigned char bytes[sizeof(good)];
    struct flat flat;
    struct flat_table root;

    memcpy(bytes, good, sizeof(bytes));
    memcpy(bytes + at, with, n);
    root = root_of(&flat, bytes, sizeof(bytes));
    flat_u32(&root, 0);
    flat_string(&root, 1);
    flat_vector(&root, 2, 4);
    *ret_at = flat.bad_at;
    return flat.bad ? flat.bad : "";
}

START_TEST(faults_name_the_byte)
{
    static const struct {
        size_t at;
        const char *with;
        size_t n, bad_at;
        const char *what;
    } cases[] = {
        {0, "\xf0\xff\xff\x7f", 4, 0, "out of the record"},
        {0, "\0", 1, 0, "out of the record"},
        {4, "X", 1, 4, "another identifier"},
        {8, "\x0b", 1, 8, "impossible size"},
        {8, "\x02", 1, 8, "impossible size"},
        {8, "\xff\x7f", 2, 8, "impossible size"},
        {8, "\xfe\x7f", 2, 8, "out of the record"},
        {10, "\x02", 1, 8, "impossible size"},
        {10, "\xff\x7f", 2, 20, "out of the record"},
        {12, "\x0d", 1, 12, "outside its table"},
        {12, "\x01", 1, 12, "outside its table"},
        {20, "\xff\xff\xff\x7f", 4, 20, "without a vtable"},
        {20, "\x00\x00\x00\x80", 4, 20, "without a vtable"},
        {28, "\xff\xff\xff\xff", 4, 28, "out of the record"},
        {28, "\x00", 1, 28, "out of the record"},
        {36, "\x04", 1, 40, "a string"},
        {36, "\xf0\xff\xff\xff", 4, 36, "longer than the record"},
        {40, "\0", 1, 40, "a string"},
        {44, "\x03", 1, 44, "longer than the record"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        size_t bad_at;
        const char *what = fault_of(cases[i].at, cases[i].with, cases[i].n, &bad_at);

        ck_assert_msg(strstr(what, cases[i].what), "case %zu: %s", i, what);
        ck_assert_msg(bad_at == cases[i].bad_at, "case %zu: byte %zu", i, bad_at);
    }
}
END_TEST

START_TEST(a_fault_stays_and_is_told)
{
    struct flat flat;
    struct flat_table root = flat_root(&flat, good, sizeof(good), "ELSE");
    struct fault fault;

    ck_assert_uint_eq(flat_u32(&root, 0), 0);
    ck_assert_str_eq(flat_string(&root, 1), "");
    ck_assert_int_eq(flat_error(&flat, "model", &fault), E_DLC_RECORD);
    ck_assert_msg(strstr(fault.text, "record model, byte 4 of 56"), "%s", fault.text);
}
END_TEST

START_TEST(nesting_has_an_end)
{
    struct flat_build build = {0};
    uint32_t place = 0;
    struct flat flat;
    struct flat_table table;
    int depth;

    for (depth = 0; depth < 100; depth++) {
        flat_build_ref(&build, 0, place);
        place = flat_build_table(&build);
    }
    ck_assert_int_eq(flat_build_finish(&build, place, "TEST"), 0);
    table = flat_root(&flat, flat_build_bytes(&build), build.size, "TEST");
    for (depth = 1; !flat.bad && depth < 100; depth++)
        table = flat_child(&table, 0);
    ck_assert_int_eq(depth, FLAT_DEPTH_MAX + 1);
    ck_assert_ptr_nonnull(strstr(flat.bad, "deeper"));
    flat_build_done(&build);
}
END_TEST

START_TEST(a_walk_has_an_end)
{
    struct flat flat;
    struct flat_table root = root_of(&flat, good, sizeof(good));
    struct flat_vector vector = flat_vector(&root, 2, 4);

    for (size_t i = 0; i < sizeof(good) * FLAT_STEPS_PER_BYTE; i++)
        flat_vector_u32(&vector, 0);
    ck_assert_ptr_nonnull(flat.bad);
    ck_assert_ptr_nonnull(strstr(flat.bad, "would not end"));
}
END_TEST

/*
 * A copy of a buffer by its schema, children first and in the order of the fields, as the common
 * compiler makes it. A letter for each field: b byte, w word, s string, B bytes, W words, S
 * strings; a digit is a table of that kind, and behind a V a vector of them.
 */
static const char *const schema[] = {
    "wV1BBV2",        /* 0 Net; its two empty vectors may be of anything */
    "wssSSV2",        /* 1 Layer */
    "sbbwwwsBWWWSV2", /* 2 Attr */
    "V4",             /* 3 NetParams */
    "sV5",            /* 4 LayerParams */
    "sW6V2",          /* 5 Tensor */
    "bBW",            /* 6 TensorData */
};

static uint32_t copy_table(const struct flat_table *table, int kind, struct flat_build *build);

static uint32_t copy_strings(const struct flat_vector *vector, struct flat_build *build)
{
    uint32_t *places = calloc(vector->n + 1, sizeof(*places)), place;

    for (uint32_t i = 0; i < vector->n; i++)
        places[i] = flat_build_string(build, flat_vector_string(vector, i));
    place = flat_build_refs(build, places, vector->n);
    free(places);
    return place;
}

/* In the order in which they lie in the record, from the back to the front. */
static uint32_t copy_tables(const struct flat_vector *vector, int kind, struct flat_build *build)
{
    uint32_t *places = calloc(vector->n + 1, sizeof(*places)), place, before = UINT32_MAX;

    for (uint32_t n = 0; n < vector->n; n++) {
        struct flat_table next = {.at = 0};
        uint32_t index = 0;

        for (uint32_t i = 0; i < vector->n; i++) {
            struct flat_table one;

            vector->flat->steps = UINT64_MAX; /* this walk is quadratic, and trusts the file */
            one = flat_vector_table(vector, i);
            if (one.at < before && one.at >= next.at) {
                next = one;
                index = i;
            }
        }
        before = next.at;
        places[index] = copy_table(&next, kind, build);
    }
    place = flat_build_refs(build, places, vector->n);
    free(places);
    return place;
}

static uint32_t copy_child(const struct flat_table *table, unsigned field, const char *letter,
                           struct flat_build *build)
{
    struct flat_vector vector;
    struct flat_table child;

    switch (*letter) {
    case 's':
        return flat_build_string(build, flat_string(table, field));
    case 'B':
    case 'W':
        vector = flat_vector(table, field, *letter == 'B' ? 1 : 4);
        return flat_build_vector(build, flat_vector_bytes(&vector), vector.n, vector.element_size);
    case 'S':
        vector = flat_vector(table, field, 4);
        return copy_strings(&vector, build);
    case 'V':
        vector = flat_vector(table, field, 4);
        return copy_tables(&vector, letter[1] - '0', build);
    default:
        child = flat_child(table, field);
        return copy_table(&child, *letter - '0', build);
    }
}

static uint32_t copy_table(const struct flat_table *table, int kind, struct flat_build *build)
{
    uint32_t places[FLAT_BUILD_FIELDS] = {0};
    const char *letter = schema[kind];

    table->flat->steps = UINT64_MAX;
    for (unsigned field = 0; *letter; field++, letter += *letter == 'V' ? 2 : 1)
        if (flat_has(table, field) && *letter != 'b' && *letter != 'w')
            places[field] = copy_child(table, field, letter, build);
    letter = schema[kind];
    for (unsigned field = 0; *letter; field++, letter += *letter == 'V' ? 2 : 1)
        if (places[field])
            flat_build_ref(build, field, places[field]);
        else if (flat_has(table, field) && *letter == 'b')
            flat_build_u8(build, field, flat_u8(table, field));
        else if (flat_has(table, field))
            flat_build_u32(build, field, flat_u32(table, field));
    return flat_build_table(build);
}

static void check_copy(const struct container_record *record, int kind, const char *identifier)
{
    struct flat_build build = {0};
    struct flat flat;
    struct flat_table root = flat_root(&flat, record->base, record->size, identifier);
    uint32_t place = copy_table(&root, kind, &build);

    ck_assert_int_eq(flat_error(&flat, identifier, NULL), 0);
    ck_assert_int_eq(flat_build_finish(&build, place, identifier), 0);
    ck_assert_uint_eq(build.size, record->size);
    ck_assert_mem_eq(flat_build_bytes(&build), record->base, record->size);
    flat_build_done(&build);
}

START_TEST(records_of_real_files_are_built_byte_for_byte)
{
    const char *const *files = sample_files();

    for (; files && *files; files++) {
        size_t size;
        char *bytes = suite_read(*files, &size);
        struct container container;

        ck_assert_int_eq(container_open(bytes, size, &container, NULL), 0);
        check_copy(&container.model, 0, "NETD");
        check_copy(&container.params, 3, "NETP");
        container_close(&container);
        free(bytes);
    }
}
END_TEST

typedef uint32_t (*vector_fn)(struct flat_build *build, const void *from, size_t n,
                              uint32_t element_size);

/* Tables of vectors that VECTOR writes, of odd sizes too, which share a vtable. */
static void build_vectors(struct flat_build *build, vector_fn vector)
{
    static const uint32_t numbers[] = {1, 2, 3, 4, 5};
    uint32_t places[5];

    for (uint32_t i = 0; i < ARRAY_SIZE(places); i++) {
        uint32_t bytes = vector(build, "abcdefgh", i, 1);
        uint32_t words = vector(build, numbers, i, 4);

        flat_build_ref(build, 0, bytes);
        flat_build_ref(build, 1, words);
        flat_build_u8(build, 2, (uint8_t)i);
        places[i] = flat_build_table(build);
    }
    flat_build_ref(build, 0, flat_build_refs(build, places, ARRAY_SIZE(places)));
    ck_assert_int_eq(flat_build_finish(build, flat_build_table(build), "TEST"), 0);
}

START_TEST(what_is_lent_stands_where_a_copy_would)
{
    struct flat_build copied = {0}, lent = {0};
    struct piece pieces[32];
    struct buf all = {NULL, 0, 0};

    build_vectors(&copied, flat_build_vector);
    build_vectors(&lent, flat_build_lent_vector);
    ck_assert_uint_eq(lent.size, copied.size);
    ck_assert_uint_gt(lent.lent, 0);
    ck_assert_uint_le(flat_build_n_pieces(&lent), ARRAY_SIZE(pieces));
    flat_build_pieces(&lent, pieces);
    for (size_t i = 0; i < flat_build_n_pieces(&lent); i++)
        if (pieces[i].size)
            ck_assert_int_eq(buf_append(&all, pieces[i].base, pieces[i].size), 0);
    ck_assert_uint_eq(all.size, copied.size);
    ck_assert_mem_eq(all.base, flat_build_bytes(&copied), copied.size);
    buf_done(&all);
    flat_build_done(&copied);
    flat_build_done(&lent);
}
END_TEST

SUITE(what_is_lent_stands_where_a_copy_would, fields_are_read_and_absent_ones_are_empty,
      no_byte_can_be_changed_to_lead_outside, every_cut_is_refused, faults_name_the_byte,
      a_fault_stays_and_is_told, nesting_has_an_end, a_walk_has_an_end,
      records_of_real_files_are_built_byte_for_byte);
