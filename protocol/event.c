#include "protocol/event.h"

#include <string.h>

static const struct event_kind_info kinds[] = {
#define STRUCT(...)
#define FIELD(...)
#define END(...)
#define EVENT(id, name, mood, fields, help) [EVENT_##id] = {name, EVENT_##mood, fields, help},
#include "protocol/events.def"
#undef EVENT
};

const struct event_kind_info *event_kind_get(enum event_kind kind)
{
    return &kinds[kind];
}

enum event_kind event_kind_find(const char *name, size_t size)
{
    for (int i = 0; i < _EVENT_KIND_MAX; i++)
        if (strlen(kinds[i].name) == size && memcmp(kinds[i].name, name, size) == 0)
            return i;
    return _EVENT_KIND_MAX;
}
