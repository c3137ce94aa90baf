/* tools/file.c: whole files, and nothing half written. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "tests/support/suite.h"
#include "tools/convert_command.h"
#include "tools/file.h"

static void assert_holds(const char *name, const char *want)
{
    struct fault fault = {""};
    void *bytes;
    size_t size;

    ck_assert_int_eq(file_read(suite_path(name), 100, &bytes, &size, &fault), 0);
    ck_assert_uint_eq(size, strlen(want));
    ck_assert_mem_eq(bytes, want, size);
    mem_free(bytes);
}

START_TEST(what_is_written_is_read)
{
    struct fault fault = {""};

    ck_assert_int_eq(file_write(suite_path("f"), "hello", 5, &fault), 0);
    assert_holds("f", "hello");
    ck_assert_int_eq(file_write(suite_path("f"), "", 0, &fault), 0);
    assert_holds("f", "");
    suite_remove("f");
}
END_TEST

START_TEST(a_new_file_has_the_rights_that_umask_leaves)
{
    struct fault fault = {""};
    struct stat status;

    umask(027);
    ck_assert_int_eq(file_write(suite_path("f"), "x", 1, &fault), 0);
    ck_assert_int_eq(stat(suite_path("f"), &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0640);
    suite_remove("f");
}
END_TEST

START_TEST(a_name_without_a_folder_is_of_this_one)
{
    struct fault fault = {""};

    ck_assert_int_eq(file_write("f", "x", 1, &fault), 0);
    assert_holds("f", "x");
    suite_remove("f");
}
END_TEST

START_TEST(larger_than_allowed_is_refused)
{
    struct fault fault = {""};
    void *bytes;
    size_t size;

    suite_write(suite_path("f"), "hello", 5);
    ck_assert_int_eq(file_read(suite_path("f"), 4, &bytes, &size, &fault), -EFBIG);
    ck_assert_int_eq(file_read(suite_path("f"), 5, &bytes, &size, &fault), 0);
    mem_free(bytes);
    suite_remove("f");
}
END_TEST

START_TEST(a_map_holds_the_file_also_when_it_was_let_go)
{
    struct file_map map = {0}, empty = {0};
    struct fault fault = {""};

    suite_write(suite_path("f"), "hello", 5);
    ck_assert_int_eq(file_map(suite_path("f"), 4, &map, &fault), -EFBIG);
    ck_assert_int_eq(file_map(suite_path("f"), 5, &map, &fault), 0);
    ck_assert_uint_eq(map.size, 5);
    ck_assert_mem_eq(map.base, "hello", 5);
    file_map_let_go(&map);
    ck_assert_mem_eq(map.base, "hello", 5);
    file_map_done(&map);
    suite_write(suite_path("f"), "", 0);
    ck_assert_int_eq(file_map(suite_path("f"), 5, &empty, &fault), 0);
    ck_assert_uint_eq(empty.size, 0);
    file_map_let_go(&empty);
    file_map_done(&empty);
    ck_assert_int_eq(file_map(suite_dir(), 100, &map, &fault), -EINVAL);
    suite_remove("f");
}
END_TEST

START_TEST(folders_pipes_and_nothing_are_no_files)
{
    struct fault fault = {""};
    void *bytes;
    size_t size;

    ck_assert_int_eq(file_read(suite_dir(), 100, &bytes, &size, &fault), -EINVAL);
    ck_assert_int_eq(file_read(suite_path("none"), 100, &bytes, &size, &fault), -ENOENT);
    ck_assert_int_eq(mkfifo(suite_path("p"), 0600), 0);
    ck_assert_int_eq(file_read(suite_path("p"), 100, &bytes, &size, &fault), -EINVAL);
    ck_assert_int_eq(file_write(suite_path("p"), "x", 1, &fault), -EINVAL);
    suite_remove("p");
}
END_TEST

/* suite.h fails this test if the temporary file is still there. */
START_TEST(a_write_that_fails_leaves_the_old_file_and_nothing_else)
{
    const struct rlimit limit = {4096, 4096};
    struct fault fault = {""};
    static char big[8192];

    suite_write(suite_path("f"), "old", 3);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    ck_assert_int_eq(file_write(suite_path("f"), big, sizeof(big), &fault), -EFBIG);
    ck_assert_ptr_nonnull(strstr(fault.text, "cannot write "));
    assert_holds("f", "old");
    suite_remove("f");
}
END_TEST

static void assert_list(const char *const *texts, size_t n, size_t width, const char *want)
{
    struct buf buf = {0};

    ck_assert_int_ge(command_list(&buf, "a", texts, n, width, "None"), 0);
    ck_assert_uint_eq(buf.size, strlen(want));
    ck_assert_mem_eq(buf.base, want, buf.size);
    buf_done(&buf);
}

/* As Python 3 prints them. */
START_TEST(lists_are_written_as_python_writes_them)
{
    assert_list(NULL, 0, 1, " a=None");
    assert_list((const char *const[]){"x"}, 1, 1, " a=['x']");
    assert_list((const char *const[]){"x", "1,2", "y", "3"}, 2, 2, " a=[['x', '1,2'], ['y', '3']]");
    assert_list((const char *const[]){"it's"}, 1, 1, " a=[\"it's\"]");
    assert_list((const char *const[]){"'\""}, 1, 1, " a=['\\'\"']");
    assert_list((const char *const[]){"a\\b\n\t\x01\x7f\xc3\xa9"}, 1, 1,
                " a=['a\\\\b\\n\\t\\x01\\x7f\xc3\xa9']");
}
END_TEST

SUITE(what_is_written_is_read, a_new_file_has_the_rights_that_umask_leaves,
      a_name_without_a_folder_is_of_this_one, larger_than_allowed_is_refused,
      a_map_holds_the_file_also_when_it_was_let_go, folders_pipes_and_nothing_are_no_files,
      a_write_that_fails_leaves_the_old_file_and_nothing_else,
      lists_are_written_as_python_writes_them);
