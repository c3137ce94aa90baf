#include "daemon/regions.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/sealed.h"

void regions_init(struct regions *regions)
{
    *regions = (struct regions){.last = 0};
    list_init(&regions->list);
}

static void region_free(struct shared_region *region)
{
    if (!region)
        return;
    sealed_unmap(region->region.base, region->region.size);
    charge_return(&region->count);
    charge_return(&region->bytes);
    free(region);
}
DEFINE_CLEANUP(struct shared_region *, region_free);

static int check_size(const struct region_request *request, struct fault *fault)
{
    size_t holds;
    int r = sealed_check(request->fd, &holds, fault);

    if (r < 0)
        return r;
    if (request->size == 0 || request->size > holds)
        return fail(fault, E_REGION_BOUNDS,
                    "size: %" PRIu64 " bytes of a memory of %zu; a region has at least 1",
                    request->size, holds);
    return 0;
}

int regions_add(struct regions *regions, const struct region_request *request,
                struct account *account, uint32_t *ret_number, struct fault *fault)
{
    _cleanup_(region_freep) struct shared_region *region = calloc(1, sizeof(*region));
    int r = check_size(request, fault);

    if (r < 0)
        return r;
    if (!region)
        return fail(fault, -ENOMEM, "region: out of memory");
    list_init(&region->link);
    r = charge_take(account, QUOTA_REGIONS, 1, &region->count, fault);
    if (r == 0)
        r = charge_take(account, QUOTA_REGION_BYTES, request->size, &region->bytes, fault);
    if (r < 0)
        return r;
    r = sealed_map(request->fd, request->size, 1, &region->region.base);
    if (r < 0)
        return fail(fault, r, "region: its memory cannot be mapped for writing: %s", strerror(-r));
    region->region.id = request->id;
    region->region.fd = -1; /* the mapping keeps the memory; an fd a region would be many */
    region->region.size = request->size;
    region->pins = 1;
    region->number = ++regions->last;
    list_append(&regions->list, &region->link);
    regions->n++;
    regions->bytes += request->size;
    *ret_number = region->number;
    take_ptr(region);
    return 0;
}

static struct shared_region *find(const struct regions *regions, uint32_t number)
{
    list_foreach (it, &regions->list) {
        struct shared_region *region = list_entry(it, struct shared_region, link);

        if (region->number == number)
            return region;
    }
    return NULL;
}

static int no_region(uint32_t number, struct fault *fault)
{
    return fail(fault, E_NO_REGION,
                "region %u is none of this connection's: add it first, or it was dropped", number);
}

int regions_drop(struct regions *regions, uint32_t number, struct fault *fault)
{
    struct shared_region *region = find(regions, number);

    if (!region)
        return no_region(number, fault);
    list_remove(&region->link);
    regions->n--;
    regions->bytes -= region->region.size;
    regions_unpin(region);
    return 0;
}

void regions_drop_all(struct regions *regions)
{
    struct list *link;

    while ((link = list_pop(&regions->list)))
        regions_unpin(list_entry(link, struct shared_region, link));
}

int regions_pin(struct regions *regions, uint32_t number, uint64_t offset, uint64_t size,
                struct shared_region **ret_region, struct span *ret_span, struct fault *fault)
{
    struct shared_region *region = find(regions, number);

    if (!region)
        return no_region(number, fault);
    if (offset % MEM_ALIGN)
        return fail(fault, E_REGION_BOUNDS, "offset %" PRIu64 " is no multiple of %d", offset,
                    MEM_ALIGN);
    if (offset > region->region.size || size > region->region.size - offset)
        return fail(fault, E_REGION_BOUNDS,
                    "%" PRIu64 " bytes from offset %" PRIu64 " end outside region %u of %zu bytes",
                    size, offset, number, region->region.size);
    region->pins++;
    *ret_region = region;
    *ret_span = (struct span){&region->region, NULL, offset, size};
    return 0;
}

void regions_unpin(struct shared_region *region)
{
    if (region && --region->pins == 0)
        region_free(region);
}
