#include "daemon/loader.h"

static struct loader_task *next_task(struct loader *loader)
{
    struct list *link;

    pthread_mutex_lock(&loader->mutex);
    while (list_empty(&loader->tasks) && !loader->stopping)
        pthread_cond_wait(&loader->wake, &loader->mutex);
    link = list_pop(&loader->tasks);
    pthread_mutex_unlock(&loader->mutex);
    return link ? list_entry(link, struct loader_task, link) : NULL;
}

static void *loader_main(void *context)
{
    struct loader *loader = context;
    struct loader_task *task;

    pthread_setname_np(pthread_self(), "loader");
    while ((task = next_task(loader)))
        task->run(task);
    return NULL;
}

int loader_start(struct loader *loader)
{
    int r;

    list_init(&loader->tasks);
    pthread_mutex_init(&loader->mutex, NULL);
    pthread_cond_init(&loader->wake, NULL);
    loader->stopping = false;
    r = pthread_create(&loader->thread, NULL, loader_main, loader);
    if (r == 0)
        return 0;
    pthread_cond_destroy(&loader->wake);
    pthread_mutex_destroy(&loader->mutex);
    return -r;
}

void loader_post(struct loader *loader, struct loader_task *task)
{
    pthread_mutex_lock(&loader->mutex);
    list_append(&loader->tasks, &task->link);
    pthread_mutex_unlock(&loader->mutex);
    pthread_cond_signal(&loader->wake);
}

void loader_stop(struct loader *loader)
{
    pthread_mutex_lock(&loader->mutex);
    loader->stopping = true;
    pthread_cond_signal(&loader->wake);
    pthread_mutex_unlock(&loader->mutex);
    pthread_join(loader->thread, NULL);
    pthread_cond_destroy(&loader->wake);
    pthread_mutex_destroy(&loader->mutex);
}
