#include "daemon/watchdog.h"

#include <stdio.h>

#include <systemd/sd-daemon.h>

#include "base/log.h"
#include "daemon/wedge.h"

/* How long one model may take to load before the service manager gives up, told again for each and
 * every few seconds while it loads. */
#define EXTEND_US 60000000

static void on_timer(uv_timer_t *timer)
{
    const struct watchdog *watchdog = timer->data;

    if (!watchdog->wedge->hopeless)
        sd_notify(0, "WATCHDOG=1");
    else
        log_error("watchdog", "a device's lane does not come back from a run: the service manager "
                              "is told nothing until it does");
}

int watchdog_start(struct watchdog *watchdog, uv_loop_t *loop)
{
    uint64_t us = 0;
    int r = uv_timer_init(loop, &watchdog->timer);

    if (r < 0)
        return r;
    watchdog->timer.data = watchdog;
    if (sd_watchdog_enabled(0, &us) <= 0 || us == 0)
        return 0;
    us /= 2;
    return uv_timer_start(&watchdog->timer, on_timer, us / 1000, us / 1000 ? us / 1000 : 1);
}

/* sd_notifyf would ask for memory, and what it cannot send is lost. */
#define NOTICE_SIZE 512

void notify_starting(const char *what)
{
    char text[NOTICE_SIZE];

    snprintf(text, sizeof(text), "STATUS=loading %s\nEXTEND_TIMEOUT_USEC=%d", what, EXTEND_US);
    sd_notify(0, text);
}

void notify_ready(const char *status)
{
    char text[NOTICE_SIZE];

    snprintf(text, sizeof(text), "READY=1\nSTATUS=%s", status);
    sd_notify(0, text);
}

/* The manager takes what comes before the time for older than the reload. */
void notify_reloading(uint64_t now_us)
{
    char text[NOTICE_SIZE];

    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%llu\nSTATUS=reading the settings",
             (unsigned long long)now_us);
    sd_notify(0, text);
}

void notify_stopping(void)
{
    sd_notify(0, "STOPPING=1\nSTATUS=ending what is under way");
}
