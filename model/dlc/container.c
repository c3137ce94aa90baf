#include "model/dlc/container.h"

#include <string.h>

#include "base/base.h"
#include "base/error.h"

#define VERSION_OLDEST  2
#define VERSION_WRITTEN 3

const unsigned char container_header[CONTAINER_HEADER_SIZE] = {0xd5, 0x0a, VERSION_WRITTEN};

/* Who wrote the versions that we do not read, and what to do about it. */
static const struct {
    uint16_t version;
    const char *advice;
} others[] = {
    {1, "(before SNPE 1.19) cannot be read: convert the model again with one of our converters"},
    {4, "(SNPE 2, newer than this program) cannot be read: convert the model again with one of "
        "our converters, or with SNPE 1.19 to 1.68"},
};

static int refuse_version(uint16_t version, uint16_t minor, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_SIZE(others); i++)
        if (others[i].version == version)
            return fail(fault, E_DLC_VERSION, "container version %u.%u %s", version, minor,
                        others[i].advice);
    return fail(fault, E_DLC_VERSION,
                "container version %u.%u is none that is known; versions 2 and 3 can be read",
                version, minor);
}

/* Checks the record's header and takes it off. */
static int open_record(const struct zip_entry *entry, struct container_record *ret,
                       uint16_t *ret_version, struct fault *fault)
{
    const unsigned char *p = entry->base;
    uint16_t version;

    if (entry->size < CONTAINER_HEADER_SIZE || p[0] != container_header[0] ||
        p[1] != container_header[1])
        return fail(fault, E_DLC_RECORD,
                    "record %s, byte 0: no header D5 0A; the file is no DLC or is damaged",
                    entry->name);
    version = (uint16_t)(p[2] | p[3] << 8);
    if (version < VERSION_OLDEST || version > VERSION_WRITTEN)
        return refuse_version(version, (uint16_t)(p[4] | p[5] << 8), fault);
    *ret_version = version;
    ret->base = p + CONTAINER_HEADER_SIZE;
    ret->size = entry->size - CONTAINER_HEADER_SIZE;
    return 0;
}

static int open_params(const struct zip_entry *entry, struct container *container,
                       struct fault *fault)
{
    uint16_t version = 0;
    int r = open_record(entry, &container->params, &version, fault);

    if (r == 0 && version != container->version)
        return fail(fault, E_DLC_RECORD, "record %s is of version %u, record %s of version %u",
                    entry->name, version, CONTAINER_MODEL, container->version);
    return r;
}

static int open_records(struct container *container, struct fault *fault)
{
    const struct zip_entry *model = zip_find(&container->zip, CONTAINER_MODEL);
    const struct zip_entry *params = zip_find(&container->zip, CONTAINER_PARAMS);
    const struct zip_entry *metadata = zip_find(&container->zip, CONTAINER_METADATA);
    int r;

    if (!model)
        return fail(fault, E_DLC_RECORD,
                    "the archive has no record named %s: it is a ZIP file, but no DLC",
                    CONTAINER_MODEL);
    r = open_record(model, &container->model, &container->version, fault);
    if (r == 0 && params)
        r = open_params(params, container, fault);
    if (metadata)
        container->metadata = (struct container_record){metadata->base, metadata->size};
    return r;
}

int container_open(const void *bytes, size_t size, struct container *ret, struct fault *fault)
{
    struct container container = {0};
    int r = zip_read(bytes, size, &container.zip, fault);

    if (r < 0)
        return r;
    r = open_records(&container, fault);
    if (r < 0) {
        container_close(&container);
        return r;
    }
    *ret = container;
    return 0;
}

void container_close(struct container *container)
{
    zip_done(&container->zip);
    *container = (struct container){0};
}

bool container_is_read(const struct zip_entry *entry)
{
    return strcmp(entry->name, CONTAINER_METADATA) == 0 ||
           strcmp(entry->name, CONTAINER_MODEL) == 0 || strcmp(entry->name, CONTAINER_PARAMS) == 0;
}
