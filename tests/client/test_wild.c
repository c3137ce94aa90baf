/* Daemons that do not keep to the protocol, or are slow: a call ends, with a code and a sentence.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "tests/client/made.h"

static struct fake fake;
static struct snpe_client *client;
static float x[FAKE_WIDTH], y[FAKE_WIDTH];
static const float made_tail[FAKE_WIDTH] = {0.5f}; /* of answers that the tests make */
static const struct snpe_input in = {"x", x, NULL, 0, sizeof(x), {0}};
static const struct snpe_output out = {"y", y, NULL, 0, sizeof(y), {0}};

static void begin(fake_hook hook, void *context)
{
    fake.hook = hook;
    fake.context = context;
    fake_start(&fake, "sock");
    client = made_client(&fake);
}

static void end(void)
{
    snpe_client_free(client);
    fake_end(&fake);
}

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

/* The whole frame that answers HEAD with MAP and TAIL, as bytes; MAP is freed. */
static size_t bytes_of(const struct frame *head, struct buf *map, const void *tail,
                       size_t tail_size, unsigned char *bytes, size_t most)
{
    size_t tail_at = FRAME_HEADER_SIZE + map->size;
    struct frame frame = {FRAME_REPLY, .method = head->method, .serial = head->serial};

    if (tail)
        tail_at = (tail_at + 63) / 64 * 64;
    ck_assert_uint_le(tail_at + tail_size, most);
    memset(bytes, 0, tail_at);
    memcpy(bytes + FRAME_HEADER_SIZE, map->base, map->size);
    if (tail)
        memcpy(bytes + tail_at, tail, tail_size);
    frame.size = (uint32_t)(tail_at + tail_size - FRAME_HEADER_SIZE);
    frame_encode(&frame, bytes);
    buf_done(map);
    return tail_at + tail_size;
}

struct cut {
    uint16_t method;
    size_t size; /* bytes of the answer that are sent */
    size_t whole;
    bool padded; /* all of them, but the header promises more: then silence */
};

/* Answers the method with the first bytes of a right answer, then hangs up. */
static bool cut_answer(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct cut *cut = context;
    unsigned char bytes[1024];
    struct buf map = {0};

    if (frame->head.method != cut->method)
        return false;
    if (cut->method == METHOD_RUN) {
        const struct run_result result = {
            .outputs[0] = {.name = text_of("y"), .size = sizeof(y)}, .n_outputs = 1, .run_us = 1};

        ck_assert_int_eq(pack_run_result(&result, &map), 0);
        cut->whole =
            bytes_of(&frame->head, &map, made_tail, sizeof(made_tail), bytes, sizeof(bytes));
    } else {
        const struct hello_result result = {
            .version = 1, .daemon = text_of("f"), .frame_most = 4096};

        ck_assert_int_eq(pack_hello_result(&result, &map), 0);
        cut->whole = bytes_of(&frame->head, &map, NULL, 0, bytes, sizeof(bytes));
    }
    ck_assert_uint_lt(cut->size, cut->whole);
    fake_raw(conn, bytes, cut->size);
    fake_close(conn);
    return true;
}

START_TEST(an_answer_cut_at_any_byte_is_a_lost_connection)
{
    struct cut cut = {.method = METHOD_RUN, .whole = 1};
    struct snpe_network *echo;

    begin(NULL, NULL);
    echo = made_network(client, "echo");
    fake_script(&fake, cut_answer, &cut);
    for (size_t size = 0; size < cut.whole; size++) {
        uint32_t n_before = fake_count(&fake, METHOD_RUN);

        fake_pause(&fake);
        cut.size = size;
        fake_resume(&fake);
        ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL), SNPE_E_DISCONNECTED,
                          "closed the connection");
        ck_assert_uint_eq(fake_count(&fake, METHOD_RUN), n_before + 2); /* once again */
    }
    ck_assert_uint_ge(cut.whole, 128);
    end();
}
END_TEST

START_TEST(a_hello_cut_at_any_byte_is_no_daemon)
{
    struct cut cut = {.method = METHOD_HELLO, .whole = 1};

    begin(cut_answer, &cut);
    for (size_t size = 0; size < cut.whole; size++) {
        fake_pause(&fake);
        cut.size = size;
        fake_resume(&fake);
        ck_assert_refused(client, snpe_ping(client), SNPE_E_DISCONNECTED,
                          "instead of saying hello");
    }
    end();
}
END_TEST

static bool hang_up(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)frame;
    (void)context;
    fake_raw(conn, "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", 47);
    return true;
}

START_TEST(what_is_no_daemon_of_ours_is_named_so)
{
    begin(hang_up, NULL);
    ck_assert_refused(client, snpe_ping(client), SNPE_E_BAD_FRAME, "is not snped");
    end();
}
END_TEST

static bool other_version(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    const struct hello_result result = {.version = 7, .daemon = text_of("9.0"), .frame_most = 4096};
    struct buf map = {0};

    (void)context;
    ck_assert_int_eq(pack_hello_result(&result, &map), 0);
    fake_reply(conn, &frame->head, &map, NULL, 0);
    return true;
}

static bool refuse_version(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)context;
    fake_error(conn, &frame->head, E_VERSION, "this daemon speaks versions 3 to 4, upgrade");
    return true;
}

START_TEST(another_version_is_said_by_either_side)
{
    begin(other_version, NULL);
    ck_assert_refused(client, snpe_ping(client), SNPE_E_VERSION, "wants version 7");
    fake_script(&fake, refuse_version, NULL);
    ck_assert_refused(client, snpe_ping(client), SNPE_E_VERSION, "versions 3 to 4, upgrade");
    end();
}
END_TEST

enum mischief {
    WRONG_SERIAL,
    WRONG_METHOD,
    A_CALL,
    GARBAGE,
    MAP_OF_GARBAGE,
    OUT_OF_TAIL,
    FAR_OUT_OF_TAIL,
    WRONG_SIZE,
    NO_OUTPUT,
    TWICE,
    UNKNOWN_OUTPUT,
    POSITIVE_ERROR,
    WILD_ERROR,
    _MISCHIEF_MAX,
};

static void answer_places(struct fake_conn *conn, const struct frame *head, enum mischief mischief)
{
    struct run_result result = {
        .outputs[0] = {.name = text_of("y"), .size = sizeof(y)}, .n_outputs = 1, .run_us = 1};
    const struct wire_part part = {made_tail, sizeof(made_tail)};
    struct buf map = {0};

    if (mischief == OUT_OF_TAIL)
        result.outputs[0].offset = 64;
    if (mischief == FAR_OUT_OF_TAIL)
        result.outputs[0].offset = UINT64_MAX - 63;
    if (mischief == WRONG_SIZE)
        result.outputs[0].size = 32;
    if (mischief == NO_OUTPUT)
        result.n_outputs = 0;
    if (mischief == TWICE)
        result.outputs[result.n_outputs++] = result.outputs[0];
    if (mischief == UNKNOWN_OUTPUT)
        result.outputs[0].name = text_of("z");
    ck_assert_int_eq(pack_run_result(&result, &map), 0);
    fake_reply(conn, head, &map, &part, 1);
}

static bool misbehave(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    enum mischief mischief = *(enum mischief *)context;
    struct frame head = frame->head;
    unsigned char bytes[FRAME_HEADER_SIZE + 4] = {0};
    struct buf map = {0};

    if (frame->head.method != METHOD_RUN)
        return false;
    switch (mischief) {
    case WRONG_SERIAL:
        head.serial += 1000;
        answer_places(conn, &head, mischief);
        break;
    case WRONG_METHOD:
        head.method = METHOD_PING;
        answer_places(conn, &head, mischief);
        break;
    case A_CALL:
    case MAP_OF_GARBAGE:
        head.kind = mischief == A_CALL ? FRAME_CALL : FRAME_REPLY;
        head.n_fds = 0;
        head.size = 4;
        frame_encode(&head, bytes);
        memcpy(bytes + FRAME_HEADER_SIZE, mischief == A_CALL ? "\x81\xa1x\x00" : "\xc1\xc1\xc1\xc1",
               4);
        fake_raw(conn, bytes, sizeof(bytes));
        break;
    case GARBAGE:
        fake_raw(conn, "this is no frame at all", 23);
        break;
    case POSITIVE_ERROR:
    case WILD_ERROR:
        ck_assert_int_eq(
            pack_error_result(&(struct error_result){.error = text_of("x"),
                                                     .code = mischief == WILD_ERROR ? INT32_MIN : 5,
                                                     .message = text_of("m")},
                              &map),
            0);
        fake_reply(conn, &head, &map, NULL, 0);
        break;
    default:
        answer_places(conn, &head, mischief);
    }
    return true;
}

START_TEST(whatever_a_daemon_answers_the_call_ends_and_the_next_one_works)
{
    struct snpe_network *echo;

    begin(NULL, NULL);
    echo = made_network(client, "echo");
    for (enum mischief mischief = 0; mischief < _MISCHIEF_MAX; mischief++) {
        memset(y, 0x55, sizeof(y));
        fake_script(&fake, misbehave, &mischief);
        ck_assert_msg(snpe_run(echo, &in, 1, &out, 1, NULL, NULL) == SNPE_E_BAD_FRAME,
                      "mischief %d: %s", mischief, snpe_last_error(client));
        fake_script(&fake, NULL, NULL);
        made_numbers(x, FAKE_WIDTH, (float)mischief);
        ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
        ck_assert_mem_eq(x, y, sizeof(y));
    }
    end();
}
END_TEST

static bool bell(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)context;
    if (frame->head.method == METHOD_PING)
        fake_error(conn, &frame->head, E_DENIED, "no\x1b[31m\x07 such\nright");
    return frame->head.method == METHOD_PING;
}

START_TEST(a_sentence_cannot_drive_a_terminal)
{
    begin(bell, NULL);
    ck_assert_int_eq(snpe_ping(client), SNPE_E_DENIED);
    ck_assert_str_eq(snpe_last_error(client), "no [31m  such right");
    end();
}
END_TEST

/* Answers what it kept when the next call comes. */
struct late {
    uint16_t method;
    bool kept;
    struct frame head;
    struct fake_conn *conn;
};

static bool answer_late(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct late *late = context;

    if (frame->head.method == late->method && !late->kept) {
        late->kept = true;
        late->head = frame->head;
        return true;
    }
    if (late->kept && frame->head.method == METHOD_PING) {
        answer_places(conn, &late->head, _MISCHIEF_MAX);
        late->kept = false;
        late->method = 0;
    }
    return false;
}

START_TEST(an_answer_after_the_timeout_touches_nothing)
{
    const struct snpe_run_options soon = {.size = sizeof(soon), .timeout_ms = 20};
    struct late late = {.method = METHOD_RUN};
    struct snpe_counters counters;
    struct snpe_network *echo;

    begin(NULL, NULL);
    echo = made_network(client, "echo");
    fake_script(&fake, answer_late, &late);
    made_numbers(x, FAKE_WIDTH, 3);
    memset(y, 0, sizeof(y));
    ck_assert_refused(client, snpe_run(echo, &in, 1, &out, 1, &soon, NULL), SNPE_E_TIMEOUT,
                      "run: no answer came in time");
    ck_assert_ok(client, snpe_ping(client));
    for (int i = 0; i < FAKE_WIDTH; i++)
        ck_assert_float_eq(y[i], 0);
    snpe_get_counters(client, &counters);
    ck_assert_uint_eq(counters.late, 1);
    ck_assert_uint_eq(fake_count(&fake, METHOD_CANCEL), 1);
    ck_assert_ok(client, snpe_run(echo, &in, 1, &out, 1, NULL, NULL));
    ck_assert_mem_eq(x, y, sizeof(y));
    end();
}
END_TEST

static bool silent(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    (void)conn;
    return frame->head.method == *(const uint16_t *)context;
}

START_TEST(silence_ends_with_the_timeout)
{
    const struct snpe_load_options soon = {.size = sizeof(soon), .timeout_ms = 20};
    struct snpe_client_options options = {.size = sizeof(options), .call_ms = 20};
    struct snpe_network *network = NULL;
    uint16_t method = METHOD_HELLO;

    begin(silent, &method);
    snpe_client_free(client);
    options.socket = fake.path;
    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    ck_assert_refused(client, snpe_ping(client), SNPE_E_TIMEOUT, "did not say hello in time");
    fake_pause(&fake);
    method = METHOD_LOAD;
    fake_resume(&fake);
    ck_assert_refused(client, snpe_load(client, "echo", &soon, &network), SNPE_E_TIMEOUT,
                      "'load' in time");
    fake_pause(&fake);
    method = METHOD_STATS;
    fake_resume(&fake);
    ck_assert_refused(client, snpe_stats(client, (struct snpe_daemon_stats *[]){NULL}),
                      SNPE_E_TIMEOUT, "stats: no answer came in time");
    ck_assert_ok(client, snpe_ping(client));
    end();
}
END_TEST

/* A LOAD that is answered when nobody waits for it any more. */
static bool load_late(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    struct late *late = context;
    const struct load_result result = {
        .network = 9,
        .name = text_of("echo"),
        .digest = text_of("00"),
        .runtime = text_of("cpu"),
    };
    struct buf map = {0};

    if (frame->head.method == METHOD_LOAD && !late->kept) {
        late->kept = true;
        late->head = frame->head;
        return true;
    }
    if (frame->head.method == METHOD_UNLOAD) {
        ck_assert_int_eq(pack_unload_result(&(struct unload_result){0}, &map), 0);
        fake_reply(conn, &frame->head, &map, NULL, 0);
        return true;
    }
    if (frame->head.method == METHOD_PING && late->kept) {
        ck_assert_int_eq(pack_load_result(&result, &map), 0);
        fake_reply(conn, &late->head, &map, NULL, 0);
        late->kept = false;
    }
    return false;
}

START_TEST(a_network_that_comes_too_late_is_given_back)
{
    const struct snpe_load_options soon = {.size = sizeof(soon), .timeout_ms = 20};
    struct snpe_network *network = NULL;
    struct late late = {0};

    begin(load_late, &late);
    ck_assert_int_eq(snpe_load(client, "echo", &soon, &network), SNPE_E_TIMEOUT);
    ck_assert_ok(client, snpe_ping(client));
    ck_assert_ok(client, snpe_ping(client));
    ck_assert_uint_eq(fake_count(&fake, METHOD_UNLOAD), 1);
    end();
}
END_TEST

/* Sends an fd with an answer, which no call of ours asks for. */
static bool give_fd(struct fake_conn *conn, struct wire_frame *frame, void *context)
{
    const struct frame head = {FRAME_REPLY, .method = METHOD_PING, .n_fds = 1,
                               .serial = frame->head.serial};
    struct buf map = {0};
    int fd;

    (void)context;
    if (frame->head.method != METHOD_PING)
        return false;
    fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(pack_ping_result(&(struct ping_result){0}, &map), 0);
    ck_assert_int_eq(wire_send(conn->wire, &head, map.base, map.size, NULL, 0, &fd), 0);
    buf_done(&map);
    close(fd);
    return true;
}

START_TEST(fds_that_nobody_asked_for_are_closed)
{
    begin(give_fd, NULL);
    for (int i = 0; i < 20; i++)
        ck_assert_ok(client, snpe_ping(client));
    end(); /* the suite counts fds */
}
END_TEST

SUITE(an_answer_cut_at_any_byte_is_a_lost_connection, a_hello_cut_at_any_byte_is_no_daemon,
      what_is_no_daemon_of_ours_is_named_so, another_version_is_said_by_either_side,
      whatever_a_daemon_answers_the_call_ends_and_the_next_one_works,
      a_sentence_cannot_drive_a_terminal, an_answer_after_the_timeout_touches_nothing,
      silence_ends_with_the_timeout, a_network_that_comes_too_late_is_given_back,
      fds_that_nobody_asked_for_are_closed);
