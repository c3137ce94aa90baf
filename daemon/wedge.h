#pragma once
/*
 * Lanes that do not come back. While jobs are under way the loop looks at each lane's run: one that
 * takes longer than three times what 999 of 1000 runs of its network took, and longer than [daemon]
 * watchdog_floor, is stuck. Its job is answered E_DEVICE_LOST and left to its thread with all that
 * it holds: slot, bindings, plan, regions. The device goes the way of a lost one (recovery.h), with
 * another lane in the place of the stuck one.
 *
 * There is at most one such thread in the process: a second one stays where it is, and the service
 * manager is told nothing until one of them comes back, so that it restarts the daemon. The loop's
 * thread only.
 */
#include <stdbool.h>
#include <stdint.h>

#include <uv.h>

struct server;

struct wedge {
    struct server *server;
    uv_timer_t timer;
    bool given_up;   /* a thread is */
    bool owed;       /* another could not be started in its place yet */
    bool hopeless;   /* and yet another is stuck */
    uint32_t number; /* of the lane that is owed, */
    int device;      /* and whose */
};

/* 0, or the loop's error. */
int wedge_init(struct wedge *wedge, struct server *server);
/* A job is under way. */
void wedge_on_job(struct wedge *wedge);
