#include "tests/client/fake.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/buf.h"
#include "base/error.h"
#include "tests/support/suite.h"

void fake_raw(struct fake_conn *conn, const void *bytes, size_t size)
{
    const char *at = bytes;

    while (size) {
        ssize_t n = send(conn->fd, at, size, MSG_NOSIGNAL);

        if (n < 0 && errno == EAGAIN) {
            struct pollfd fd = {.fd = conn->fd, .events = POLLOUT};

            (void)poll(&fd, 1, -1);
            continue;
        }
        if (n < 0)
            return;
        at += n;
        size -= (size_t)n;
    }
}

void fake_reply(struct fake_conn *conn, const struct frame *head, struct buf *map,
                const struct wire_part *parts, uint32_t n_parts)
{
    const struct frame reply = {FRAME_REPLY, .method = head->method, .serial = head->serial};

    ck_assert_uint_gt(map->size, 0);
    (void)wire_send(conn->wire, &reply, map->base, map->size, parts, n_parts, NULL);
    buf_done(map);
}

void fake_error(struct fake_conn *conn, const struct frame *head, int code, const char *sentence)
{
    const struct error_info info = error_get(code);
    const struct error_result result = {
        .error = {info.wire_name, strlen(info.wire_name)},
        .code = code,
        .retryable = info.retryable,
        .snpe_code = info.snpe_code,
        .message = {sentence, strlen(sentence)},
    };
    struct buf map = {0};

    ck_assert_int_eq(pack_error_result(&result, &map), 0);
    fake_reply(conn, head, &map, NULL, 0);
}

void fake_close(struct fake_conn *conn)
{
    if (conn->fd < 0)
        return;
    for (size_t i = 0; i < FAKE_REGIONS; i++)
        if (conn->regions[i].base) {
            munmap(conn->regions[i].base, conn->regions[i].size);
            conn->regions[i].base = NULL;
            conn->fake->n_live_regions--;
        }
    for (size_t i = 0; i < FAKE_NETWORKS; i++)
        conn->fake->n_live_networks -= conn->networks[i].live;
    wire_free(conn->wire);
    close(conn->fd);
    conn->fd = -1;
}

static void work(struct fake_conn *conn)
{
    struct fake *fake = conn->fake;
    struct wire_frame frame;
    int filled, r = 0;

    (void)wire_flush(conn->wire);
    filled = wire_fill(conn->wire, 1 << 20);
    while (conn->fd >= 0 && (r = wire_next(conn->wire, &frame)) > 0) {
        pthread_mutex_lock(&fake->lock);
        fake->n_calls[frame.head.method % ARRAY_SIZE(fake->n_calls)]++;
        if (!fake->hook || !fake->hook(conn, &frame, fake->context))
            fake_answer(conn, &frame);
        pthread_mutex_unlock(&fake->lock);
        wire_close_fds(&frame);
    }
    ck_assert_int_ge(r, 0); /* the client never breaks the protocol */
    if (conn->fd >= 0 && filled < 0)
        fake_close(conn);
}

static void take_client(struct fake *fake)
{
    int fd = accept4(fake->listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    for (size_t i = 0; fd >= 0 && i < FAKE_CONNS; i++)
        if (!fake->conns[i]) {
            fake->conns[i] = calloc(1, sizeof(struct fake_conn));
            ck_assert_ptr_nonnull(fake->conns[i]);
            fake->conns[i]->fake = fake;
            fake->conns[i]->fd = fd;
            ck_assert_int_eq(wire_new(fd, FRAME_SIZE_MAX, &fake->conns[i]->wire), 0);
            fake->n_connections++;
            return;
        }
    ck_assert_int_lt(fd, 0);
}

static void *serve(void *context)
{
    struct fake *fake = context;

    while (!fake->stop) {
        struct pollfd fds[FAKE_CONNS + 2] = {
            {.fd = fake->listen_fd, .events = POLLIN},
            {.fd = fake->wake_fd, .events = POLLIN},
        };

        for (size_t i = 0; i < FAKE_CONNS; i++) {
            fds[i + 2].fd = fake->conns[i] ? fake->conns[i]->fd : -1;
            fds[i + 2].events = POLLIN;
            if (fake->conns[i] && wire_pending(fake->conns[i]->wire))
                fds[i + 2].events |= POLLOUT;
        }
        (void)poll(fds, ARRAY_SIZE(fds), -1);
        for (size_t i = 0; i < FAKE_CONNS; i++) {
            if (fds[i + 2].revents)
                work(fake->conns[i]);
            if (fake->conns[i] && fake->conns[i]->fd < 0) {
                free(fake->conns[i]);
                fake->conns[i] = NULL;
            }
        }
        if (fds[0].revents)
            take_client(fake);
    }
    return NULL;
}

static void listen_at(struct fake *fake)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", fake->path);
    (void)unlink(fake->path);
    fake->listen_fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    ck_assert_int_ge(fake->listen_fd, 0);
    ck_assert_int_eq(bind(fake->listen_fd, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(listen(fake->listen_fd, 16), 0);
    fake->wake_fd = eventfd(0, EFD_CLOEXEC);
    ck_assert_int_ge(fake->wake_fd, 0);
    fake->stop = false;
    ck_assert_int_eq(pthread_create(&fake->thread, NULL, serve, fake), 0);
}

void fake_start(struct fake *fake, const char *name)
{
    snprintf(fake->path, sizeof(fake->path), "%s", suite_path(name));
    fake->frame_most = fake->frame_most ? fake->frame_most : FAKE_FRAME;
    fake->state = fake->state ? fake->state : "ready";
    fake->digest = fake->digest ? fake->digest : 'a';
    ck_assert_int_eq(pthread_mutex_init(&fake->lock, NULL), 0);
    listen_at(fake);
}

void fake_stop(struct fake *fake)
{
    static const uint64_t one = 1;

    fake->stop = true;
    ck_assert_int_eq(write(fake->wake_fd, &one, sizeof(one)), sizeof(one));
    ck_assert_int_eq(pthread_join(fake->thread, NULL), 0);
    for (size_t i = 0; i < FAKE_CONNS; i++)
        if (fake->conns[i]) {
            fake_close(fake->conns[i]);
            free(fake->conns[i]);
            fake->conns[i] = NULL;
        }
    close(fake->listen_fd);
    close(fake->wake_fd);
    fake->n_models = 0;
}

void fake_pause(struct fake *fake)
{
    ck_assert_int_eq(pthread_mutex_lock(&fake->lock), 0);
}

void fake_resume(struct fake *fake)
{
    ck_assert_int_eq(pthread_mutex_unlock(&fake->lock), 0);
}

void fake_script(struct fake *fake, fake_hook hook, void *context)
{
    fake_pause(fake);
    fake->hook = hook;
    fake->context = context;
    fake_resume(fake);
}

void fake_end(struct fake *fake)
{
    fake_stop(fake);
    ck_assert_int_eq(unlink(fake->path), 0);
}

void fake_again(struct fake *fake)
{
    listen_at(fake);
}

uint32_t fake_count(const struct fake *fake, uint16_t method)
{
    return fake->n_calls[method];
}
