#include "daemon/fds.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "daemon/server.h"
#include "protocol/frame.h"

/* File descriptors that the daemon itself needs, those of sessions that are being refused included;
 * and those of one session: its socket, a frame's that is being received, and its loads' that wait.
 */
#define OWN_FDS     384
#define SESSION_FDS (1 + FRAME_FDS_MAX + 8)

/* As many file descriptors as the sessions of the settings need, or fewer sessions. */
static int limit_fds(struct server *server, int *ret_limit, struct fault *fault)
{
    uint64_t sessions = server->config->quota_sessions;
    uint64_t want = OWN_FDS + sessions * SESSION_FDS;
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
        return fail(fault, -errno, "the limit of file descriptors: %s", strerror(errno));
    if (limit.rlim_max < want) {
        if (limit.rlim_max < OWN_FDS + SESSION_FDS)
            return fail(fault, -EMFILE, "this process may open %" PRIu64 " files, %d are the least",
                        (uint64_t)limit.rlim_max, OWN_FDS + SESSION_FDS);
        sessions = (limit.rlim_max - OWN_FDS) / SESSION_FDS;
        log_warning("server",
                    "%" PRIu64 " connections at most, as this process may open only %" PRIu64
                    " files",
                    sessions, (uint64_t)limit.rlim_max);
        want = OWN_FDS + sessions * SESSION_FDS;
    }
    limit.rlim_cur = want;
    if (setrlimit(RLIMIT_NOFILE, &limit) < 0)
        return fail(fault, -errno, "the limit of file descriptors: %s", strerror(errno));
    server->sessions_most = server->quotas.daemon_limits[QUOTA_SESSIONS] = sessions;
    *ret_limit = (int)want;
    return 0;
}

static void on_grow(uv_poll_t *poll, int status, int events)
{
    (void)poll, (void)status, (void)events;
}

static void on_grown(uv_handle_t *handle)
{
    struct server *server = handle->data;

    close(server->highest_fd);
}

/* Something that can be watched, on that very file descriptor. */
static int open_at(int highest)
{
    int fd = eventfd(0, EFD_CLOEXEC);
    int copy = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, highest);
    int r = copy < 0 ? -errno : copy;

    if (fd >= 0)
        close(fd);
    return r;
}

int fds_grow_table(struct server *server, struct fault *fault)
{
    int limit = 0, r = limit_fds(server, &limit, fault);

    if (r < 0)
        return r;
    server->highest_fd = open_at(limit - 1);
    if (server->highest_fd < 0)
        return fail(fault, server->highest_fd, "file descriptor %d: %s", limit - 1,
                    strerror(-server->highest_fd));
    r = uv_poll_init(&server->loop, &server->highest, server->highest_fd);
    if (r < 0) {
        close(server->highest_fd);
        return fail(fault, r, "the loop's table: %s", uv_strerror(r));
    }
    server->highest.data = server;
    r = uv_poll_start(&server->highest, UV_READABLE, on_grow);
    uv_close((uv_handle_t *)&server->highest, on_grown);
    uv_run(&server->loop, UV_RUN_NOWAIT); /* the handle is gone again */
    return r;
}
