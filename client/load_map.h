#pragma once
/* What a caller wants loaded, as LOAD's map. */
#include "base/buf.h"
#include "base/fault.h"
#include "client/snpe-client.h"

/* 0, -EINVAL with a sentence (too many of something, a name that is too long), or -ENOMEM. */
int load_map_pack(const char *name, const struct snpe_load_options *options, struct buf *out,
                  struct fault *fault);
