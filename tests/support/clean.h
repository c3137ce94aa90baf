#pragma once
/*
 * Clean after: what a process holds that must be the same afterwards as before. Open file
 * descriptors by what they are open on, shared and file-backed mappings (no libraries) by name and
 * bytes, threads, children, and the files of one directory. Used by the suite on every test and by
 * tests on the processes they start.
 */
#include <sys/types.h>

struct clean;

/* What process PID holds now; DIR is the directory that counts as its own, or NULL. */
struct clean *clean_take(pid_t pid, const char *dir);
void clean_free(struct clean *clean); /* NULL is fine */

/*
 * Fails the test with one line for each thing of which there is more or less than BEFORE. For what
 * another process lets go of, and for a joined thread to be gone, there is no event: it looks again
 * for up to a second before it fails.
 */
void clean_after(const struct clean *before, pid_t pid, const char *dir);
