#pragma once
/* How many files the daemon may have open at a time. */
#include "base/fault.h"

struct server;

/*
 * Limits the process to as many file descriptors as the sessions of the settings need, or the
 * sessions to what the process may have.
 *
 * The loop keeps a table as long as the highest file descriptor that it watches, and aborts the
 * process when that cannot grow. So it is grown once, before anybody depends on us. 0, -errno.
 */
int fds_grow_table(struct server *server, struct fault *fault);
