#pragma once
/*
 * The index of a checkpoint of version 2 (PREFIX.index): which variable lies where in which of the
 * data files. It is a table of sorted keys as LevelDB writes them, not compressed; the values are
 * protobuf messages (tensor_bundle.proto).
 */
#include "base/fault.h"
#include "convert/tensorflow/graphdef.h"
#include "model/names.h"

#define CHECKPOINT_END 8 /* bytes that say what the file is, at its end */

struct checkpoint_entry {
    const char *name;
    int32_t type; /* enum tf_type */
    struct graphdef_shape shape;
    bool in_slices;    /* in parts, each under a key of its own */
    uint32_t shard;    /* which data file */
    uint64_t at, size; /* where in it */
};

struct checkpoint {
    struct names names;  /* of the entries */
    struct rows entries; /* struct checkpoint_entry */
    uint32_t n_shards;
};

/*
 * Do a file's last CHECKPOINT_END bytes say that it is such a table? An index is one, and so is a
 * whole checkpoint of version 1.
 */
bool checkpoint_is_table(const void *end);

/*
 * Everything is copied into ARENA. 0, or E_CONVERT_SYNTAX with FAULT, E_NOT_BUILT (compressed),
 * E_TOO_LARGE, -ENOMEM; checkpoint_done in any case.
 */
int checkpoint_read(const void *bytes, size_t size, struct arena *arena, struct checkpoint *ret,
                    struct fault *fault);
void checkpoint_done(struct checkpoint *checkpoint);

/* NULL: no such variable. */
const struct checkpoint_entry *checkpoint_find(const struct checkpoint *checkpoint,
                                               const char *name);
