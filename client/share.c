#include "client/share.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/sealed.h"
#include "protocol/messages.h"
#include "protocol/method.h"

static int share_send(struct handle *handle, struct call *call)
{
    const struct snpe_region *region = container_of(handle, struct snpe_region, handle);
    const struct region_add_params params = {.size = region->size};
    struct buf *pack = &handle->client->pack;
    int r;

    pack->size = 0;
    r = pack_region_add_params(&params, pack);
    return r < 0 ? r : call_send(call, NULL, 0, region->fd);
}

static int share_on_answer(struct handle *handle, const struct wire_frame *frame,
                           struct fault *fault)
{
    struct region_add_result result;
    int r = unpack_region_add_result(frame->map, frame->map_size, &result, fault);

    if (r < 0)
        return r;
    if (result.region == 0)
        return fail(fault, E_BAD_FRAME, "the daemon gave a region the number 0");
    handle->id = result.region;
    return 0;
}

static void drop(struct snpe_client *client, uint32_t id)
{
    const struct region_drop_params params = {.region = id};

    client->pack.size = 0;
    if (pack_region_drop_params(&params, &client->pack) == 0)
        call_post(client, METHOD_REGION_DROP);
}

static int share_on_late(struct call *call, const struct wire_frame *frame, struct fault *fault)
{
    struct region_add_result result;
    int r = unpack_region_add_result(frame->map, frame->map_size, &result, fault);

    if (r == 0)
        drop(call->client, result.region);
    return r;
}

static const struct handle_ops share_ops = {
    .method = METHOD_REGION_ADD,
    .send = share_send,
    .on_answer = share_on_answer,
    .on_late = share_on_late,
};

void share_free(struct snpe_region *region)
{
    if (!region)
        return;
    if (handle_ready(&region->handle))
        drop(region->handle.client, region->handle.id);
    handle_forget(&region->handle);
    list_remove(&region->spare);
    sealed_unmap(region->base, region->size);
    if (region->fd >= 0)
        close(region->fd);
    free(region);
}

static void share_freep(struct snpe_region **region)
{
    share_free(*region);
}

static struct snpe_region *share_alloc(struct snpe_client *client, size_t size)
{
    struct snpe_region *region = calloc(1, sizeof(*region));

    if (!region)
        return NULL;
    list_init(&region->handle.node);
    list_init(&region->spare);
    region->handle.client = client;
    region->handle.ops = &share_ops;
    region->fd = -1;
    region->size = size;
    return region;
}

int share_new(struct snpe_client *client, size_t size, struct snpe_region **ret)
{
    _cleanup_(share_freep) struct snpe_region *region = share_alloc(client, size);
    int r;

    if (!region)
        return -ENOMEM;
    r = sealed_new("snpe-region", size, &region->fd);
    if (r == 0)
        r = sealed_map(region->fd, size, 1, &region->base);
    if (r < 0)
        return r;
    *ret = take_ptr(region);
    return 0;
}

/* Tells the daemon of TAKE_REGION; it is freed if that fails. */
static int announce(struct snpe_region *take_region, struct snpe_region **ret, struct fault *fault)
{
    _cleanup_(share_freep) struct snpe_region *region = take_region;
    struct snpe_client *client = region->handle.client;
    int r = handle_ensure(&region->handle, client_expiry(client, 0, client->call_ms), fault);

    if (r < 0)
        return r;
    list_append(&client->regions, &region->handle.node);
    *ret = take_ptr(region);
    return 0;
}

int snpe_region_new(struct snpe_client *client, size_t size, struct snpe_region **ret)
{
    struct fault fault = {{0}};
    struct snpe_region *region;
    int r = client_enter(client, &fault);

    if (r == 0 && size == 0)
        r = fail(&fault, -EINVAL, "a region of 0 bytes holds nothing: give its size");
    if (r == 0) {
        r = share_new(client, size, &region);
        if (r < 0)
            (void)fail(&fault, r, "%zu bytes of shared memory cannot be had: %s", size,
                       error_get(r).text);
        else
            r = announce(region, ret, &fault);
    }
    return client_leave(client, r, &fault);
}

static int import(struct snpe_client *client, int fd, size_t size, struct snpe_region **ret,
                  struct fault *fault)
{
    struct snpe_region *region;

    if (size == 0)
        return fail(fault, -EINVAL, "a region of 0 bytes holds nothing: give its size");
    region = share_alloc(client, size);
    if (!region)
        return -ENOMEM;
    region->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (region->fd < 0) {
        int code = errno;

        share_free(region);
        return fail(fault, -code, "fd %d cannot be duplicated: %s", fd, strerror(code));
    }
    return announce(region, ret, fault);
}

int snpe_region_import(struct snpe_client *client, int fd, size_t size, struct snpe_region **ret)
{
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = import(client, fd, size, ret, &fault);
    return client_leave(client, r, &fault);
}

void *snpe_region_base(const struct snpe_region *region)
{
    return region->base;
}

size_t snpe_region_size(const struct snpe_region *region)
{
    return region->size;
}

void snpe_region_free(struct snpe_region *region)
{
    struct snpe_client *client;

    if (!region)
        return;
    client = region->handle.client;
    client_lock(client);
    share_free(region);
    pthread_mutex_unlock(&client->lock);
}
