#pragma once
/*
 * --validation_target: would a runtime on a processor take the layers of a container? Answered by
 * the runtimes of this program; what they do not know they say.
 */
#include "base/buf.h"
#include "engine/engine.h"

struct convert_target {
    const char *runtime_name, *processor;
    enum runtime runtime;
};

/* 0 and *RET, whose names are the ones given; E_CONVERT_OPTION if one of them is unknown. */
int convert_target_read(const char *runtime, const char *processor, struct convert_target *ret,
                        struct fault *fault);

/*
 * Appends to OUT a line for each layer that TARGET would not take, and for what cannot be asked;
 * *RET_N is the number of lines. 0 or -ENOMEM.
 */
int convert_target_check(const struct convert_target *target, struct engine *engine,
                         struct model *model, struct buf *out, uint32_t *ret_n);
