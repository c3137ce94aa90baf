#include "protocol/messages.h"

#include <string.h>

#include "base/base.h"
#include "protocol/event.h"
#include "protocol/fields.h"

/* clang-format off */
#define STRUCT(name, help) static const struct field rows_##name[] = {
#define ROW(name, member, what, need, ...)                                                         \
    {.key = #member, .key_size = sizeof(#member) - 1, .type = what, .required = need,              \
     .at = offsetof(struct name, member), __VA_ARGS__},
#define FIELD(name, member, what, need, unit, help) ROW(name, member, FIELD_##what, need)
#define NAMES(name, member, counter, limit, need, help)                                            \
    ROW(name, member, FIELD_NAMES, need, .counter_at = offsetof(struct name, counter),             \
        .most = limit)
#define PART(name, member, part, need, help)                                                       \
    ROW(name, member, FIELD_PART, need, .of = &fields_##part)
#define LIST(name, member, counter, limit, item, need, help)                                       \
    ROW(name, member, FIELD_LIST, need, .counter_at = offsetof(struct name, counter),              \
        .most = limit, .of = &fields_##item)
#define END(name)                                                                                  \
    };                                                                                             \
    _Static_assert(ARRAY_SIZE(rows_##name) <= FIELDS_MAX, "one bit for each row");                 \
    static const struct fields fields_##name = {#name, rows_##name, ARRAY_SIZE(rows_##name),       \
                                                sizeof(struct name)};
#define REQUIRED true
#define OPTIONAL false
#define EVENT(...)
#include "protocol/messages.def"
#include "protocol/events.def"
#undef STRUCT
#undef FIELD
#undef NAMES
#undef PART
#undef LIST
#undef END
#undef REQUIRED
#undef OPTIONAL

/* The same rows again: a member is of the C type that its row's type is read into. */
#define SAME(place, type, why) _Static_assert(_Generic((place), type: true, default: false), why);
#define TYPE_NAME struct text
#define TYPE_TEXT struct text
#define TYPE_BOOL bool
#define TYPE_U32  uint32_t
#define TYPE_U64  uint64_t
#define TYPE_I32  int32_t
#define TYPE_F64  double
#define TYPE_DIMS struct shape
#define STRUCT(name, help)
#define FIELD(name, member, what, need, unit, help)                                                \
    SAME(((struct name *)0)->member, TYPE_##what, #name "." #member)
#define ITEMS(name, member, counter, limit, type)                                                  \
    SAME(((struct name *)0)->member[0], type, #name "." #member)                                   \
    SAME(((struct name *)0)->counter, uint32_t, #name "." #counter)                                \
    _Static_assert(ARRAY_SIZE(((struct name *)0)->member) == (limit), #name "." #member);
#define NAMES(name, member, counter, limit, need, help)                                            \
    ITEMS(name, member, counter, limit, struct text)
#define PART(name, member, part, need, help)                                                       \
    SAME(((struct name *)0)->member, struct part, #name "." #member)                               \
    _Static_assert(need, "a part has no default");
#define LIST(name, member, counter, limit, item, need, help)                                       \
    ITEMS(name, member, counter, limit, struct item)
#define END(name)
#define REQUIRED true
#define OPTIONAL false
#define EVENT(...)
#include "protocol/messages.def"
#include "protocol/events.def"

#define MESSAGE(name)                                                                              \
    int pack_##name(const struct name *message, struct buf *out)                                   \
    {                                                                                              \
        return fields_pack(&fields_##name, message, out);                                          \
    }                                                                                              \
    int unpack_##name(const void *map, size_t size, struct name *ret, struct fault *fault)         \
    {                                                                                              \
        return fields_unpack(&fields_##name, map, size, ret, fault);                               \
    }
#define METHOD(id, number, name, params, result, fds, flags, text) MESSAGE(params) MESSAGE(result)
#include "protocol/methods.def"
MESSAGE(error_result)
MESSAGE(event)
/* clang-format on */

bool message_is_error(const void *map, size_t size)
{
    struct unpack unpack = {map, (const uint8_t *)map + size};
    struct slice key;
    uint32_t n;

    if (unpack_map(&unpack, &n) < 0)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        if (unpack_str(&unpack, &key) < 0)
            return false;
        if (key.size == 5 && memcmp(key.base, "error", 5) == 0)
            return true;
        if (unpack_skip(&unpack) < 0)
            return false;
    }
    return false;
}
