#pragma once
/*
 * What the service manager is told: that the daemon starts, with what, that it is ready, stops,
 * and, again and again, that it is alive: the loop, which says so, and the lanes, as far as they
 * can be helped (wedge.h).
 */
#include <stdint.h>

#include <uv.h>

struct wedge;

struct watchdog {
    uv_timer_t timer;
    const struct wedge *wedge;
};

/* Beats in half the time that the service manager allows; nothing if it allows any. */
int watchdog_start(struct watchdog *watchdog, uv_loop_t *loop);

void notify_starting(const char *what); /* and asks for more time */
void notify_ready(const char *status);
void notify_reloading(uint64_t now_us); /* ended by notify_ready */
void notify_stopping(void);
