#include "daemon/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <systemd/sd-daemon.h>

#include "base/base.h"
#include "base/error.h"
#include "base/log.h"

#define BACKLOG 128

/* Connections taken in one turn, so that a flood does not keep the loop from its clients. */
#define ACCEPTS 32

static int inherit(int *ret, struct fault *fault)
{
    int n = sd_listen_fds(1);

    if (n < 0)
        return fail(fault, n, "the inherited sockets cannot be told: %s", strerror(-n));
    if (n == 0)
        return 0;
    if (n > 1)
        return fail(fault, E_SETTING, "%d sockets are inherited, one is wanted", n);
    if (sd_is_socket_unix(SD_LISTEN_FDS_START, SOCK_STREAM, 1, NULL, 0) <= 0)
        return fail(fault, E_SETTING,
                    "the inherited socket is no listening UNIX stream socket: see snped.socket");
    *ret = SD_LISTEN_FDS_START;
    return 1;
}

static int address_of(const char *path, struct sockaddr_un *ret, struct fault *fault)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(ret->sun_path))
        return fail(fault, E_SETTING, "%.120s: a socket's path has at most %zu bytes", path,
                    sizeof(ret->sun_path) - 1);
    memcpy(ret->sun_path, path, strlen(path) + 1);
    return 0;
}

/* 1: a daemon answers there; 0: nobody does; -errno. */
static int answers(const struct sockaddr_un *address)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int r;

    if (fd < 0)
        return -errno;
    r = connect(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? errno : 0;
    close(fd);
    if (r == 0 || r == EAGAIN) /* its backlog is full: it lives */
        return 1;
    return r == ECONNREFUSED || r == ENOENT ? 0 : -r;
}

/* What is in the way: nothing, a socket that nobody answers on (removed), or something to refuse.
 */
static int clear_path(const char *path, const struct sockaddr_un *address, struct fault *fault)
{
    struct stat st;
    int r;

    if (lstat(path, &st) < 0)
        return errno == ENOENT ? 0 : fail(fault, -errno, "%.120s: %s", path, strerror(errno));
    if (!S_ISSOCK(st.st_mode))
        return fail(fault, -EEXIST, "%.120s: there is a file that is no socket: remove it", path);
    r = answers(address);
    if (r == 1)
        return fail(fault, -EADDRINUSE,
                    "%.120s: another daemon answers there: stop it, or give "
                    "this one another socket",
                    path);
    if (r == 0 && unlink(path) < 0)
        r = -errno;
    return r < 0 ? fail(fault, r, "%.120s: an old socket is in the way: %s", path, strerror(-r))
                 : 0;
}

/* A socket's mode is settled when it is bound, so nobody can connect before it is right. */
static int bind_path(struct listener *listener, const struct listener_spec *spec,
                     const struct sockaddr_un *address, struct fault *fault)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct stat st;
    mode_t before;
    int r;

    if (fd < 0)
        return fail(fault, -errno, "%.120s: %s", spec->path, strerror(errno));
    before = umask(~spec->mode & 0777);
    r = bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno : 0;
    umask(before);
    if (r == 0 && (listen(fd, BACKLOG) < 0 || lstat(spec->path, &st) < 0))
        r = -errno;
    if (r < 0) {
        close(fd);
        return fail(fault, r, "%.120s: the socket cannot be made: %s", spec->path, strerror(-r));
    }
    listener->fd = fd;
    listener->own = true;
    listener->device = st.st_dev;
    listener->inode = st.st_ino;
    return 0;
}

/* The directory is locked meanwhile: of two daemons that start at once, one finds the other. */
static int make_socket(struct listener *listener, const struct listener_spec *spec,
                       struct fault *fault)
{
    struct sockaddr_un address;
    char path[sizeof(address.sun_path)];
    const char *dir;
    int fd, r = address_of(spec->path, &address, fault);

    if (r < 0)
        return r;
    memcpy(path, address.sun_path, sizeof(path));
    dir = dirname(path);
    fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail(fault, -errno, "%.120s: the directory of the socket: %s", dir, strerror(errno));
    while (flock(fd, LOCK_EX) < 0 && errno == EINTR)
        ;
    r = clear_path(spec->path, &address, fault);
    if (r == 0)
        r = bind_path(listener, spec, &address, fault);
    close(fd);
    return r;
}

int listener_open(struct listener *listener, const struct listener_spec *spec, struct fault *fault)
{
    int r;

    listener->path = spec->path;
    listener->fd = -1;
    listener->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (listener->reserve < 0)
        return fail(fault, -errno, "/dev/null: %s", strerror(errno));
    r = inherit(&listener->fd, fault);
    if (r == 0)
        r = make_socket(listener, spec, fault);
    return r < 0 ? r : 0;
}

/* No file descriptor is free: the reserve makes room to take the connection and end it. */
static void turn_away(struct listener *listener)
{
    int fd;

    close(listener->reserve);
    fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd >= 0)
        close(fd);
    listener->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
    log_warning("listener", "a connection was turned away: no file descriptor is free");
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct listener *listener = poll->data;

    (void)status, (void)events;
    for (int i = 0; i < ACCEPTS; i++) {
        int fd = accept4(listener->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

        if (fd >= 0)
            listener->on_connection(listener, fd);
        else if ((errno == EMFILE || errno == ENFILE) && listener->reserve >= 0)
            turn_away(listener);
        else if (errno != EINTR && errno != ECONNABORTED)
            return;
    }
}

int listener_start(struct listener *listener, uv_loop_t *loop)
{
    int r = uv_poll_init(loop, &listener->poll, listener->fd);

    if (r < 0)
        return r;
    listener->poll.data = listener;
    return uv_poll_start(&listener->poll, UV_READABLE, on_ready);
}

static void remove_path(const struct listener *listener)
{
    struct stat st;

    if (lstat(listener->path, &st) == 0 && st.st_dev == listener->device &&
        st.st_ino == listener->inode)
        unlink(listener->path);
}

void listener_close(struct listener *listener)
{
    if (listener->poll.data) {
        listener->poll.data = NULL;
        uv_close((uv_handle_t *)&listener->poll, NULL);
    }
    if (listener->fd >= 0 && listener->own)
        remove_path(listener);
    if (listener->fd >= 0)
        close(listener->fd);
    if (listener->reserve >= 0)
        close(listener->reserve);
    listener->fd = listener->reserve = -1;
}
