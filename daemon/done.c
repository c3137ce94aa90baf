#include "daemon/done.h"

static void on_async(uv_async_t *async)
{
    done_drain(async->data);
}

int done_init(struct done *done, uv_loop_t *loop)
{
    int r = uv_async_init(loop, &done->async, on_async);

    if (r < 0)
        return r;
    done->async.data = done;
    list_init(&done->items);
    pthread_mutex_init(&done->mutex, NULL);
    return 0;
}

void done_post(struct done *done, struct done_item *item)
{
    bool first;

    pthread_mutex_lock(&done->mutex);
    first = list_empty(&done->items);
    list_append(&done->items, &item->link);
    pthread_mutex_unlock(&done->mutex);
    if (first) /* else a wake-up is under way that will take this one too */
        uv_async_send(&done->async);
}

void done_drain(struct done *done)
{
    struct list items, *link;

    list_init(&items);
    pthread_mutex_lock(&done->mutex);
    list_splice(&items, &done->items);
    pthread_mutex_unlock(&done->mutex);
    while ((link = list_pop(&items))) {
        struct done_item *item = list_entry(link, struct done_item, link);

        done->n_drained++;
        item->on_done(item);
    }
}

void done_free(struct done *done)
{
    pthread_mutex_destroy(&done->mutex);
}
