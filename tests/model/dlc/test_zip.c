/* Archives: what is read, what is refused, and that ours are the original tools' byte for byte. */
#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "model/dlc/zip.h"
#include "tests/model/dlc/sample.h"
#include "tests/support/suite.h"

/*
 * Written by Python's zipfile: a folder "records/"; "model", 12 times "one record, ", deflated, of
 * 1996-02-29 23:59:58; "dlc.metadata", "model-version=7\n", stored; an archive comment.
 */
static const unsigned char foreign[] = {
    0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x08, 0x00, 0x00, 0x00, 0x72, 0x65,
    0x63, 0x6f, 0x72, 0x64, 0x73, 0x2f, 0x50, 0x4b, 0x03, 0x04, 0x14, 0x00, 0x00, 0x00, 0x08, 0x00,
    0x7d, 0xbf, 0x5d, 0x20, 0x48, 0x1a, 0x81, 0x6b, 0x11, 0x00, 0x00, 0x00, 0x90, 0x00, 0x00, 0x00,
    0x05, 0x00, 0x00, 0x00, 0x6d, 0x6f, 0x64, 0x65, 0x6c, 0xcb, 0xcf, 0x4b, 0x55, 0x28, 0x4a, 0x4d,
    0xce, 0x2f, 0x4a, 0xd1, 0x51, 0xc8, 0x1f, 0x04, 0x6c, 0x00, 0x50, 0x4b, 0x03, 0x04, 0x14, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x6b, 0xe4, 0xac, 0x41, 0x10, 0x00, 0x00, 0x00,
    0x10, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x64, 0x6c, 0x63, 0x2e, 0x6d, 0x65, 0x74, 0x61,
    0x64, 0x61, 0x74, 0x61, 0x6d, 0x6f, 0x64, 0x65, 0x6c, 0x2d, 0x76, 0x65, 0x72, 0x73, 0x69, 0x6f,
    0x6e, 0x3d, 0x37, 0x0a, 0x50, 0x4b, 0x01, 0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x21, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x00, 0x00,
    0x00, 0x00, 0x72, 0x65, 0x63, 0x6f, 0x72, 0x64, 0x73, 0x2f, 0x50, 0x4b, 0x01, 0x02, 0x14, 0x03,
    0x14, 0x00, 0x00, 0x00, 0x08, 0x00, 0x7d, 0xbf, 0x5d, 0x20, 0x48, 0x1a, 0x81, 0x6b, 0x11, 0x00,
    0x00, 0x00, 0x90, 0x00, 0x00, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x80, 0x01, 0x26, 0x00, 0x00, 0x00, 0x6d, 0x6f, 0x64, 0x65, 0x6c, 0x50, 0x4b, 0x01,
    0x02, 0x14, 0x03, 0x14, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x21, 0x00, 0x6b, 0xe4, 0xac,
    0x41, 0x10, 0x00, 0x00, 0x00, 0x10, 0x00, 0x00, 0x00, 0x0c, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x80, 0x01, 0x5a, 0x00, 0x00, 0x00, 0x64, 0x6c, 0x63, 0x2e, 0x6d,
    0x65, 0x74, 0x61, 0x64, 0x61, 0x74, 0x61, 0x50, 0x4b, 0x05, 0x06, 0x00, 0x00, 0x00, 0x00, 0x03,
    0x00, 0x03, 0x00, 0xa3, 0x00, 0x00, 0x00, 0x94, 0x00, 0x00, 0x00, 0x12, 0x00, 0x62, 0x79, 0x20,
    0x61, 0x6e, 0x6f, 0x74, 0x68, 0x65, 0x72, 0x20, 0x70, 0x72, 0x6f, 0x67, 0x72, 0x61, 0x6d,
};
#define MODEL_LOCAL   38  /* of its local header */
#define DIRECTORY     148 /* the folder's header; "model" follows, then "dlc.metadata" */
#define MODEL_CENTRAL (DIRECTORY + 46 + 8)
#define TEXT_CENTRAL  (MODEL_CENTRAL + 46 + 5)
#define END           (sizeof(foreign) - 22 - 18)

START_TEST(another_programs_archive_is_read)
{
    struct zip zip;
    struct fault fault = {""};
    const struct zip_entry *model, *text;

    ck_assert_msg(zip_read(foreign, sizeof(foreign), &zip, &fault) == 0, "%s", fault.text);
    ck_assert_uint_eq(zip.n_entries, 2);
    model = zip_find(&zip, "model");
    text = zip_find(&zip, "dlc.metadata");
    ck_assert_ptr_nonnull(model);
    ck_assert_ptr_nonnull(text);
    ck_assert_ptr_null(zip_find(&zip, "records/"));
    ck_assert_uint_eq(model->size, 144);
    for (int i = 0; i < 12; i++)
        ck_assert_mem_eq((const char *)model->base + 12 * i, "one record, ", 12);
    ck_assert_uint_eq(text->size, 16);
    ck_assert_mem_eq(text->base, "model-version=7\n", 16);
    ck_assert_int_eq(zip_seconds(model->stamp), 825638398);
    zip_done(&zip);
}
END_TEST

/* The archive with the N bytes at AT replaced. */
static int read_patched(size_t at, const char *with, size_t n, struct fault *fault)
{
    unsigned char bytes[sizeof(foreign)];
    struct zip zip;
    int r;

    memcpy(bytes, foreign, sizeof(bytes));
    memcpy(bytes + at, with, n);
    r = zip_read(bytes, sizeof(bytes), &zip, fault);
    if (r == 0)
        zip_done(&zip);
    return r;
}

START_TEST(damage_is_refused_with_the_place)
{
    static const struct {
        size_t at;
        const char *with;
        size_t n;
        const char *sentence;
    } cases[] = {
        {MODEL_LOCAL + 35 + 3, "\x00", 1, "does not unfold"},
        {TEXT_CENTRAL + 16, "\x00", 1, "record dlc.metadata: its CRC"},
        {MODEL_CENTRAL + 8, "\x01", 1, "encrypted"},
        {MODEL_CENTRAL + 10, "\x09", 1, "neither stored nor deflated"},
        {MODEL_CENTRAL + 24, "\x8f", 1, "does not unfold"},
        {MODEL_CENTRAL + 24, "\x91", 1, "does not unfold"},
        {MODEL_CENTRAL + 24, "\xff\xff\xff\xfe", 4, "larger than 2 GiB"},
        {MODEL_CENTRAL + 24, "\xff\xff\xff\x00", 4, "unfolds to more than"},
        {MODEL_CENTRAL + 20, "\xff\xff\x00\x00", 4, "larger than the file"},
        {MODEL_LOCAL + 28, "\xff\x7f", 2, "longer than the file"},
        {MODEL_CENTRAL + 28, "\x00\x00", 2, "name is empty"},
        {MODEL_CENTRAL + 28, "\xff\xff", 2, "broken directory"},
        {MODEL_CENTRAL + 42, "\x27", 1, "points nowhere"},
        {MODEL_CENTRAL + 42, "\xff\xff\xff\x7f", 4, "points nowhere"},
        {MODEL_CENTRAL + 46, "m\0del", 5, "no readable text"},
        {MODEL_CENTRAL + 46, "modem", 5, "calls otherwise"},
        {MODEL_CENTRAL, "PK\1\3", 4, "broken directory"},
        {TEXT_CENTRAL + 24, "\x11", 1, "two sizes"},
        {TEXT_CENTRAL + 20, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, "larger than the file"},
        {END + 4, "\x01", 1, "several parts"},
        {END + 8, "\x02\x00\x02", 3, NULL}, /* fewer entries than there are: that is no harm */
        {END + 8, "\x04\x00\x04", 3, "more entries"},
        {END + 12, "\xff\xff\xff\x7f", 4, "outside the file"},
        {END + 16, "\xff\xff\xff\x7f", 4, "outside the file"},
        {END, "PK\5\7", 4, "no ZIP end record"},
    };

    for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
        struct fault fault = {""};
        int r = read_patched(cases[i].at, cases[i].with, cases[i].n, &fault);

        ck_assert_int_eq(r, cases[i].sentence ? E_DLC_ARCHIVE : 0);
        ck_assert_msg(!cases[i].sentence || strstr(fault.text, cases[i].sentence), "case %zu: %s",
                      i, fault.text);
    }
}
END_TEST

START_TEST(an_archive_cut_anywhere_is_refused)
{
    struct zip zip;
    struct fault fault;

    for (size_t size = 0; size < sizeof(foreign); size++) {
        unsigned char *cut = malloc(size + 1);

        memcpy(cut, foreign, size);
        fault.text[0] = 0;
        ck_assert_int_eq(zip_read(cut, size, &zip, &fault), E_DLC_ARCHIVE);
        ck_assert(fault.text[0] != 0);
        free(cut);
    }
}
END_TEST

START_TEST(two_entries_of_one_name_are_refused)
{
    const struct zip_record records[] = {{"model", "a", 1}, {"model", "b", 1}};
    struct buf bytes = {NULL, 0, 0};
    struct fault fault = {""};
    struct zip zip;

    ck_assert_int_eq(zip_write(records, 2, ZIP_STAMP_MIN, &bytes, &fault), 0);
    ck_assert_int_eq(zip_read(bytes.base, bytes.size, &zip, &fault), E_DLC_ARCHIVE);
    ck_assert_ptr_nonnull(strstr(fault.text, "record model twice"));
    buf_done(&bytes);
}
END_TEST

/* The second entry is made to say what the first says: together more than the file has. */
START_TEST(entries_that_share_their_bytes_are_refused)
{
    static const char content[4000];
    const struct zip_record records[] = {{"a", content, sizeof(content)}, {"a", "", 0}};
    const size_t local = 30 + 1 + 20, central = 46 + 1 + 28;
    struct buf bytes = {NULL, 0, 0};
    struct fault fault = {""};
    unsigned char *directory;
    struct zip zip;

    ck_assert_int_eq(zip_write(records, 2, ZIP_STAMP_MIN, &bytes, NULL), 0);
    directory = bytes.base + 2 * local + sizeof(content);
    memcpy(directory + central, directory, central);
    ck_assert_int_eq(zip_read(bytes.base, bytes.size, &zip, &fault), E_DLC_ARCHIVE);
    ck_assert_msg(strstr(fault.text, "overlap"), "%s", fault.text);
    buf_done(&bytes);
}
END_TEST

/* Counts and sizes of the end record may say "see the ZIP64 record". */
START_TEST(the_zip64_record_is_asked_where_the_end_says_so)
{
    const struct zip_record record = {"a", "hello", 5};
    struct buf bytes = {NULL, 0, 0};
    struct fault fault = {""};
    struct zip zip;
    unsigned char *end;

    ck_assert_int_eq(zip_write(&record, 1, ZIP_STAMP_MIN, &bytes, NULL), 0);
    end = bytes.base + bytes.size - 22;
    memset(end + 8, 0xff, 12);
    ck_assert_int_eq(zip_read(bytes.base, bytes.size, &zip, NULL), 0);
    ck_assert_uint_eq(zip.n_entries, 1);
    ck_assert_mem_eq(zip.entries[0].base, "hello", 5);
    zip_done(&zip);
    end[-20 + 8]++; /* the locator */
    ck_assert_int_eq(zip_read(bytes.base, bytes.size, &zip, &fault), E_DLC_ARCHIVE);
    ck_assert_msg(strstr(fault.text, "locator points nowhere"), "%s", fault.text);
    end[-20 + 8]--;
    bytes.base[bytes.size - 22 - 20 - 56 - 28 + 2]--; /* the size of the ZIP64 field */
    ck_assert_int_eq(zip_read(bytes.base, bytes.size, &zip, &fault), E_DLC_ARCHIVE);
    ck_assert_msg(strstr(fault.text, "broken ZIP64 field"), "%s", fault.text);
    bytes.base[bytes.size - 22 - 20 - 56 - 28 + 2] += 2;
    ck_assert_int_eq(zip_read(bytes.base, bytes.size, &zip, &fault), E_DLC_ARCHIVE);
    ck_assert_msg(strstr(fault.text, "broken ZIP64 field"), "%s", fault.text);
    buf_done(&bytes);
}
END_TEST

START_TEST(what_cannot_be_written_leaves_nothing)
{
    const struct zip_record nameless = {"", "x", 1};
    struct buf bytes = {NULL, 0, 0};
    struct fault fault = {""};
    char name[ZIP_NAME_MAX + 2];
    const struct zip_record long_name = {name, "x", 1};

    memset(name, 'n', sizeof(name) - 1);
    name[sizeof(name) - 1] = 0;
    ck_assert_int_eq(zip_write(&nameless, 1, ZIP_STAMP_MIN, &bytes, &fault), E_DLC_ARCHIVE);
    ck_assert_int_eq(zip_write(&long_name, 1, ZIP_STAMP_MIN, &bytes, &fault), E_DLC_ARCHIVE);
    ck_assert_int_eq(zip_write(&nameless, ZIP_ENTRIES_MAX + 1, 0, &bytes, &fault), E_DLC_ARCHIVE);
    ck_assert_uint_eq(bytes.size, 0);
    buf_done(&bytes);
}
END_TEST

START_TEST(an_archive_of_nothing_is_written_and_read)
{
    struct buf bytes = {NULL, 0, 0};
    struct zip zip;

    ck_assert_int_eq(zip_write(NULL, 0, ZIP_STAMP_MIN, &bytes, NULL), 0);
    ck_assert_uint_eq(bytes.size, 56 + 20 + 22);
    ck_assert_int_eq(zip_read(bytes.base, bytes.size, &zip, NULL), 0);
    ck_assert_uint_eq(zip.n_entries, 0);
    ck_assert_ptr_null(zip_find(&zip, "model"));
    zip_done(&zip);
    buf_done(&bytes);
}
END_TEST

START_TEST(real_archives_are_written_byte_for_byte)
{
    const char *const *files = sample_files();

    for (; files && *files; files++) {
        size_t size;
        char *want = suite_read(*files, &size);
        struct zip_record records[8];
        struct buf bytes = {NULL, 0, 0};
        struct zip zip;

        ck_assert_int_eq(zip_read(want, size, &zip, NULL), 0);
        ck_assert_uint_le(zip.n_entries, ARRAY_SIZE(records));
        for (size_t i = 0; i < zip.n_entries; i++)
            records[i] =
                (struct zip_record){zip.entries[i].name, zip.entries[i].base, zip.entries[i].size};
        ck_assert_int_eq(zip_write(records, zip.n_entries, zip.entries[0].stamp, &bytes, NULL), 0);
        ck_assert_uint_eq(bytes.size, size);
        ck_assert_mem_eq(bytes.base, want, size);
        buf_done(&bytes);
        zip_done(&zip);
        free(want);
    }
}
END_TEST

START_TEST(stamps_say_what_dos_can_say)
{
    ck_assert_uint_eq(zip_stamp(0), ZIP_STAMP_MIN);
    ck_assert_uint_eq(zip_stamp(INT64_MIN), ZIP_STAMP_MIN);
    ck_assert_uint_eq(zip_stamp(1629128888), 0x53107e04); /* as in a real file */
    ck_assert_int_eq(zip_seconds(0x53107e04), 1629128888);
    ck_assert_int_eq(zip_seconds(zip_stamp(INT64_MAX)), 4354819198); /* 2107-12-31 23:59:58 */
}
END_TEST

SUITE(another_programs_archive_is_read, damage_is_refused_with_the_place,
      an_archive_cut_anywhere_is_refused, two_entries_of_one_name_are_refused,
      entries_that_share_their_bytes_are_refused, the_zip64_record_is_asked_where_the_end_says_so,
      what_cannot_be_written_leaves_nothing, an_archive_of_nothing_is_written_and_read,
      real_archives_are_written_byte_for_byte, stamps_say_what_dos_can_say);
