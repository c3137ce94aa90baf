#pragma once
/*
 * A program that a test runs beside itself: started, listened to, ended, and held to the same rules
 * as the test (suite.h). Nothing sleeps: the test waits for a line, a notification or the end, at
 * most PROC_PATIENCE_S, after which it fails and shows what the program wrote. All of it is killed
 * with the test. Two pipes of 1 MiB hold what the program writes until the test looks.
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define PROC_PATIENCE_S 30

struct proc;

struct proc_spec {
    const char *const *argv; /* argv[0] is found by PATH if it has no slash; NULL at the end */
    const char *const *env;  /* beside what the test has: "NAME=value", or "NAME" to take it away */
    const char *dir;         /* working directory; NULL: the test's */
    const int *fds;          /* become 3, 4, ... with LISTEN_FDS and LISTEN_PID, as systemd does */
    size_t n_fds;
    bool notify;  /* give it a NOTIFY_SOCKET for proc_wait_notify */
    int stdin_fd; /* 0: /dev/null; stays the caller's */
};

/* Never NULL: the test fails instead. Ended by proc_finish. */
struct proc *proc_start(const struct proc_spec *spec);
struct proc *proc_start_args(const char *program, ...)
    __attribute__((sentinel)); /* no more than that */

pid_t proc_pid(const struct proc *proc);

/*
 * The next line of stdout or stderr, behind those that earlier calls returned, with TEXT in it. The
 * line, without its end, lives until the test ends. The test fails if the program ends without it.
 */
const char *proc_wait_out(struct proc *proc, const char *text);
const char *proc_wait_err(struct proc *proc, const char *text);
const char *proc_wait_out_or_end(struct proc *proc, const char *text); /* "" if it ends without */

/*
 * Waits for a state that the program tells the service manager: "READY=1". The second form is false
 * if the program ends without.
 */
void proc_wait_notify(struct proc *proc, const char *state);
bool proc_wait_notify_or_end(struct proc *proc, const char *state);

/* Waits for the end: the exit code, or the negative number of the signal. May be called again. */
int proc_wait(struct proc *proc);

/* All that came by now, or after proc_wait all there is; until the test ends. */
const char *proc_out(struct proc *proc);
const char *proc_err(struct proc *proc);

void proc_signal(struct proc *proc, int signal);

/* Announces a line at warning or above on its stderr, as expect_log does for the test's own. */
void proc_expect_log(struct proc *proc, const char *text);

/* Whatever it logs is fine. */
void proc_ignore_log(struct proc *proc);

/*
 * Notes what the program holds now (clean.h), and later fails the test if it then holds more or
 * less: around any visit of a client, for instance.
 */
void proc_note(struct proc *proc);
void proc_clean_after(struct proc *proc);

/*
 * Waits for the end, checks that it is STATUS (as proc_wait has it) and that nothing unexpected was
 * logged, and frees PROC. If proc_signal killed it, waits for what it had started, too. To stop a
 * daemon: proc_signal(SIGTERM) first.
 */
void proc_finish(struct proc *proc, int status);
