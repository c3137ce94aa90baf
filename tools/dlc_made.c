#include "tools/dlc_made.h"

#include <errno.h>

#include "model/dlc/dlc.h"

int dlc_made_check(const struct file_new *file, struct fault *fault)
{
    _cleanup_(file_map_done) struct file_map map = {0};
    struct fault inner = {""};
    int r = file_new_map(file, &map, fault);

    if (r < 0)
        return r;
    r = dlc_check(map.base, map.size, &inner);
    if (r == 0 || r == -ENOMEM)
        return r;
    return fail(fault, r, "the container that was made cannot be read: %.190s", inner.text);
}
