#include "client/greet.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "client/answer.h"
#include "protocol/messages.h"
#include "protocol/method.h"
#include "protocol/wire.h"

#define HELLO_SERIAL   1
#define RECEIVE_BUDGET (64u << 10)
#define LEAST_FRAME    4096 /* a daemon that takes less than this cannot be spoken to */

void greeting_done(struct greeting *greeting)
{
    wire_free(greeting->wire);
    if (greeting->fd >= 0)
        close(greeting->fd);
    greeting->wire = NULL;
    greeting->fd = -1;
}

static int refused(int code, const char *socket, struct fault *fault)
{
    switch (code) {
    case ENOENT:
    case ECONNREFUSED:
        return fail(fault, E_DISCONNECTED,
                    "no daemon listens at '%.120s': start it with 'systemctl start snped.socket', "
                    "or name its socket in SNPED_SOCKET",
                    socket);
    case EACCES:
        return fail(fault, -EACCES,
                    "this user may not use '%.120s': add it to the socket's group ('usermod -aG "
                    "snpe NAME') and log in again",
                    socket);
    case EAGAIN:
        return fail(fault, -EAGAIN, "'%.120s' has more new clients waiting than it takes", socket);
    default:
        return fail(fault, -code, "'%.120s' cannot be connected to: %s", socket, strerror(code));
    }
}

static int connect_to(const char *path, int *ret, struct fault *fault)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd;

    memcpy(address.sun_path, path, strnlen(path, sizeof(address.sun_path) - 1));
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return fail(fault, -errno, "no socket can be had: %s", strerror(errno));
    if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) < 0) {
        int code = errno;

        close(fd);
        return refused(code, path, fault);
    }
    *ret = fd;
    return 0;
}

static int send_hello(struct wire *wire, const char *name)
{
    const struct hello_params params = {
        .version_least = FRAME_VERSION,
        .version_most = FRAME_VERSION,
        .client = {name, strlen(name)},
    };
    const struct frame head = {FRAME_CALL, .method = METHOD_HELLO, .serial = HELLO_SERIAL};
    struct buf map = {0};
    int r = pack_hello_params(&params, &map);

    if (r == 0)
        r = wire_send(wire, &head, map.base, map.size, NULL, 0, NULL);
    buf_done(&map);
    return r;
}

static int take_hello(struct wire_frame *frame, struct greeting *greeting, struct fault *fault)
{
    struct hello_result result;
    int r;

    wire_close_fds(frame); /* no call of ours is answered with fds */
    if (frame->head.kind != FRAME_REPLY || frame->head.method != METHOD_HELLO ||
        frame->head.serial != HELLO_SERIAL)
        return fail(fault, E_BAD_FRAME, "the first answer is not one to HELLO");
    r = answer_error(frame, fault);
    if (r == 0)
        r = unpack_hello_result(frame->map, frame->map_size, &result, fault);
    if (r < 0)
        return r;
    if (result.version != FRAME_VERSION)
        return fail(fault, E_VERSION, "the daemon wants version %u of the protocol, this is %u",
                    result.version, FRAME_VERSION);
    if (result.frame_most < LEAST_FRAME)
        return fail(fault, E_BAD_PARAMS, "the daemon takes frames of %u bytes at most",
                    (unsigned)result.frame_most);
    greeting->frame_most =
        result.frame_most < FRAME_SIZE_MAX ? (uint32_t)result.frame_most : FRAME_SIZE_MAX;
    wire_limit_send(greeting->wire, greeting->frame_most);
    snprintf(greeting->events, sizeof(greeting->events), "%.*s", (int)result.events.size,
             result.events.base ? result.events.base : "");
    return 0;
}

static int wait_socket(struct greeting *greeting, const struct clock *clock, uint64_t expires_ns,
                       struct fault *fault)
{
    uint64_t now_ns = clock_now_ns(clock);
    uint64_t left_ms = (expires_ns - now_ns) / 1000000 + 1;
    struct pollfd fd = {.fd = greeting->fd, .events = POLLIN};

    if (now_ns >= expires_ns)
        return fail(fault, E_TIMEOUT,
                    "the daemon took the connection but did not say hello in time: see "
                    "'systemctl status snped'");
    if (wire_pending(greeting->wire))
        fd.events |= POLLOUT;
    (void)poll(&fd, 1, left_ms < 1000000 ? (int)left_ms : 1000000);
    return 0;
}

static int exchange_hello(struct greeting *greeting, const struct clock *clock, uint64_t expires_ns,
                          struct fault *fault)
{
    for (;;) {
        struct wire_frame frame;
        int filled, r;

        r = wait_socket(greeting, clock, expires_ns, fault);
        if (r < 0)
            return r;
        (void)wire_flush(greeting->wire); /* what is wrong shows when reading, with the answer */
        filled = wire_fill(greeting->wire, RECEIVE_BUDGET);
        r = wire_next(greeting->wire, &frame);
        if (r > 0)
            return take_hello(&frame, greeting, fault);
        if (r < 0 || filled < 0)
            return r < 0 ? r : filled;
    }
}

/* What was not said yet, said. */
static int explain(int r, const char *socket, struct fault *fault)
{
    if (r == E_DISCONNECTED && !*fault->text)
        return fail(fault, r,
                    "the daemon at '%.120s' closed the connection instead of saying hello: see "
                    "'journalctl -u snped'",
                    socket);
    if (r == E_BAD_FRAME && !*fault->text)
        return fail(fault, r, "what listens at '%.120s' is not snped: it sent no frame of ours",
                    socket);
    return r;
}

int greet(const char *socket, const char *name, const struct clock *clock, uint64_t expires_ns,
          struct greeting *ret, struct fault *fault)
{
    struct greeting greeting = {.fd = -1};
    int r;

    fault->text[0] = '\0';
    r = connect_to(socket, &greeting.fd, fault);
    if (r == 0)
        r = wire_new(greeting.fd, FRAME_SIZE_MAX, &greeting.wire);
    if (r == 0)
        r = send_hello(greeting.wire, name);
    if (r == 0)
        r = exchange_hello(&greeting, clock, expires_ns, fault);
    if (r < 0) {
        greeting_done(&greeting);
        return explain(r == -EPIPE || r == -ECONNRESET ? E_DISCONNECTED : r, socket, fault);
    }
    *ret = greeting;
    return 0;
}
