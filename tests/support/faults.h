#pragma once
/*
 * Allocations that are counted and made to fail, with faultlib/ preloaded.
 *
 * In another program: write its LIFE, a function that starts it by proc.h with faults_env(), does
 * with it all there is to do, and ends it by faults_end(). faults_all() lives it once to learn the
 * sites that allocate, then once more for each site and mode, and fails the test if any round does:
 *
 *     static void life(void *context, struct faults *faults)
 *     {
 *         const char *argv[] = {suite_bin("snped"), "--socket", suite_path("s"), NULL};
 *         struct proc *daemon = proc_start(
 *             &(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL), .notify = 1});
 *
 *         if (!proc_wait_notify_or_end(daemon, "READY=1")) {
 *             faults_end(faults, daemon);     it may end before READY, with a sentence
 *             return;
 *         }
 *         ... a request: it succeeds or is E_NOMEM ...
 *         faults_rest(faults);                memory is back
 *         ... the next request must succeed ...
 *         proc_signal(daemon, SIGTERM);
 *         faults_end(faults, daemon);
 *     }
 *
 * Each round has a process and a private directory of its own; SNPED_FAULT_JOBS (2) go on at once.
 * SNPED_FAULT_EVERY=K takes each K-th site only.
 *
 * To assert that nothing allocates between two points of another program's life, start it with the
 * environment of a faults_new() and compare faults_made().
 *
 * In the test itself: see faults_each().
 *
 * Under AddressSanitizer all of it works but for what its library allocates itself (strdup), under
 * ThreadSanitizer none does: faults_work() is false.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tests/support/suite.h"

struct faults;
struct proc;

bool faults_work(void); /* if not, says SKIP; the test then returns */

/* PROGRAM is the file of the program that is meant, whoever starts it. Nothing fails in it. */
struct faults *faults_new(const char *program);
void faults_free(struct faults *faults);

/* For proc_spec.env; MORE is added, or NULL. Lives until the test ends. */
const char *const *faults_env(const struct faults *faults, const char *const *more);

uint64_t faults_made(const struct faults *faults);   /* allocations, on all threads, by now */
uint64_t faults_failed(const struct faults *faults); /* how many of them were refused */
void faults_rest(struct faults *faults);             /* from now on nothing fails */

/* Is this a round in which something fails? In the others all must go well. */
bool faults_expected(const struct faults *faults);

/*
 * Waits for the end of PROC and frees it. The test fails if it was killed by a signal or a
 * sanitizer had something to say; if it ended with another status than 0 without a word on stderr;
 * and, if nothing was made to fail, for any other status or unexpected log line. Returns the
 * status.
 */
int faults_end(struct faults *faults, struct proc *proc);

typedef void (*faults_life)(void *context, struct faults *faults);
void faults_all(const char *program, faults_life life, void *context);

/*
 * Runs STEP with its first allocation failing, then with its second, and so on until it makes
 * fewer. With a failure STEP must return -ENOMEM, or 1 if it can do without; else 0; and always
 * free what it allocates. It makes no checks of Check's, which allocate too. The suite is then
 * SUITE_WITH_FAULTS, which preloads faultlib/ into the test's own program.
 */
typedef int (*faults_step)(void *context);
void faults_each(faults_step step, void *context);

/* Allocations that this process made by now; for SUITE_WITH_FAULTS. */
uint64_t faults_made_here(void);

void faults_preload(void);
#define SUITE_WITH_FAULTS(...) SUITE_THAT(SUITE_TIMEOUT_S, faults_preload, __VA_ARGS__)
