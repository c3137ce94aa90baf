#include "tests/support/suite.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/support/clean.h"
#include "tests/support/logs.h"

/* The runner's; a test's process inherits it. */
static char dir_of_test[128];
static int log_fd = -1, stderr_fd = -1;
static atomic_uint *n_skipped; /* shared with the tests' processes */

/* One test's. */
static struct arena texts;
static struct clean *before;
static struct logs logs;

const char *suite_text(const char *fmt, ...)
{
    char *text = NULL;
    const char *kept = NULL;
    va_list args;
    int n;

    va_start(args, fmt);
    n = vasprintf(&text, fmt, args);
    va_end(args);
    if (n >= 0)
        kept = arena_text(&texts, text, (size_t)n);
    free(text);
    if (!kept)
        abort();
    return kept;
}

void *suite_copy(const void *from, size_t size)
{
    void *copy = arena_copy(&texts, from, size);

    if (!copy)
        abort();
    return copy;
}

const char *suite_dir(void)
{
    return dir_of_test;
}

const char *suite_path(const char *name)
{
    return suite_text("%s/%s", dir_of_test, name);
}

static const char *root_of(const char *variable, const char *otherwise)
{
    const char *root = getenv(variable);

    return root && *root ? root : otherwise;
}

const char *suite_bin(const char *program)
{
    return suite_text("%s/%s", root_of("SNPED_BIN", SUITE_BIN), program);
}

const char *suite_helper(const char *program)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self));

    while (n > 0 && self[n - 1] != '/')
        n--;
    return suite_text("%.*s%s", (int)n, self, program);
}

const char *suite_source(const char *path)
{
    return suite_text("%s/%s", root_of("SNPED_SOURCE", SUITE_SOURCE), path);
}

void suite_skip(const char *why)
{
    printf("SKIP %s: %s\n", tcase_name(), why);
    fflush(stdout);
    atomic_fetch_add(n_skipped, 1);
}

const char *suite_data(const char *path)
{
    const char *shared = root_of("SNPED_SHARED", suite_source("../shared"));
    const char *whole = suite_text("%s/data/%s", shared, path);

    if (access(whole, R_OK) == 0)
        return whole;
    suite_skip("shared data is not there");
    return NULL;
}

static int remove_one(const char *path, const struct stat *st, int kind, struct FTW *where)
{
    (void)st;
    (void)kind;
    (void)where;
    return remove(path);
}

static int remove_all(const char *path)
{
    return nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

void suite_remove(const char *name)
{
    ck_assert_msg(remove_all(suite_path(name)) == 0, "%s cannot be removed: %s", suite_path(name),
                  strerror(errno));
}

void suite_enter_dir(const char *name)
{
    const char *path = suite_path(name);

    ck_assert_uint_lt(strlen(path), sizeof(dir_of_test));
    ck_assert_msg(mkdir(path, 0700) == 0 && chdir(path) == 0, "%s: %s", path, strerror(errno));
    (void)snprintf(dir_of_test, sizeof(dir_of_test), "%s", path);
    setenv("TMPDIR", dir_of_test, 1);
}

void *suite_read(const char *path, size_t *ret_size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *base;

    ck_assert_msg(fd >= 0 && fstat(fd, &st) == 0, "%s: %s", path, strerror(errno));
    base = malloc((size_t)st.st_size + 1);
    ck_assert_ptr_nonnull(base);
    ck_assert_int_eq(read(fd, base, (size_t)st.st_size), st.st_size);
    base[st.st_size] = 0;
    close(fd);
    if (ret_size)
        *ret_size = (size_t)st.st_size;
    return base;
}

void suite_write(const char *path, const void *base, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    ck_assert_msg(fd >= 0, "%s: %s", path, strerror(errno));
    ck_assert_int_eq(write(fd, base, size), (ssize_t)size);
    close(fd);
}

void expect_log(const char *text)
{
    logs_expect(&logs, suite_text("%s", text));
}

/* What is in the log file, in the test's arena. */
static const char *read_log(void)
{
    struct stat st;
    char *text;

    if (fstat(log_fd, &st) < 0)
        abort();
    text = arena_alloc(&texts, (size_t)st.st_size + 1);
    if (!text || pread(log_fd, text, (size_t)st.st_size, 0) != st.st_size)
        abort();
    return text;
}

bool suite_logged(const char *text)
{
    return strstr(read_log(), text) != NULL;
}

static void make_dir(void)
{
    (void)snprintf(dir_of_test, sizeof(dir_of_test), "/tmp/snped-test-XXXXXX");
    if (!mkdtemp(dir_of_test) || ftruncate(log_fd, 0) < 0)
        abort();
}

/* Whatever a test that failed has left running became a child of the runner, a subreaper. */
static void kill_children(void)
{
    const char *path = suite_text("/proc/self/task/%d/children", getpid());
    FILE *file = fopen(path, "re");
    int pid;

    while (file && fscanf(file, "%d", &pid) == 1)
        kill(pid, SIGKILL);
    /* A kernel without that file leaves us with those that have ended by themselves. */
    while (waitpid(-1, NULL, file ? 0 : WNOHANG) > 0)
        ;
    if (file)
        fclose(file);
}

/* In the runner, after the test's process has ended, however it did. */
static void show_log(void)
{
    const char *text = read_log();

    kill_children();
    if (*text)
        (void)!write(stderr_fd, text, strlen(text));
    remove_all(dir_of_test);
    arena_done(&texts);
}

static void begin_test(void)
{
    if (chdir(dir_of_test) < 0 || dup2(log_fd, STDERR_FILENO) < 0)
        abort();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    setenv("TMPDIR", dir_of_test, 1);
    setenv("SNPED_LOG_PREFIX", "1", 1);
    before = clean_take(getpid(), dir_of_test);
}

static void end_test(void)
{
    const char *text = read_log();

    fflush(NULL);
    clean_after(before, getpid(), dir_of_test);
    ck_assert_msg(waitpid(-1, NULL, WNOHANG) < 0, "the test left a child process");
    logs_check(&logs, text, "the test");
    if (logs_only(text) && ftruncate(log_fd, 0) < 0)
        abort();
    dup2(stderr_fd, STDERR_FILENO);
    clean_free(before);
    before = NULL;
    logs = (struct logs){0};
    arena_done(&texts);
}

static void init_runner(void)
{
    log_fd = memfd_create("log", MFD_CLOEXEC);
    stderr_fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
    n_skipped =
        mmap(NULL, sizeof(*n_skipped), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    /* Appending, so that a test and its children never write over each other. */
    if (n_skipped == MAP_FAILED || fcntl(log_fd, F_SETFL, O_APPEND) < 0 || stderr_fd < 0)
        abort();
    prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int suite_run(const char *file, const TTest *const tests[], size_t n_tests, unsigned int timeout_s,
              void (*prepare)(void))
{
    Suite *suite = suite_create(file);
    SRunner *runner = srunner_create(suite);
    int n_failed;

    if (prepare)
        prepare();
    init_runner();
    for (size_t i = 0; i < n_tests; i++) {
        TCase *tcase = tcase_create(tests[i]->name);

        tcase_set_timeout(tcase, timeout_s);
        tcase_add_unchecked_fixture(tcase, make_dir, show_log);
        tcase_add_checked_fixture(tcase, begin_test, end_test);
        tcase_add_test(tcase, tests[i]);
        suite_add_tcase(suite, tcase);
    }
    srunner_run_all(runner, CK_NORMAL);
    n_failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    if (*n_skipped)
        printf("SKIPPED %u of %zu tests of %s\n", *n_skipped, n_tests, file);
    return n_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
