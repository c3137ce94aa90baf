#include "tests/support/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/clock.h"
#include "tests/support/clean.h"
#include "tests/support/logs.h"
#include "tests/support/suite.h"

#define PIPE_SIZE   (1 << 20)
#define ORPHANS_MAX 4

/* One of the program's outputs, or its notifications; those are separated by line ends too. */
struct stream {
    int fd;
    struct buf text;
    size_t seen; /* where the next search begins */
};

enum { OUT, ERR, NOTIFY, N_STREAMS };

struct proc {
    pid_t pid;
    int pid_fd, status;
    bool ended, ignore_log;
    pid_t orphans[ORPHANS_MAX]; /* children of one that was killed: ours from then on */
    size_t n_orphans;
    const char *name;
    struct stream streams[N_STREAMS];
    struct logs logs;
    struct clean *before;
};

static void close_stream(struct stream *stream)
{
    if (stream->fd >= 0)
        close(stream->fd);
    stream->fd = -1;
}

static void append(struct stream *stream, const char *from, size_t size)
{
    ck_assert_int_eq(buf_append(&stream->text, from, size), 0);
}

/* Everything that is there now. */
static void drain(struct stream *stream, bool is_notify)
{
    char part[16384];
    ssize_t n;

    while (stream->fd >= 0 && (n = read(stream->fd, part, sizeof(part))) != 0) {
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return;
        append(stream, part, (size_t)n);
        if (is_notify)
            append(stream, "\n", 1);
    }
    close_stream(stream);
}

static void drain_all(struct proc *proc)
{
    for (int i = 0; i < N_STREAMS; i++)
        drain(&proc->streams[i], i == NOTIFY);
}

static const char *text_of(const struct stream *stream)
{
    return stream->text.size ? suite_text("%.*s", (int)stream->text.size, stream->text.base) : "";
}

static void show(const struct proc *proc)
{
    fprintf(stderr, "--- %s wrote:\n%s%s---\n", proc->name, text_of(&proc->streams[OUT]),
            text_of(&proc->streams[ERR]));
}

static void note_end(struct proc *proc)
{
    int status;

    ck_assert_int_eq(waitpid(proc->pid, &status, 0), proc->pid);
    proc->status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    proc->ended = true;
    drain_all(proc);
}

static bool has_ended(const struct proc *proc)
{
    siginfo_t info = {0};

    return waitid(P_PID, (id_t)proc->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid;
}

/* Waits until something happens: output, a notification, the end. False: patience ran out. */
static bool pump(struct proc *proc, uint64_t until_ns)
{
    struct pollfd polls[N_STREAMS + 1];
    uint64_t now_ns = clock_now_ns(&clock_monotonic);
    int ms = now_ns < until_ns ? (int)((until_ns - now_ns) / 1000000) : 0;

    for (int i = 0; i < N_STREAMS; i++)
        polls[i] = (struct pollfd){.fd = proc->streams[i].fd, .events = POLLIN};
    polls[N_STREAMS] = (struct pollfd){.fd = proc->pid_fd, .events = POLLIN};
    /* Valgrind knows no pidfds: there we look. */
    if (poll(polls, N_STREAMS + 1, proc->pid_fd < 0 && ms ? 1 : ms) == 0 && ms == 0)
        return false;
    drain_all(proc);
    if (has_ended(proc))
        note_end(proc);
    return true;
}

static uint64_t patience(void)
{
    return clock_now_ns(&clock_monotonic) + PROC_PATIENCE_S * 1000000000ull;
}

/* The next whole line with TEXT in it; NULL: not yet. What is left of a dead program is a line. */
static const char *find_line(struct stream *stream, const char *text, bool ended)
{
    while (stream->seen < stream->text.size) {
        const char *line = (const char *)stream->text.base + stream->seen;
        size_t left = stream->text.size - stream->seen;
        const char *end = memchr(line, '\n', left);
        size_t length = end ? (size_t)(end - line) : left;

        if (!end && !ended)
            return NULL;
        stream->seen += length + (end != NULL);
        if (memmem(line, length, text, strlen(text)))
            return suite_text("%.*s", (int)length, line);
    }
    return NULL;
}

/* NULL if the program ends without the line. */
static const char *wait_line_or_end(struct proc *proc, int which, const char *text)
{
    uint64_t until_ns = patience();
    const char *line;

    while (!(line = find_line(&proc->streams[which], text, proc->ended)) && !proc->ended) {
        if (pump(proc, until_ns))
            continue;
        show(proc);
        ck_abort_msg("%s goes on without \"%s\"", proc->name, text);
    }
    return line;
}

static const char *wait_line(struct proc *proc, int which, const char *text)
{
    const char *line = wait_line_or_end(proc, which, text);

    if (!line) {
        show(proc);
        ck_abort_msg("%s ended without \"%s\"", proc->name, text);
    }
    return line;
}

const char *proc_wait_out(struct proc *proc, const char *text)
{
    return wait_line(proc, OUT, text);
}

const char *proc_wait_err(struct proc *proc, const char *text)
{
    return wait_line(proc, ERR, text);
}

const char *proc_wait_out_or_end(struct proc *proc, const char *text)
{
    const char *line = wait_line_or_end(proc, OUT, text);

    return line ? line : "";
}

void proc_wait_notify(struct proc *proc, const char *state)
{
    (void)wait_line(proc, NOTIFY, state);
}

bool proc_wait_notify_or_end(struct proc *proc, const char *state)
{
    return wait_line_or_end(proc, NOTIFY, state);
}

int proc_wait(struct proc *proc)
{
    uint64_t until_ns = patience();

    while (!proc->ended) {
        if (pump(proc, until_ns))
            continue;
        show(proc);
        ck_abort_msg("%s does not end", proc->name);
    }
    return proc->status;
}

const char *proc_out(struct proc *proc)
{
    drain_all(proc);
    return text_of(&proc->streams[OUT]);
}

const char *proc_err(struct proc *proc)
{
    drain_all(proc);
    return text_of(&proc->streams[ERR]);
}

pid_t proc_pid(const struct proc *proc)
{
    return proc->pid;
}

static void note_orphans(struct proc *proc)
{
    FILE *file = fopen(suite_text("/proc/%d/task/%d/children", proc->pid, proc->pid), "re");
    int pid;

    while (file && proc->n_orphans < ORPHANS_MAX && fscanf(file, "%d", &pid) == 1)
        proc->orphans[proc->n_orphans++] = pid;
    if (file)
        fclose(file);
}

void proc_signal(struct proc *proc, int signal)
{
    if (signal == SIGKILL && !proc->ended)
        note_orphans(proc);
    if (!proc->ended)
        ck_assert_int_eq(kill(proc->pid, signal), 0);
}

void proc_expect_log(struct proc *proc, const char *text)
{
    logs_expect(&proc->logs, suite_text("%s", text));
}

void proc_ignore_log(struct proc *proc)
{
    proc->ignore_log = true;
}

void proc_note(struct proc *proc)
{
    clean_free(proc->before);
    proc->before = clean_take(proc->pid, NULL);
}

void proc_clean_after(struct proc *proc)
{
    clean_after(proc->before, proc->pid, NULL);
}

void proc_finish(struct proc *proc, int status)
{
    if (proc_wait(proc) != status) {
        show(proc);
        ck_abort_msg("%s ended with %d, not %d", proc->name, proc->status, status);
    }
    for (size_t i = 0; i < proc->n_orphans; i++)
        waitpid(proc->orphans[i], NULL, 0);
    if (!proc->ignore_log)
        logs_check(&proc->logs, proc_err(proc), proc->name);
    for (int i = 0; i < N_STREAMS; i++) {
        close_stream(&proc->streams[i]);
        buf_done(&proc->streams[i].text);
    }
    close_fdp(&proc->pid_fd);
    clean_free(proc->before);
    free(proc);
}

/* In the child. The test's own descriptors go; those that are passed were moved out of the way. */
static void place_fds(const struct proc_spec *spec, int out, int err)
{
    int in = spec->stdin_fd ? spec->stdin_fd : open("/dev/null", O_RDONLY | O_CLOEXEC);
    int n = (int)spec->n_fds, high[16];

    for (int i = 0; i < n; i++)
        high[i] = fcntl(spec->fds[i], F_DUPFD_CLOEXEC, 64);
    dup2(in, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    for (int i = 0; i < n; i++)
        dup2(high[i], 3 + i);
    syscall(SYS_close_range, 3 + n, ~0u, 0);
}

static void set_environment(const struct proc_spec *spec, const char *notify_path)
{
    char number[32];

    for (const char *const *env = spec->env; env && *env; env++)
        (void)putenv((char *)(uintptr_t)*env); /* without "=" it takes the variable away */
    if (notify_path)
        setenv("NOTIFY_SOCKET", notify_path, 1);
    if (!spec->n_fds)
        return;
    (void)snprintf(number, sizeof(number), "%d", getpid());
    setenv("LISTEN_PID", number, 1);
    (void)snprintf(number, sizeof(number), "%zu", spec->n_fds);
    setenv("LISTEN_FDS", number, 1);
}

static void __attribute__((noreturn))
become(const struct proc_spec *spec, const char *notify_path, int out, int err)
{
    char *const *argv = (char *const *)(uintptr_t)spec->argv;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    place_fds(spec, out, err);
    set_environment(spec, notify_path);
    if (spec->dir && chdir(spec->dir) < 0)
        _exit(127);
    execvp(argv[0], argv);
    (void)dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static int open_pipe(struct stream *stream)
{
    int ends[2];

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    (void)fcntl(ends[0], F_SETPIPE_SZ, PIPE_SIZE); /* may be less for a user: then it is less */
    stream->fd = ends[0];
    return ends[1];
}

/* In the abstract namespace, so that nothing is left in a directory. */
static const char *open_notify(struct stream *stream)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    socklen_t size = sizeof(address);

    stream->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ck_assert_int_ge(stream->fd, 0);
    ck_assert_int_eq(bind(stream->fd, (struct sockaddr *)&address, sizeof(sa_family_t)), 0);
    ck_assert_int_eq(getsockname(stream->fd, (struct sockaddr *)&address, &size), 0);
    return suite_text("@%.*s", (int)(size - offsetof(struct sockaddr_un, sun_path) - 1),
                      address.sun_path + 1);
}

struct proc *proc_start(const struct proc_spec *spec)
{
    struct proc *proc = calloc(1, sizeof(*proc));
    const char *notify_path = NULL;
    int out, err;

    ck_assert_ptr_nonnull(proc);
    ck_assert_uint_le(spec->n_fds, 16);
    proc->name = suite_text("%s", spec->argv[0]);
    proc->streams[NOTIFY].fd = -1;
    out = open_pipe(&proc->streams[OUT]);
    err = open_pipe(&proc->streams[ERR]);
    if (spec->notify)
        notify_path = open_notify(&proc->streams[NOTIFY]);
    fflush(NULL);
    proc->pid = fork();
    ck_assert_int_ge(proc->pid, 0);
    if (proc->pid == 0)
        become(spec, notify_path, out, err);
    close(out);
    close(err);
    proc->pid_fd = (int)syscall(SYS_pidfd_open, proc->pid, 0);
    return proc;
}

struct proc *proc_start_args(const char *program, ...)
{
    const char *argv[32] = {program};
    va_list args;

    va_start(args, program);
    for (size_t n = 1; n < ARRAY_SIZE(argv) - 1 && (argv[n] = va_arg(args, const char *)); n++)
        ;
    va_end(args);
    return proc_start(&(struct proc_spec){.argv = argv});
}
