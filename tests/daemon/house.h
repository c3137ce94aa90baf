#pragma once
/* A snped of the test's own, on a socket in the private directory. */
#include "tests/support/proc.h"

struct house {
    struct proc *proc;
    const char *socket;
};

/*
 * Starts the daemon with SETTINGS as its snped.conf, and the socket and the folders models and
 * models.d of the private directory; returns when it says READY=1.
 */
void house_open(struct house *house, const char *settings);
/* The same, but does not wait; ENV as in struct proc_spec. */
void house_begin(struct house *house, const char *settings);
void house_begin_with(struct house *house, const char *settings, const char *const *env);

/* SIGTERM, a clean end, and the files gone. */
void house_close(struct house *house);
/* The files alone, when the daemon has ended by itself. */
void house_tidy(void);
