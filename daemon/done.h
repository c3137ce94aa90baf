#pragma once
/*
 * What the loader and the lanes hand back to the loop. Wake-ups merge, so each takes the whole
 * list; posting neither allocates nor blocks.
 */
#include <pthread.h>
#include <stdint.h>

#include <uv.h>

#include "base/list.h"

struct done_item {
    struct list link;
    void (*on_done)(struct done_item *item); /* on the loop; may free the item */
};

struct done {
    pthread_mutex_t mutex;
    struct list items;
    uv_async_t async;
    uint64_t n_drained; /* items handed out; the loop's */
};

int done_init(struct done *done, uv_loop_t *loop); /* 0 or -errno */
/* Any thread. */
void done_post(struct done *done, struct done_item *item);
/* On the loop: hands out what is there now, as a wake-up would. */
void done_drain(struct done *done);
void done_free(struct done *done); /* after the loop has closed its handle */
