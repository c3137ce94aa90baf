#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/support/suite.h"
#include "tools/file.h"

static void check_content(const char *name, const char *want)
{
    size_t size;
    char *got = suite_read(suite_path(name), &size);

    ck_assert_uint_eq(size, strlen(want));
    ck_assert_str_eq(got, want);
    free(got);
}

static void refuse_read(const char *path, size_t most, int code, const char *words)
{
    struct fault fault = {""};
    void *bytes = &fault;
    size_t size = 77;

    ck_assert_int_eq(file_read(path, most, &bytes, &size, &fault), code);
    ck_assert_msg(strstr(fault.text, words) != NULL, "'%s' is not in '%s'", words, fault.text);
    ck_assert_ptr_eq(bytes, &fault);
    ck_assert_uint_eq(size, 77);
}

static void refuse_write(const char *path, int code, const char *words)
{
    struct fault fault = {""};
    int r = file_write(path, "new", 3, &fault);

    ck_assert_msg(r == code, "%d: %s", r, fault.text);
    ck_assert_msg(strstr(fault.text, words) != NULL, "'%s' is not in '%s'", words, fault.text);
}

START_TEST(a_file_is_read_whole_or_not)
{
    struct fault fault = {""};
    void *bytes;
    size_t size;

    suite_write(suite_path("x"), "abcd", 4);
    ck_assert_int_eq(file_read("x", 4, &bytes, &size, &fault), 0);
    ck_assert_uint_eq(size, 4);
    ck_assert_mem_eq(bytes, "abcd", 4);
    mem_free(bytes);
    refuse_read("x", 3, -EFBIG, "cannot read x: it has more than 3 bytes");
    suite_write(suite_path("x"), "", 0);
    ck_assert_int_eq(file_read("x", 4, &bytes, &size, &fault), 0);
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_nonnull(bytes);
    mem_free(bytes);
    suite_remove("x");
    refuse_read("x", 4, -ENOENT, "cannot read x: No such file or directory");
    refuse_read(".", 4, -EINVAL, "cannot read .: it is not a file");
    refuse_read("/dev/null", 4, -EINVAL, "cannot read /dev/null: it is not a file");
}
END_TEST

/* Puts "abcdef" in two pieces, and looks at it before and after. */
static void check_looked_at(struct file_new *file)
{
    struct file_map map = {0};
    struct fault fault = {""};

    ck_assert_msg(file_new_map(file, &map, &fault) == 0, "%s", fault.text);
    ck_assert_uint_eq(map.size, 0);
    ck_assert_int_eq(file_new_put(file, "abc", 3), 0);
    ck_assert_int_eq(file_new_put(file, "def", 3), 0);
    ck_assert_msg(file_new_map(file, &map, &fault) == 0, "%s", fault.text);
    ck_assert_uint_eq(map.size, 6);
    ck_assert_mem_eq(map.base, "abcdef", 6);
    file_map_done(&map);
}

START_TEST(a_new_file_is_looked_at_before_it_has_its_name)
{
    struct file_new file = {0};
    struct fault fault = {""};

    ck_assert_msg(file_new_begin("x", &file, &fault) == 0, "%s", fault.text);
    check_looked_at(&file);
    ck_assert_int_lt(access("x", F_OK), 0);
    ck_assert_msg(file_new_end(&file, &fault) == 0, "%s", fault.text);
    check_content("x", "abcdef");
    suite_remove("x");
    ck_assert_msg(file_new_begin_nowhere(&file, &fault) == 0, "%s", fault.text);
    check_looked_at(&file);
    file_new_done(&file);
    file_new_done(&file);
}
END_TEST

START_TEST(a_file_is_replaced_at_once_with_the_usual_rights)
{
    struct fault fault = {""};
    struct stat status;

    umask(027);
    suite_write(suite_path("x"), "old and longer", 14);
    ck_assert_msg(file_write("x", "new", 3, &fault) == 0, "%s", fault.text);
    check_content("x", "new");
    ck_assert_int_eq(stat("x", &status), 0);
    ck_assert_uint_eq(status.st_mode & 0777, 0640);
    ck_assert_msg(file_write(suite_path("y"), "", 0, &fault) == 0, "%s", fault.text);
    check_content("y", "");
    suite_remove("x");
    suite_remove("y");
}
END_TEST

START_TEST(what_is_no_file_is_never_replaced)
{
    refuse_write(suite_dir(), -EINVAL, "it is there and is not a file");
    refuse_write("/dev/null", -EINVAL, "cannot write /dev/null: it is there and is not a file");
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    refuse_write("pipe", -EINVAL, "it is there and is not a file");
    suite_remove("pipe");
}
END_TEST

START_TEST(a_failure_leaves_nothing_new_and_the_old_file)
{
    const struct rlimit tiny = {2, RLIM_INFINITY};
    char deep[300];

    refuse_write("none/x", -ENOENT, "cannot write none/x: No such file or directory");
    memset(deep, 'a', sizeof(deep) - 1);
    deep[sizeof(deep) - 1] = '\0';
    refuse_write(deep, -ENAMETOOLONG, "cannot write aaa");
    suite_write(suite_path("x"), "old", 3);
    signal(SIGXFSZ, SIG_IGN);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &tiny), 0);
    refuse_write("x", -EFBIG, "cannot write x: File too large");
    refuse_write("y", -EFBIG, "cannot write y: File too large");
    check_content("x", "old");
    suite_remove("x"); /* the suite looks for what else would lie here */
}
END_TEST

/* The suite looks for what lies there afterwards. */
START_TEST(who_is_killed_while_writing_leaves_nothing)
{
    struct file_new file = {0};
    struct fault fault = {""};
    pid_t child = fork();
    int status;

    if (child == 0) {
        if (file_new_begin("x", &file, &fault) < 0 || file_new_put(&file, "half", 4) < 0)
            _exit(1);
        if (file.nameless)
            raise(SIGKILL);
        file_new_done(&file); /* a file system without such files promises less */
        _exit(0);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    ck_assert_int_eq(access("x", F_OK), -1);
}
END_TEST

START_TEST(two_paths_to_one_file_are_told)
{
    suite_write("one", "x", 1);
    suite_write("two", "x", 1);
    ck_assert_int_eq(symlink("one", "link"), 0);
    ck_assert(file_is_same("one", "./one"));
    ck_assert(file_is_same("link", "one"));
    ck_assert(!file_is_same("one", "two"));
    ck_assert(!file_is_same("gone", "gone"));
    suite_remove("link");
    suite_remove("two");
    suite_remove("one");
}
END_TEST

SUITE(who_is_killed_while_writing_leaves_nothing, two_paths_to_one_file_are_told,
      a_file_is_read_whole_or_not, a_new_file_is_looked_at_before_it_has_its_name,
      a_file_is_replaced_at_once_with_the_usual_rights, what_is_no_file_is_never_replaced,
      a_failure_leaves_nothing_new_and_the_old_file);
