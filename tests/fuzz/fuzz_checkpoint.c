/* NEEDS: convert model base */
/* The index of a checkpoint, of any bytes: a list of variables or a sentence. */
#include <stdlib.h>
#include <string.h>

#include "convert/tensorflow/checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct checkpoint checkpoint;
    struct arena arena = {0};
    struct fault fault = {""};
    int r = checkpoint_read(data, size, &arena, &checkpoint, &fault);
    const struct checkpoint_entry *entries = checkpoint.entries.base;

    if (r < 0 && !*fault.text)
        abort();
    for (uint32_t i = 0; r == 0 && i < checkpoint.entries.n; i++)
        if (checkpoint_find(&checkpoint, entries[i].name) != &entries[i])
            abort();
    checkpoint_done(&checkpoint);
    arena_done(&arena);
    return 0;
}
