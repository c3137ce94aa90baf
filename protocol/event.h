#pragma once
/*
 * Events: what the daemon publishes beside calls and replies. They go from the daemon to its
 * publisher, and from there by nanomsg to whoever listens, each as one msgpack map.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "protocol/messages.h"

enum event_kind {
#define STRUCT(...)
#define FIELD(...)
#define END(...)
#define EVENT(id, name, mood, fields, help) EVENT_##id,
#include "protocol/events.def"
#undef STRUCT
#undef FIELD
#undef END
#undef EVENT
    _EVENT_KIND_MAX,
};

enum event_mood { EVENT_GOOD, EVENT_PLAIN, EVENT_BAD };

struct event {
    struct text event; /* the kind's name */
    uint64_t sequence, time_ns, lost;
    struct text model;
    uint64_t generation;
    struct text runtime, device, class;
    uint64_t session, stream, count, bytes, took_us, models, failed;
    struct text error, message;
};

/* Bytes of the largest map: four names and kind, model and error of 255 bytes each, a sentence. */
#define EVENT_SIZE_MAX 2560

struct event_kind_info {
    const char *name;
    enum event_mood mood;
    const char *fields; /* separated by blanks */
    const char *help;
};
const struct event_kind_info *event_kind_get(enum event_kind kind);
/* _EVENT_KIND_MAX if there is no such kind, as a newer daemon may have it. */
enum event_kind event_kind_find(const char *name, size_t size);

/* As pack_X and unpack_X of messages.h. */
int pack_event(const struct event *event, struct buf *out);
int unpack_event(const void *map, size_t size, struct event *ret, struct fault *fault);
