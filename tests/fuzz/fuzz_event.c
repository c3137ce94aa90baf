/* NEEDS: protocol base */
/*
 * An event as 'snpectl watch' takes it off a socket that anybody may have bound. What is read can
 * be written, and reads and writes to the same bytes again; what is refused says so in a sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/error.h"
#include "protocol/event.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf first = {0}, second = {0};
    struct fault fault = {""};
    struct event event;
    int r = unpack_event(data, size, &event, &fault);

    if (r < 0) {
        check(r == E_BAD_PARAMS && fault.text[0] != '\0');
        return 0;
    }
    check(event_kind_find(event.event.base, event.event.size) <= _EVENT_KIND_MAX);
    check(pack_event(&event, &first) == 0);
    check(unpack_event(first.base, first.size, &event, &fault) == 0);
    check(pack_event(&event, &second) == 0);
    check(first.size == second.size && memcmp(first.base, second.base, first.size) == 0);
    return 0;
}
