/* NEEDS: protocol base */
/*
 * The first byte picks a message, the rest is its map. What is read can be written, and what was
 * written reads and writes to the same bytes again; what is refused says so in a sentence.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/buf.h"
#include "base/error.h"
#include "protocol/messages.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MESSAGE(name)                                                                              \
    static int any_pack_##name(const void *message, struct buf *out)                               \
    {                                                                                              \
        return pack_##name(message, out);                                                          \
    }                                                                                              \
    static int any_unpack_##name(const void *map, size_t size, void *ret, struct fault *fault)     \
    {                                                                                              \
        return unpack_##name(map, size, ret, fault);                                               \
    }
#define METHOD(id, number, name, params, result, fds, flags, text) MESSAGE(params) MESSAGE(result)
#include "protocol/methods.def"
MESSAGE(error_result)
#undef MESSAGE

static const struct {
    size_t size;
    int (*pack)(const void *message, struct buf *out);
    int (*unpack)(const void *map, size_t size, void *ret, struct fault *fault);
} messages[] = {
#define MESSAGE(name) {sizeof(struct name), any_pack_##name, any_unpack_##name},
#include "protocol/methods.def"
    MESSAGE(error_result)
#undef MESSAGE
#undef METHOD
};

static void check(int holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    _cleanup_(buf_done) struct buf first = {0}, second = {0};
    struct fault fault = {""};
    void *message;
    size_t i;
    int r;

    if (size < 1)
        return 0;
    i = data[0] % ARRAY_SIZE(messages);
    message = malloc(messages[i].size);
    check(message != NULL);
    memset(message, 0xa5, messages[i].size);
    (void)message_is_error(data + 1, size - 1);
    r = messages[i].unpack(data + 1, size - 1, message, &fault);
    if (r < 0) {
        check(r == E_BAD_PARAMS && fault.text[0] != '\0');
        free(message);
        return 0;
    }
    check(messages[i].pack(message, &first) == 0);
    check(messages[i].unpack(first.base, first.size, message, &fault) == 0);
    check(messages[i].pack(message, &second) == 0);
    check(first.size == second.size && memcmp(first.base, second.base, first.size) == 0);
    free(message);
    return 0;
}
