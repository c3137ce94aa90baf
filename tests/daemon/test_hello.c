/* How a connection begins, and how it ends when the peer breaks the protocol. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "protocol/pack.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

START_TEST(the_first_call_must_be_hello)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_connect(&caller, house.socket);
    ck_assert_refused(&caller, caller_ping(&caller), E_STATE, "ping came before hello");
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(what_follows_a_refused_hello_in_one_breath_is_not_done)
{
    static const struct list_params list = {0};
    struct house house;
    struct caller caller;
    struct buf both = {0};
    struct frame head = {.kind = FRAME_CALL, .method = METHOD_LIST, .serial = 1};
    uint8_t header[FRAME_HEADER_SIZE];

    house_open(&house, "");
    caller_connect(&caller, house.socket);
    ck_assert_int_eq(pack_list_params(&list, &caller.map), 0);
    head.size = (uint32_t)caller.map.size;
    for (; head.serial <= 2; head.serial++) {
        frame_encode(&head, header);
        buf_append(&both, header, sizeof(header));
        buf_append(&both, caller.map.base, caller.map.size);
    }
    caller_send_bytes(&caller, both.base, both.size);
    ck_assert_int_eq(caller_answer(&caller, 1), E_STATE);
    ck_assert(caller_is_closed(&caller));
    buf_done(&both);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(another_version_is_refused_with_both_named)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_connect(&caller, house.socket);
    ck_assert_refused(&caller, caller_hello(&caller, 2, 3), E_VERSION,
                      "speaks version 1 of the protocol, the client 2 to 3");
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    caller_connect(&caller, house.socket);
    ck_assert_answers(&caller, caller_hello(&caller, 0, 9));
    ck_assert_answers(&caller, caller_ping(&caller));
    ck_assert_refused(&caller, caller_hello(&caller, 1, 1), E_STATE, "said already");
    ck_assert_answers(&caller, caller_ping(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_connection_cut_at_any_byte_leaves_nothing)
{
    static const struct hello_params hello = {1, 1, {"cut", 3}};
    const struct frame head = {.kind = FRAME_CALL, .method = METHOD_HELLO, .serial = 1};
    struct house house;
    struct caller caller;
    struct frame whole = head;
    uint8_t bytes[256];
    size_t size;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    proc_note(house.proc);
    ck_assert_int_eq(pack_hello_params(&hello, &caller.map), 0);
    whole.size = (uint32_t)caller.map.size;
    size = FRAME_HEADER_SIZE + caller.map.size;
    ck_assert_uint_le(size, sizeof(bytes));
    frame_encode(&whole, bytes);
    memcpy(bytes + FRAME_HEADER_SIZE, caller.map.base, caller.map.size);
    caller.map.size = 0;
    for (size_t cut = 0; cut <= size; cut++) {
        struct caller guest;

        caller_connect(&guest, house.socket);
        if (cut)
            caller_send_bytes(&guest, bytes, cut);
        caller_close(&guest);
    }
    ck_assert_answers(&caller, caller_ping(&caller));
    proc_clean_after(house.proc);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

/* The first CUT bytes of a frame, with its fd at the first. */
static void send_cut(struct caller *caller, const uint8_t *bytes, size_t cut, int fd)
{
    union {
        struct cmsghdr header;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
                            .cmsg_level = SOL_SOCKET,
                            .cmsg_type = SCM_RIGHTS}};
    struct iovec iov = {(void *)(uintptr_t)bytes, cut};
    struct msghdr message = {.msg_iov = &iov, .msg_iovlen = 1};

    memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
    if (fd >= 0) {
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
    }
    ck_assert_int_eq(sendmsg(caller->fd, &message, MSG_NOSIGNAL), (ssize_t)cut);
}

/* A frame of METHOD with the map in CALLER and TAIL_SIZE bytes behind it; its size. */
static size_t make_frame(struct caller *caller, uint16_t method, uint16_t n_fds, size_t tail_size,
                         uint8_t *out, size_t room)
{
    struct frame head = {.kind = FRAME_CALL, .method = method, .serial = 77, .n_fds = n_fds};
    size_t map = FRAME_HEADER_SIZE + caller->map.size;
    size_t size = tail_size ? (map + 63) / 64 * 64 + tail_size : map;

    ck_assert_uint_le(size, room);
    memset(out, 0, size);
    head.size = (uint32_t)(size - FRAME_HEADER_SIZE);
    frame_encode(&head, out);
    memcpy(out + FRAME_HEADER_SIZE, caller->map.base, caller->map.size);
    caller->map.size = 0;
    return size;
}

static void cut_everywhere(const struct house *house, const uint8_t *bytes, size_t size, int fd)
{
    for (size_t cut = 1; cut < size; cut++) {
        struct caller guest;

        caller_open(&guest, house->socket);
        send_cut(&guest, bytes, cut, fd);
        caller_close(&guest);
    }
}

START_TEST(loads_regions_and_runs_cut_at_any_byte_leave_nothing)
{
    struct run_params run = {.network = 1, .n_inputs = 1};
    const struct region_add_params add = {4096};
    struct house house;
    struct caller caller;
    uint8_t bytes[1024];
    int fd = made_memfd(NULL, 4096, 1);

    house_open(&house, "");
    caller_open(&caller, house.socket);
    proc_note(house.proc);
    caller_pack_load(&caller, &(struct caller_load){.name = "relu", .n = 4});
    cut_everywhere(&house, bytes, make_frame(&caller, METHOD_LOAD, 1, 0, bytes, sizeof(bytes)), fd);
    ck_assert_int_eq(pack_region_add_params(&add, &caller.map), 0);
    cut_everywhere(&house, bytes,
                   make_frame(&caller, METHOD_REGION_ADD, 1, 0, bytes, sizeof(bytes)), fd);
    run.inputs[0].size = 64;
    ck_assert_int_eq(pack_run_params(&run, &caller.map), 0);
    cut_everywhere(&house, bytes, make_frame(&caller, METHOD_RUN, 0, 64, bytes, sizeof(bytes)), -1);
    ck_assert_answers(&caller, caller_ping(&caller));
    proc_clean_after(house.proc);
    close(fd);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_frame_that_comes_byte_by_byte_is_answered)
{
    static const struct hello_params hello = {1, 1, {"slow", 4}};
    struct frame head = {.kind = FRAME_CALL, .method = METHOD_HELLO, .serial = 1};
    uint8_t header[FRAME_HEADER_SIZE];
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_connect(&caller, house.socket);
    ck_assert_int_eq(pack_hello_params(&hello, &caller.map), 0);
    head.size = (uint32_t)caller.map.size;
    frame_encode(&head, header);
    for (size_t i = 0; i < sizeof(header); i++)
        caller_send_bytes(&caller, header + i, 1);
    for (size_t i = 0; i < caller.map.size; i++)
        caller_send_bytes(&caller, caller.map.base + i, 1);
    ck_assert_int_eq(caller_answer(&caller, 1), 0);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(an_unknown_method_is_answered_and_the_connection_goes_on)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_int_eq(pack_map(&caller.map, 0), 0);
    ck_assert_refused(&caller, caller_answer(&caller, caller_send(&caller, 4711, NULL, 0, -1)),
                      E_NO_METHOD, "4711");
    ck_assert_answers(&caller, caller_ping(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(wrong_params_are_answered_by_key)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_int_eq(pack_map(&caller.map, 1), 0);
    ck_assert_int_eq(pack_str(&caller.map, "network", 7), 0);
    ck_assert_int_eq(pack_str(&caller.map, "one", 3), 0);
    ck_assert_refused(&caller,
                      caller_answer(&caller, caller_send(&caller, METHOD_RUN, NULL, 0, -1)),
                      E_BAD_PARAMS, "network");
    ck_assert_answers(&caller, caller_ping(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(an_fd_where_none_belongs_is_refused_and_closed)
{
    struct house house;
    struct caller caller;
    int fd = made_memfd(NULL, 4096, 1);

    house_open(&house, "");
    caller_open(&caller, house.socket);
    proc_note(house.proc);
    ck_assert_int_eq(pack_map(&caller.map, 0), 0);
    ck_assert_refused(&caller,
                      caller_answer(&caller, caller_send(&caller, METHOD_PING, NULL, 0, fd)),
                      E_BAD_PARAMS, "at most 0 file descriptors");
    ck_assert_int_eq(pack_map(&caller.map, 0), 0);
    ck_assert_refused(&caller, caller_answer(&caller, caller_send(&caller, 4711, NULL, 0, fd)),
                      E_NO_METHOD, "4711");
    proc_clean_after(house.proc);
    close(fd);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

static void breaks(struct house *house, const void *bytes, size_t size, const char *words)
{
    struct caller caller;

    caller_open(&caller, house->socket);
    caller_send_bytes(&caller, bytes, size);
    ck_assert(caller_is_closed(&caller));
    proc_wait_err(house->proc, words);
    caller_close(&caller);
}

START_TEST(a_peer_that_breaks_the_protocol_is_closed_with_a_line_in_the_log)
{
    static const char rubbish[] = "GET / HTTP/1.1\r\nHost: snped\r\n\r\n";
    struct frame head = {.kind = FRAME_REPLY, .method = METHOD_PING, .serial = 2, .size = 1};
    uint8_t bytes[FRAME_HEADER_SIZE + 1];
    struct house house;

    house_open(&house, "");
    proc_expect_log(house.proc, "is closed: it ");
    breaks(&house, rubbish, sizeof(rubbish) - 1, "malformed frame");
    frame_encode(&head, bytes);
    bytes[FRAME_HEADER_SIZE] = 0x80;
    breaks(&house, bytes, sizeof(bytes), "a frame that is no call");
    head.kind = FRAME_CALL;
    head.n_fds = 1; /* that do not come */
    frame_encode(&head, bytes);
    breaks(&house, bytes, sizeof(bytes), "malformed frame");
    house_close(&house);
}
END_TEST

START_TEST(a_serial_that_is_in_flight_cannot_be_used_again)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    static const float x[4] = {0};

    house_open(&house, "[runtime skel_a]\noptions = ops=all delay_us=300000\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    proc_expect_log(house.proc, "used the serial of a call that is not answered yet");
    ck_assert_answers(
        &caller,
        caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1, .runtime = "skel_a"},
                    &loaded));
    caller_send_run(&caller, &(struct caller_run){loaded.network, x, sizeof(x), 0, 0, 0, 0, 0, 0});
    caller.serial--;
    caller_send_run(&caller, &(struct caller_run){loaded.network, x, sizeof(x), 0, 0, 0, 0, 0, 0});
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_frame_that_is_too_large_is_answered_by_its_header)
{
    const struct frame head = {
        .kind = FRAME_CALL, .method = METHOD_RUN, .serial = 9, .size = 4u << 20};
    uint8_t header[FRAME_HEADER_SIZE];
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    proc_expect_log(house.proc, "its frame is larger");
    frame_encode(&head, header);
    caller_send_bytes(&caller, header, sizeof(header));
    ck_assert_refused(&caller, caller_answer(&caller, 9), E_TOO_LARGE,
                      "the frame has 4194304 bytes, this daemon takes 1310720");
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(who_does_not_say_hello_is_closed_and_who_did_may_be_silent)
{
    struct house house;
    struct caller caller, silent;

    house_open(&house, "[daemon]\nhello_timeout = 30ms\n");
    caller_open(&caller, house.socket);
    proc_expect_log(house.proc, "did not say hello in time");
    caller_connect(&silent, house.socket);
    ck_assert(caller_is_closed(&silent));
    caller_close(&silent);
    ck_assert_answers(&caller, caller_ping(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

/* Sends pings until the daemon takes no more; how many it was sent whole. */
static uint32_t flood(struct caller *caller)
{
    uint8_t frame[FRAME_HEADER_SIZE + 1];
    struct frame head = {.kind = FRAME_CALL, .method = METHOD_STATS, .size = 1};
    struct pollfd poll_fd = {caller->fd, POLLOUT, 0};

    frame[FRAME_HEADER_SIZE] = 0x80;
    while (poll(&poll_fd, 1, 200) == 1) {
        head.serial = ++caller->serial;
        frame_encode(&head, frame);
        if (send(caller->fd, frame, sizeof(frame), MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
            return head.serial - 1;
    }
    return caller->serial;
}

START_TEST(who_does_not_read_is_not_read_from_and_blocks_nobody)
{
    struct house house;
    struct caller slow, other;
    uint32_t sent;

    house_open(&house, "[daemon]\ninline_most = 64K\n");
    caller_open(&slow, house.socket);
    caller_open(&other, house.socket);
    sent = flood(&slow);
    ck_assert_uint_gt(sent, 100);
    ck_assert_answers(&other, caller_ping(&other));
    for (uint32_t serial = 2; serial <= sent; serial++)
        ck_assert_int_eq(caller_answer(&slow, serial), 0);
    ck_assert_answers(&other, caller_ping(&other));
    caller_close(&slow);
    caller_close(&other);
    house_close(&house);
}
END_TEST

SUITE(the_first_call_must_be_hello, what_follows_a_refused_hello_in_one_breath_is_not_done,
      another_version_is_refused_with_both_named, a_connection_cut_at_any_byte_leaves_nothing,
      loads_regions_and_runs_cut_at_any_byte_leave_nothing,
      a_frame_that_comes_byte_by_byte_is_answered,

      an_unknown_method_is_answered_and_the_connection_goes_on, wrong_params_are_answered_by_key,
      an_fd_where_none_belongs_is_refused_and_closed,
      a_peer_that_breaks_the_protocol_is_closed_with_a_line_in_the_log,
      a_serial_that_is_in_flight_cannot_be_used_again,
      a_frame_that_is_too_large_is_answered_by_its_header,
      who_does_not_say_hello_is_closed_and_who_did_may_be_silent,
      who_does_not_read_is_not_read_from_and_blocks_nobody);
