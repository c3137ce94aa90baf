#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/support/suite.h"
#include "tools/raw_io.h"

#define ck_assert_refused(call, code, words)                                                       \
    do {                                                                                           \
        struct fault fault = {""};                                                                 \
        int _r = (call);                                                                           \
        ck_assert_msg(_r == (code), "%s: %d: %s", #call, _r, fault.text);                          \
        ck_assert_msg(strstr(fault.text, words) != NULL, "'%s' is not in '%s'", words,             \
                      fault.text);                                                                 \
    } while (0)

START_TEST(a_file_is_read_only_in_the_size_that_was_expected)
{
    struct fault none = {""};
    char to[5] = "....";
    uint64_t size;

    suite_write(suite_path("x"), "abcd", 4);
    ck_assert_int_eq(raw_io_size("x", &size, &none), 0);
    ck_assert_uint_eq(size, 4);
    ck_assert_int_eq(raw_io_read("x", to, 4, &none), 0);
    ck_assert_str_eq(to, "abcd");
    ck_assert_refused(raw_io_read("x", to, 5, &fault), E_TENSOR_SIZE,
                      "x: expected 5 bytes, the file has 4");
    ck_assert_refused(raw_io_read("x", to, 3, &fault), E_TENSOR_SIZE,
                      "x: expected 3 bytes, the file has 4");
    suite_remove("x");
}
END_TEST

START_TEST(what_is_not_a_file_is_refused)
{
    uint64_t size;
    char to[4];

    ck_assert_refused(raw_io_size("none", &size, &fault), -ENOENT,
                      "cannot read none: No such file");
    ck_assert_refused(raw_io_read("none", to, 4, &fault), -ENOENT,
                      "cannot read none: No such file");
    ck_assert_refused(raw_io_size(".", &size, &fault), -EINVAL, "cannot read .: it is not a file");
    ck_assert_refused(raw_io_read(".", to, 4, &fault), -EINVAL, "cannot read .: it is not a file");
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_refused(raw_io_size("pipe", &size, &fault), -EINVAL, "it is not a file");
    ck_assert_refused(raw_io_read("pipe", to, 4, &fault), -EINVAL, "it is not a file");
    suite_remove("pipe");
}
END_TEST

static void check_written(const char *folder, const char *name, const char *file)
{
    struct fault fault = {""};
    size_t size;
    char *got;

    ck_assert_msg(raw_io_write(folder, name, "data", 4, &fault) == 0, "%s", fault.text);
    got = suite_read(suite_path(file), &size);
    ck_assert_uint_eq(size, 4);
    ck_assert_mem_eq(got, "data", 4);
    free(got);
}

START_TEST(slashes_of_a_name_make_folders)
{
    check_written("out/Result_0", "prob", "out/Result_0/prob.raw");
    check_written("out/Result_0", "prob", "out/Result_0/prob.raw"); /* over what is there */
    check_written("out/Result_0", "FC_3/Softmax:0", "out/Result_0/FC_3/Softmax:0.raw");
    check_written("out/Result_0", "/conv1/Conv_output_0", "out/Result_0/conv1/Conv_output_0.raw");
    check_written("out", "..a/...", "out/..a/....raw");
    suite_remove("out");
}
END_TEST

START_TEST(a_name_that_leads_out_or_is_no_name_is_refused)
{
    static const char *const names[] = {"",      "..",  "../x",     "a/..", "a/../../x", "/..",
                                        "/../x", "a/",  "/",        "a//b", ".",         "./x",
                                        "a/./b", "x/.", "a/b/../c", "//x"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        ck_assert_refused(raw_io_write("out", names[i], "data", 4, &fault), E_BAD_PARAMS,
                          "its name would lead out of the output folder");
    ck_assert_int_lt(access("out", F_OK), 0);
}
END_TEST

START_TEST(what_cannot_be_written_is_named)
{
    char deep[5000];

    memset(deep, 'a', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = '\0';
    ck_assert_refused(raw_io_write("out", deep, "data", 4, &fault), -ENAMETOOLONG,
                      "its path is too long");
    deep[300] = '\0';
    ck_assert_refused(raw_io_write("out", deep, "data", 4, &fault), -ENAMETOOLONG,
                      "cannot write out/");
    suite_remove("out");
    suite_write(suite_path("file"), "x", 1);
    ck_assert_refused(raw_io_write("file", "x", "data", 4, &fault), -ENOTDIR,
                      "cannot write file/x.raw: Not a directory");
    ck_assert_refused(raw_io_write("file/more", "x", "data", 4, &fault), -ENOTDIR,
                      "cannot make the folder file/more: Not a directory");
    suite_remove("file");
}
END_TEST

START_TEST(a_full_disk_is_an_error)
{
    struct fault fault = {""};

    ck_assert_int_eq(mkdir("out", 0755), 0);
    ck_assert_int_eq(symlink("/dev/full", "out/x.raw"), 0);
    ck_assert_int_eq(raw_io_write("out", "x", "data", 4, &fault), -ENOSPC);
    ck_assert_str_eq(fault.text, "cannot write out/x.raw: No space left on device");
    ck_assert_int_eq(access("out/x.raw", F_OK), -1); /* nothing that looks like a result */
    suite_remove("out");
}
END_TEST

SUITE(a_file_is_read_only_in_the_size_that_was_expected, what_is_not_a_file_is_refused,
      slashes_of_a_name_make_folders, a_name_that_leads_out_or_is_no_name_is_refused,
      what_cannot_be_written_is_named, a_full_disk_is_an_error);
