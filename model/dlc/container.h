#pragma once
/*
 * The records of a container: which version it is, where network and weights begin, what else lies
 * in the archive.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/dlc/zip.h"

#define CONTAINER_METADATA    "dlc.metadata"
#define CONTAINER_MODEL       "model"
#define CONTAINER_PARAMS      "model.params"
#define CONTAINER_HEADER_SIZE 8

/* A record without its header; BASE NULL: it is not there. */
struct container_record {
    const unsigned char *base;
    size_t size;
};

struct container {
    struct zip zip;
    uint16_t version; /* 2 or 3 */
    struct container_record metadata, model, params;
    bool structure; /* for the reader: of constants only what they are is wanted, no numbers */
};

/*
 * BYTES must stay as long as RET. 0, E_DLC_ARCHIVE, E_DLC_RECORD (a record is missing or has no
 * header), E_DLC_VERSION, -ENOMEM.
 */
int container_open(const void *bytes, size_t size, struct container *ret, struct fault *fault);
void container_close(struct container *container); /* a zeroed struct is fine */

/* Is ENTRY one of the records that we read ourselves? */
bool container_is_read(const struct zip_entry *entry);

/* What we write before the payload of a record: version 3. */
extern const unsigned char container_header[CONTAINER_HEADER_SIZE];
