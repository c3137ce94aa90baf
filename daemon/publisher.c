#include "daemon/publisher.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

#define BACKOFF_LEAST_MS 100
#define BACKOFF_MOST_MS  10000
#define LAST_WORDS_MS    500

static const char ready_word[] = "ready";
static const char scheme[] = "ipc://";

extern char **environ;

static int spawn_with(const struct publisher *publisher, int theirs,
                      posix_spawn_file_actions_t *actions, posix_spawnattr_t *attr, pid_t *ret)
{
    char *argv[] = {(char *)(uintptr_t)publisher->program, (char *)(uintptr_t)publisher->address,
                    (char *)(uintptr_t)publisher->mode, NULL};
    sigset_t set;
    int r = posix_spawn_file_actions_adddup2(actions, theirs, STDIN_FILENO);

    sigfillset(&set);
    if (r == 0)
        r = posix_spawnattr_setsigdefault(attr, &set);
    sigemptyset(&set);
    if (r == 0)
        r = posix_spawnattr_setsigmask(attr, &set);
    if (r == 0)
        r = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    if (r == 0)
        r = posix_spawn(ret, publisher->program, actions, attr, argv, environ);
    return -r;
}

/* THEIRS becomes its standard input; everything else of ours is closed on exec. */
static int spawn(const struct publisher *publisher, int theirs, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    int r = -posix_spawn_file_actions_init(&actions);

    if (r < 0)
        return r;
    r = -posix_spawnattr_init(&attr);
    if (r == 0) {
        r = spawn_with(publisher, theirs, &actions, &attr, ret);
        posix_spawnattr_destroy(&attr);
    }
    posix_spawn_file_actions_destroy(&actions);
    return r;
}

static void on_retry(uv_timer_t *timer);
static void on_ready(uv_poll_t *poll, int status, int events);

static void retry_later(struct publisher *publisher)
{
    uv_timer_start(&publisher->retry, on_retry, publisher->backoff_ms, 0);
    publisher->backoff_ms *= 2;
    if (publisher->backoff_ms > BACKOFF_MOST_MS)
        publisher->backoff_ms = BACKOFF_MOST_MS;
}

/* One line each time that it goes from good to bad. */
static void complain(struct publisher *publisher, const char *what, const char *why)
{
    log_line(publisher->broken ? LOG_LEVEL_DEBUG : LOG_LEVEL_WARNING, "events",
             "%s %.180s: %.255s; events are lost until it is back", publisher->program, what, why);
}

static int watch(struct publisher *publisher)
{
    int r = uv_poll_init(publisher->retry.loop, &publisher->poll, publisher->fd);

    if (r < 0)
        return r;
    publisher->poll.data = publisher;
    return uv_poll_start(&publisher->poll, UV_READABLE | UV_DISCONNECT, on_ready);
}

static int begin(struct publisher *publisher)
{
    int ends[2], r;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
        return -errno;
    r = spawn(publisher, ends[1], &publisher->pid);
    close(ends[1]);
    publisher->fd = ends[0];
    if (r == 0)
        r = watch(publisher);
    if (r == 0)
        return 0;
    close(publisher->fd); /* which ends it, should it run */
    publisher->fd = -1;
    return r;
}

static void start(struct publisher *publisher)
{
    int r = begin(publisher);

    if (r == 0) {
        publisher->state = PUBLISHER_STARTING;
        publisher->starts++;
        return;
    }
    publisher->state = PUBLISHER_AWAY;
    complain(publisher, "cannot be started", strerror(-r));
    publisher->broken = true;
    retry_later(publisher);
}

/* Is the one before gone? It was killed, and so soon is. */
static bool reap(struct publisher *publisher)
{
    char why[32];
    int status = 0;
    pid_t pid = publisher->pid > 0 ? waitpid(publisher->pid, &status, WNOHANG) : 0;

    if (publisher->pid > 0 && pid == 0)
        return false;
    if (pid > 0 && !publisher->broken) {
        snprintf(why, sizeof(why), WIFSIGNALED(status) ? "signal %d" : "exit status %d",
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
        complain(publisher, "ended", why);
    }
    publisher->pid = 0;
    return true;
}

static void on_retry(uv_timer_t *timer)
{
    struct publisher *publisher = timer->data;

    if (reap(publisher))
        start(publisher);
    else
        retry_later(publisher);
}

static void on_closed(uv_handle_t *handle)
{
    struct publisher *publisher = handle->data;

    if (publisher->state != PUBLISHER_AWAY) /* the loop ends */
        return;
    close(publisher->fd);
    publisher->fd = -1;
    kill(publisher->pid, SIGKILL);
    retry_later(publisher);
}

static void lose(struct publisher *publisher)
{
    if (publisher->state == PUBLISHER_STARTING) {
        complain(publisher, "ended", "before it was ready");
        publisher->broken = true;
    }
    publisher->state = PUBLISHER_AWAY;
    uv_close((uv_handle_t *)&publisher->poll, on_closed);
}

/* It said how it is. */
static void on_word(struct publisher *publisher, const char *word)
{
    if (strcmp(word, ready_word) != 0) {
        complain(publisher, "cannot publish", word);
        publisher->broken = true;
        return;
    }
    log_info("events", "published at %s", publisher->address);
    publisher->state = PUBLISHER_READY;
    publisher->broken = false;
    publisher->bound = true;
    publisher->backoff_ms = BACKOFF_LEAST_MS;
}

/* What recv does. One that ended with events unread is told of by an error, before its last word.
 */
static ssize_t read_word(const struct publisher *publisher, char *word, size_t size)
{
    ssize_t n = recv(publisher->fd, word, size - 1, MSG_DONTWAIT);

    if (n < 0 && errno == ECONNRESET)
        n = recv(publisher->fd, word, size - 1, MSG_DONTWAIT);
    word[n > 0 ? n : 0] = '\0';
    return n;
}

static void on_ready(uv_poll_t *poll, int status, int events)
{
    struct publisher *publisher = poll->data;
    char word[256];
    ssize_t n = read_word(publisher, word, sizeof(word));

    (void)events;
    if (n > 0)
        on_word(publisher, word);
    /* After an error libuv looks no more. */
    if (status < 0 || n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
        lose(publisher);
}

int publisher_start(struct publisher *publisher, uv_loop_t *loop, const char *program,
                    const char *address, unsigned int mode)
{
    int r = uv_timer_init(loop, &publisher->retry);

    if (r < 0)
        return r;
    publisher->retry.data = publisher;
    publisher->fd = -1;
    publisher->backoff_ms = BACKOFF_LEAST_MS;
    snprintf(publisher->program, sizeof(publisher->program), "%s", program);
    snprintf(publisher->address, sizeof(publisher->address), "%s", address);
    snprintf(publisher->mode, sizeof(publisher->mode), "%04o", mode & 0777);
    start(publisher);
    return 0;
}

const char *publisher_address(const struct publisher *publisher)
{
    return publisher->state == PUBLISHER_OFF || publisher->broken ? "" : publisher->address;
}

int publisher_send(struct publisher *publisher, const void *base, size_t size)
{
    if (publisher->state != PUBLISHER_STARTING && publisher->state != PUBLISHER_READY)
        return -ENOTCONN;
    return send(publisher->fd, base, size, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

/* Until it has closed its end, which it does once it has read all. Its word may not have been heard
 * yet. */
static void wait_for_end(struct publisher *publisher)
{
    struct pollfd end = {.fd = publisher->fd};
    char word[256];

    shutdown(publisher->fd, SHUT_WR);
    while (poll(&end, 1, LAST_WORDS_MS) < 0 && errno == EINTR)
        ;
    (void)read_word(publisher, word, sizeof(word));
    publisher->bound |= strcmp(word, ready_word) == 0;
}

void publisher_stop(struct publisher *publisher)
{
    if (publisher->state == PUBLISHER_OFF)
        return;
    if (publisher->fd >= 0) {
        wait_for_end(publisher);
        close(publisher->fd);
    }
    if (publisher->pid > 0) {
        kill(publisher->pid, SIGKILL); /* one that was stopped, or hangs */
        waitpid(publisher->pid, NULL, 0);
    }
    if (publisher->bound)
        unlink(publisher->address + strlen(scheme));
    publisher->state = PUBLISHER_OFF;
}
