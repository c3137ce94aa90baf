#pragma once
/*
 * The loader's thread: tasks one after another, in the order they were posted. A task reports back
 * by done_post; what it works on is nobody else's until then.
 */
#include <pthread.h>
#include <stdbool.h>

#include "base/list.h"

struct loader_task {
    struct list link;
    void (*run)(struct loader_task *task); /* on the loader's thread; may free the task */
};

struct loader {
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct list tasks;
    bool stopping;
};

int loader_start(struct loader *loader); /* 0 or -errno */
void loader_post(struct loader *loader, struct loader_task *task);
/* Runs what was posted, then ends the thread. */
void loader_stop(struct loader *loader);
