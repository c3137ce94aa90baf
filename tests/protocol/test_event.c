/* Events on the wire, and the table that they are made of. */
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "protocol/event.h"
#include "tests/support/suite.h"

#define TEXT(words) ((struct text){words, sizeof(words) - 1})

/* Written by hand from the msgpack specification. */
static const uint8_t overload[] = "\x87"
                                  "\xa5"
                                  "event"
                                  "\xa8"
                                  "overload"
                                  "\xa8"
                                  "sequence"
                                  "\xcd\x01\x2c"
                                  "\xa7"
                                  "time_ns"
                                  "\xce\x3b\x9a\xca\x00"
                                  "\xa6"
                                  "device"
                                  "\xa3"
                                  "gpu"
                                  "\xa5"
                                  "class"
                                  "\xa5"
                                  "batch"
                                  "\xa5"
                                  "count"
                                  "\x07"
                                  "\xa5"
                                  "error"
                                  "\xaa"
                                  "queue-full";

START_TEST(an_event_is_one_map_of_what_is_not_empty)
{
    const struct event event = {
        .event = TEXT("overload"),
        .sequence = 300,
        .time_ns = 1000000000,
        .device = TEXT("gpu"),
        .class = TEXT("batch"),
        .count = 7,
        .error = TEXT("queue-full"),
    };
    struct buf map = {0};

    ck_assert_int_eq(pack_event(&event, &map), 0);
    ck_assert_uint_eq(map.size, sizeof(overload) - 1);
    ck_assert_mem_eq(map.base, overload, map.size);
    buf_done(&map);
}
END_TEST

START_TEST(what_an_event_lacks_is_empty_and_what_it_has_beside_is_skipped)
{
    static const uint8_t newer[] = "\x84"
                                   "\xa5"
                                   "event"
                                   "\xa6"
                                   "newest"
                                   "\xa8"
                                   "sequence"
                                   "\x01"
                                   "\xa7"
                                   "time_ns"
                                   "\x02"
                                   "\xa4"
                                   "seen"
                                   "\x92\xc0\x81\x01\x02";
    struct fault fault = {""};
    struct event event;

    memset(&event, 0xa5, sizeof(event));
    ck_assert_int_eq(unpack_event(newer, sizeof(newer) - 1, &event, &fault), 0);
    ck_assert_uint_eq(event.sequence, 1);
    ck_assert_uint_eq(event.lost, 0);
    ck_assert_uint_eq(event.model.size, 0);
    ck_assert_int_eq(event_kind_find(event.event.base, event.event.size), _EVENT_KIND_MAX);
    ck_assert_int_eq(unpack_event(newer, sizeof(newer) - 2, &event, &fault), E_BAD_PARAMS);
    ck_assert_int_eq(unpack_event("\x80", 1, &event, &fault), E_BAD_PARAMS);
    ck_assert_ptr_nonnull(strstr(fault.text, "event"));
}
END_TEST

START_TEST(every_kind_is_found_by_its_name)
{
    for (int i = 0; i < _EVENT_KIND_MAX; i++) {
        const char *name = event_kind_get(i)->name;

        ck_assert_int_eq(event_kind_find(name, strlen(name)), i);
        ck_assert_int_eq(event_kind_find(name, strlen(name) - 1), _EVENT_KIND_MAX);
    }
}
END_TEST

START_TEST(the_largest_event_fits_what_is_set_aside_for_it)
{
    static char name[MESSAGE_NAME_MAX], sentence[sizeof(struct fault) - 1];
    const struct text longest = {name, sizeof(name)};
    struct event event = {.sequence = UINT64_MAX, .time_ns = UINT64_MAX, .lost = UINT64_MAX};
    struct buf map = {0};

    memset(name, 'n', sizeof(name));
    memset(sentence, 's', sizeof(sentence));
    event.event = event.model = event.runtime = event.device = event.class = event.error = longest;
    event.message = (struct text){sentence, sizeof(sentence)};
    event.generation = event.session = event.stream = event.count = event.bytes = event.took_us =
        event.models = event.failed = UINT64_MAX;
    ck_assert_int_eq(pack_event(&event, &map), 0);
    ck_assert_uint_le(map.size, EVENT_SIZE_MAX);
    buf_done(&map);
}
END_TEST

SUITE(an_event_is_one_map_of_what_is_not_empty,
      what_an_event_lacks_is_empty_and_what_it_has_beside_is_skipped,
      every_kind_is_found_by_its_name, the_largest_event_fits_what_is_set_aside_for_it);
