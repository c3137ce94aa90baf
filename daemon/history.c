#include "daemon/history.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "daemon/session.h"

int history_init(struct history *history, size_t size)
{
    *history = (struct history){.records = calloc(size, sizeof(struct history_record))};
    if (!history->records)
        return -ENOMEM;
    for (size_t i = 0; i < size; i++) /* now, and not page by page while jobs run */
        history->records[i].kind = _HISTORY_MAX;
    history->size = size;
    return 0;
}

void history_done(struct history *history)
{
    free(history->records);
}

const char *history_kind_name(enum history_kind kind)
{
    static const char *const names[] = {
#define HISTORY(id, name, text) [HISTORY_##id] = name,
#include "daemon/history.def"
#undef HISTORY
    };

    return names[kind];
}

struct history_record *history_add(struct history *history, enum history_kind kind)
{
    struct history_record *record = &history->records[history->n++ % history->size];

    *record = (struct history_record){.kind = kind};
    return record;
}

uint64_t history_first(const struct history *history)
{
    return history->n > history->size ? history->n - history->size : 0;
}

const struct history_record *history_get(const struct history *history, uint64_t n)
{
    return &history->records[n % history->size];
}

const struct history_record *history_find_job(const struct history *history, uint64_t job)
{
    for (uint64_t n = history->n; n > history_first(history); n--) {
        const struct history_record *record = history_get(history, n - 1);

        if (record->kind == HISTORY_JOB && record->job == job)
            return record;
    }
    return NULL;
}

void history_copy_name(char *to, size_t size, const char *from)
{
    size_t n = 0;

    while (from[n]) {
        size_t more = utf8_size(from + n) ? utf8_size(from + n) : 1;

        if (n + more >= size)
            break;
        n += more;
    }
    memcpy(to, from, n);
    to[n] = 0;
}

void owner_of(const struct session *session, struct owner *ret)
{
    *ret = (struct owner){.session = session ? session->number : 0,
                          .uid = session ? session->peer.uid : getuid()};
    history_copy_name(ret->name, sizeof(ret->name), session ? session->name : "");
}
