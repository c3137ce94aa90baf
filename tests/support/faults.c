#include "tests/support/faults.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "tests/support/faultlib/faultlib.h"
#include "tests/support/proc.h"

#define ASAN_STATUS 99 /* told apart from a program's own 1 */
#define TSAN_STATUS 66
#define N_ENV       24

struct faults {
    const char *program; /* its path */
    const char *site;    /* NULL: none fails */
    bool from, listing;
    struct fault_control *control;
};

#ifdef __SANITIZE_THREAD__
#define WITH_TSAN true
#else
#define WITH_TSAN false
#endif

bool faults_work(void)
{
    if (WITH_TSAN)
        suite_skip("ThreadSanitizer wants to be the first to see an allocation");
    return !WITH_TSAN;
}

struct faults *faults_new(const char *program)
{
    struct faults *faults = calloc(1, sizeof(*faults));
    struct fault_control zero = {0};
    int fd;

    ck_assert_ptr_nonnull(faults);
    faults->program = program;
    suite_write(suite_path("control"), &zero, sizeof(zero));
    fd = open(suite_path("control"), O_RDWR | O_CLOEXEC);
    faults->control = mmap(NULL, sizeof(zero), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(faults->control, MAP_FAILED);
    close(fd);
    return faults;
}

void faults_free(struct faults *faults)
{
    munmap(faults->control, sizeof(*faults->control));
    suite_remove("control");
    free(faults);
}

static const char *asan_options(void)
{
    const char *old = getenv("ASAN_OPTIONS");

    return suite_text(
        "ASAN_OPTIONS=%s:verify_asan_link_order=0:allocator_may_return_null=1:exitcode=%d",
        old ? old : "", ASAN_STATUS);
}

const char *const *faults_env(const struct faults *faults, const char *const *more)
{
    const char *env[N_ENV] = {
        suite_text("LD_PRELOAD=%s", suite_helper("libfault.so")),
        suite_text("SNPED_FAULT_PROGRAM=%s", strrchr(faults->program, '/') + 1),
        suite_text("SNPED_FAULT_CONTROL=%s", suite_path("control")),
        asan_options(),
    };
    size_t n = 4;

    if (faults->listing)
        env[n++] = suite_text("SNPED_FAULT_LIST=%s", suite_path("sites"));
    if (faults->site)
        env[n++] = suite_text("SNPED_FAULT_SITE=%s", faults->site);
    if (faults->from)
        env[n++] = "SNPED_FAULT_MODE=from";
    for (; more && *more && n < N_ENV - 1; more++)
        env[n++] = *more;
    ck_assert_msg(!more || !*more, "too many variables");
    return (const char *const *)suite_copy(env, sizeof(env));
}

uint64_t faults_made(const struct faults *faults)
{
    return atomic_load(&faults->control->n_made);
}

uint64_t faults_failed(const struct faults *faults)
{
    return atomic_load(&faults->control->n_failed);
}

void faults_rest(struct faults *faults)
{
    atomic_store(&faults->control->resting, 1);
}

bool faults_expected(const struct faults *faults)
{
    return faults->site != NULL;
}

int faults_end(struct faults *faults, struct proc *proc)
{
    int status = proc_wait(proc);
    const char *err = proc_err(proc);

    if (!faults_expected(faults)) {
        proc_finish(proc, 0);
        return 0;
    }
    if (status < 0 || status == ASAN_STATUS || status == TSAN_STATUS ||
        strstr(err, "runtime error:"))
        ck_abort_msg("the program broke (%d): %s", status, err);
    ck_assert_msg(status == 0 || *err, "the program ended with %d and without a word", status);
    proc_ignore_log(proc);
    proc_finish(proc, status);
    return status;
}

/* One site in one mode: a line of the list. */
struct round {
    const char *line; /* NULL: nothing fails */
    bool from, failed;
    pid_t pid;
};

struct rounds {
    const char *program;
    faults_life life;
    void *context;
    struct round *all;
    size_t n, n_never;
    unsigned int *never_failed; /* shared with the rounds' processes */
};

/* In the round's own process, which ends with the life or at the check that failed. */
static void live(const struct rounds *rounds, const struct round *round)
{
    struct faults *faults = faults_new(rounds->program);

    faults->listing = !round->line;
    faults->from = round->from;
    if (round->line)
        faults->site = suite_text("%.16s", round->line);
    rounds->life(rounds->context, faults);
    if (round->line && faults_failed(faults) == 0)
        __atomic_fetch_add(rounds->never_failed, 1, __ATOMIC_RELAXED);
    faults_free(faults);
    fflush(NULL);
    _exit(0);
}

static const char *dir_of(const struct rounds *rounds, const struct round *round)
{
    return suite_text("round-%zu", (size_t)(round - rounds->all));
}

static void start(const struct rounds *rounds, struct round *round)
{
    const char *dir = dir_of(rounds, round);

    fflush(NULL);
    round->pid = fork();
    ck_assert_int_ge(round->pid, 0);
    if (round->pid == 0) {
        suite_enter_dir(dir);
        live(rounds, round);
    }
}

static struct round *find_round(const struct rounds *rounds, pid_t pid)
{
    for (size_t i = 0; i < rounds->n; i++)
        if (rounds->all[i].pid == pid)
            return &rounds->all[i];
    return NULL;
}

/* What a round that failed has left is this process's child too, and is reaped on the way. */
static void finish_one(const struct rounds *rounds)
{
    struct round *round;
    int status;

    do {
        pid_t pid = waitpid(-1, &status, 0);

        ck_assert_int_gt(pid, 0);
        round = find_round(rounds, pid);
    } while (!round);
    round->failed = status != 0;
    if (round->line)
        suite_remove(dir_of(rounds, round));
}

static size_t number_of(const char *variable, size_t otherwise)
{
    const char *text = getenv(variable);
    size_t n = text ? strtoul(text, NULL, 10) : 0;

    return n ? n : otherwise;
}

/* Where a return address "MODULE+0xOFFSET" of the program itself lies: one before it is the call.
 */
static const char *place_of(const char *program, const char *frame)
{
    unsigned long offset = strtoul(strchr(frame, '+') + 1, NULL, 16);
    struct proc *proc;
    const char *place;

    if (strncmp(frame, "-+", 2) != 0)
        return suite_text("%.*s", (int)strcspn(frame, " "), frame);
    proc = proc_start_args("addr2line", "-pfse", program, suite_text("0x%lx", offset - 1), NULL);
    place = proc_wait(proc) == 0 ? proc_out(proc) : frame;
    proc_finish(proc, proc_wait(proc));
    return suite_text("%.*s", (int)strcspn(place, "\n"), place);
}

static void describe(const struct rounds *rounds, const struct round *round)
{
    const char *frame = strchr(round->line + 17, ' ');

    fprintf(stderr, "%.16s fails%s:\n", round->line, round->from ? " and all after it" : "");
    for (; frame; frame = strchr(frame + 1, ' '))
        fprintf(stderr, "    %s\n", place_of(rounds->program, frame + 1));
}

static void run(struct rounds *rounds, size_t first)
{
    size_t n_jobs = number_of("SNPED_FAULT_JOBS", 2), n_failed = 0, under_way = 0;

    for (size_t i = first; i < rounds->n; i++) {
        if (under_way++ >= n_jobs) {
            finish_one(rounds);
            under_way--;
        }
        start(rounds, &rounds->all[i]);
    }
    for (; under_way; under_way--)
        finish_one(rounds);
    for (size_t i = first; i < rounds->n; i++) {
        if (rounds->all[i].failed && rounds->all[i].line && n_failed < 10)
            describe(rounds, &rounds->all[i]);
        n_failed += rounds->all[i].failed;
    }
    ck_assert_msg(n_failed == 0, "%zu of %zu rounds failed", n_failed, rounds->n - first);
}

static void add(struct rounds *rounds, const char *line, bool from)
{
    struct round *more = realloc(rounds->all, (rounds->n + 1) * sizeof(*more));

    ck_assert_ptr_nonnull(more);
    rounds->all = more;
    more[rounds->n++] = (struct round){.line = line, .from = from};
}

static bool is_known(const struct rounds *rounds, const char *line)
{
    for (size_t i = 0; i < rounds->n; i++)
        if (rounds->all[i].line && strncmp(rounds->all[i].line, line, 16) == 0)
            return true;
    return false;
}

/* The sites that the first rounds met: threads do not meet the same ones each time. */
static void read_sites(struct rounds *rounds, size_t n_lists)
{
    for (size_t i = 0; i < n_lists; i++) {
        const char *dir = dir_of(rounds, &rounds->all[i]);
        char *text = suite_read(suite_path(suite_text("%s/sites", dir)), NULL), *rest = text, *line;

        while ((line = strsep(&rest, "\n")) && *line)
            if (!is_known(rounds, line))
                add(rounds, suite_text("%s", line), false);
        free(text);
        suite_remove(dir);
    }
}

static void choose(struct rounds *rounds, size_t n_lists)
{
    size_t every = number_of("SNPED_FAULT_EVERY", 1), n = n_lists;

    for (size_t i = n_lists; i < rounds->n; i += every)
        rounds->all[n++] = rounds->all[i];
    rounds->n = n;
    for (size_t i = n_lists; i < n; i++)
        add(rounds, rounds->all[i].line, true);
}

void faults_all(const char *program, faults_life life, void *context)
{
    enum { N_LISTS = 2 };
    struct rounds rounds = {.program = program, .life = life, .context = context};

    rounds.never_failed = mmap(NULL, sizeof(*rounds.never_failed), PROT_READ | PROT_WRITE,
                               MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    ck_assert_ptr_ne(rounds.never_failed, MAP_FAILED);
    for (int i = 0; i < N_LISTS; i++)
        add(&rounds, NULL, false);
    run(&rounds, 0);
    read_sites(&rounds, N_LISTS);
    ck_assert_msg(rounds.n > N_LISTS, "%s allocated nothing: was it built for this?", program);
    choose(&rounds, N_LISTS);
    run(&rounds, N_LISTS);
    printf("FAULTS %s: %zu sites, once and for good; %u of %zu rounds did not meet theirs\n",
           strrchr(program, '/') + 1, (rounds.n - N_LISTS) / 2, *rounds.never_failed,
           rounds.n - N_LISTS);
    munmap(rounds.never_failed, sizeof(*rounds.never_failed));
    free(rounds.all);
}

static struct fault_control *control_here; /* NULL: not preloaded */

static struct fault_control *find_control(void)
{
    struct fault_control *(*get)(void);

    *(void **)&get = dlsym(RTLD_DEFAULT, "fault_control");
    return get ? get() : NULL;
}

void faults_preload(void)
{
    char *argv[] = {program_invocation_name, NULL};
    const char *options = asan_options();

    control_here = find_control();
    if (control_here)
        unsetenv("LD_PRELOAD"); /* not for the programs that tests start */
    if (control_here || WITH_TSAN)
        return;
    setenv("LD_PRELOAD", suite_helper("libfault.so"), 1);
    setenv("ASAN_OPTIONS", strchr(options, '=') + 1, 1);
    execv("/proc/self/exe", argv);
    abort();
}

uint64_t faults_made_here(void)
{
    /* A check that holds allocates too. */
    if (!control_here)
        ck_abort_msg("the suite is not SUITE_WITH_FAULTS");
    return atomic_load(&control_here->n_made);
}

/* STEP with its N-th allocation failing; false: it made fewer. */
static bool fail_nth(struct fault_control *control, long long n, faults_step step, void *context)
{
    long long live = atomic_load(&control->n_live);
    bool failed;
    int r;

    atomic_store(&control->countdown, n);
    r = step(context);
    failed = atomic_exchange(&control->countdown, 0) == 0;
    if (!failed)
        ck_assert_msg(r == 0, "with all the memory it wants the step says %d", r);
    else
        ck_assert_msg(r == -ENOMEM || r == 1, "allocation %lld fails and the step says %d", n, r);
    live = atomic_load(&control->n_live) - live;
#ifndef __SANITIZE_ADDRESS__ /* it looks for leaks itself, and hides some allocations from us */
    ck_assert_msg(live == 0, "allocation %lld fails and %lld pieces are not freed", n, live);
#endif
    return failed;
}

void faults_each(faults_step step, void *context)
{
    if (!faults_work())
        return;
    ck_assert_msg(control_here, "the suite is not SUITE_WITH_FAULTS");
    ck_assert_int_eq(step(context), 0); /* what is made once and kept is made now */
    for (long long n = 1; fail_nth(control_here, n, step, context); n++)
        ck_assert_msg(n < 1000000, "the step never ends to allocate");
}
