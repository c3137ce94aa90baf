/* The example frames of docs/PROTOCOL.md are what the library puts on a socket. */
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "protocol/messages.h"
#include "protocol/method.h"
#include "tests/protocol/wire_pair.h"

#define TEXT(literal)                                                                              \
    {                                                                                              \
        literal, sizeof(literal) - 1                                                               \
    }

/* The bytes of the block "```hex NAME": lines of an offset, up to 16 pairs of digits, characters.
 */
static void read_example(const char *name, struct buf *ret)
{
    char path[512], line[256], head[64];
    bool inside = false;
    FILE *page;

    snprintf(path, sizeof(path), "%s/docs/PROTOCOL.md", getenv("SNPED_SOURCE"));
    snprintf(head, sizeof(head), "```hex %s\n", name);
    page = fopen(path, "re");
    ck_assert_ptr_nonnull(page);
    while (fgets(line, sizeof(line), page)) {
        if (inside && line[0] == '`')
            break;
        for (size_t i = 0, at = 6; inside && i < 16 && line[at] != ' '; i++, at += 3) {
            uint8_t byte = (uint8_t)strtoul((char[]){line[at], line[at + 1], 0}, NULL, 16);

            ck_assert_int_eq(buf_append(ret, &byte, 1), 0);
        }
        inside = inside || strcmp(line, head) == 0;
    }
    fclose(page);
    ck_assert_uint_gt(ret->size, FRAME_HEADER_SIZE);
}

/* Sends the frame and compares what arrives with the example. */
static void expect(const char *name, const struct frame *head, struct buf *map,
                   const struct wire_part *part)
{
    _cleanup_(buf_done) struct buf example = {0};
    uint8_t bytes[1024];
    struct pair pair;
    ssize_t n;

    read_example(name, &example);
    pair_open(&pair);
    ck_assert_int_eq(wire_send(pair.a, head, map->base, map->size, part, part ? 1 : 0, NULL), 0);
    n = recv(pair.fds[1], bytes, sizeof(bytes), 0);
    ck_assert_int_eq(n, (ssize_t)example.size);
    ck_assert_mem_eq(bytes, example.base, example.size);
    pair_close(&pair);
    buf_done(map);
}

START_TEST(hello_is_as_the_page_shows_it)
{
    const struct frame head = {FRAME_CALL, METHOD_HELLO, .serial = 1};
    const struct hello_params params = {1, 1, TEXT("doc")};
    struct buf map = {0};

    ck_assert_int_eq(pack_hello_params(&params, &map), 0);
    expect("hello", &head, &map, NULL);
}
END_TEST

START_TEST(run_is_as_the_page_shows_it)
{
    static const float input[] = {1, 2, 3};
    const struct frame head = {FRAME_CALL, METHOD_RUN, .serial = 7};
    const struct run_params params = {.network = 1, .inputs = {{.size = 12}}, .n_inputs = 1};
    struct buf map = {0};

    ck_assert_int_eq(pack_run_params(&params, &map), 0);
    expect("run", &head, &map, &(struct wire_part){input, sizeof(input)});
}
END_TEST

START_TEST(its_reply_is_as_the_page_shows_it)
{
    static const float output = 0.5f;
    const struct frame head = {FRAME_REPLY, METHOD_RUN, .serial = 7};
    const struct run_result result = {.outputs = {{.name = TEXT("prob"), .size = 4}},
                                      .n_outputs = 1,
                                      .queue_us = 40,
                                      .run_us = 1500};
    struct buf map = {0};

    ck_assert_int_eq(pack_run_result(&result, &map), 0);
    expect("reply", &head, &map, &(struct wire_part){&output, sizeof(output)});
}
END_TEST

START_TEST(an_error_is_as_the_page_shows_it)
{
    const struct frame head = {FRAME_REPLY, METHOD_RUN, .serial = 8};
    const struct error_info info = error_get(E_DEADLINE);
    const struct error_result error = {.error = TEXT("deadline"),
                                       .code = info.code,
                                       .snpe_code = info.snpe_code,
                                       .message = TEXT("too late")};
    struct buf map = {0};

    ck_assert_int_eq(pack_error_result(&error, &map), 0);
    expect("error", &head, &map, NULL);
}
END_TEST

SUITE(hello_is_as_the_page_shows_it, run_is_as_the_page_shows_it, its_reply_is_as_the_page_shows_it,
      an_error_is_as_the_page_shows_it);
