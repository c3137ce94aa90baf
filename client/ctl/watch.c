/* watch: the daemon's events. Of all that talks to the daemon, this file alone uses nanomsg. */
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

#include <nanomsg/nn.h>
#include <nanomsg/pubsub.h>

#include "base/base.h"
#include "base/clock.h"
#include "client/ctl/ctl.h"
#include "client/ctl/table.h"
#include "protocol/event.h"

#define SCHEME       "ipc://"
#define RECONNECT_MS 100
#define LOOK_MS      1000 /* is who publishes still there? */
#define LOOK_SOON_MS 20   /* ... there at last? */

struct watch {
    struct ctl *ctl;
    char address[SNPE_EVENTS_SIZE];
    int socket, signal_fd;
    bool connected;
    uint64_t sequence; /* of the event before; 0 */
};

static const char *mood_colour(const struct ctl *ctl, enum event_kind kind)
{
    static const char *const colours[] = {
        [EVENT_GOOD] = "\033[32m", [EVENT_PLAIN] = "\033[1m", [EVENT_BAD] = "\033[31m"};

    if (!ctl->colour)
        return "";
    return kind == _EVENT_KIND_MAX ? colours[EVENT_PLAIN] : colours[event_kind_get(kind)->mood];
}

/* An event's time of day: events carry the clock that cannot be set. */
static void print_time(struct ctl *ctl, uint64_t time_ns)
{
    uint64_t now_ns = clock_now_ns(&clock_monotonic), ago_ns, wall_ns;
    struct timespec wall;
    struct tm local = {0};
    time_t seconds;
    char text[16];

    timespec_get(&wall, TIME_UTC);
    ago_ns = now_ns > time_ns ? now_ns - time_ns : 0;
    wall_ns = (uint64_t)wall.tv_sec * UINT64_C(1000000000) + (uint64_t)wall.tv_nsec;
    wall_ns = wall_ns > ago_ns ? wall_ns - ago_ns : 0;
    seconds = (time_t)(wall_ns / UINT64_C(1000000000));
    localtime_r(&seconds, &local);
    strftime(text, sizeof(text), "%H:%M:%S", &local);
    fprintf(ctl->out, "%s.%03u", text, (unsigned int)(wall_ns / 1000000 % 1000));
}

static const char *clean(struct text text, char *out, size_t size)
{
    char whole[512];

    snprintf(whole, sizeof(whole), "%.*s", (int)text.size, text.size ? text.base : "");
    return table_clean(whole, out, size);
}

static void print_text(struct ctl *ctl, const char *key, struct text text)
{
    char out[512];

    if (text.size)
        fprintf(ctl->out, strcmp(key, "message") == 0 ? ": %.0s%s" : " %s=%s", key,
                clean(text, out, sizeof(out)));
}

static void print_number(struct ctl *ctl, const char *key, uint64_t value)
{
    if (value)
        fprintf(ctl->out, " %s=%" PRIu64, key, value);
}

/* What stands in front of every event in other words, or in none. */
static bool is_head(const char *key)
{
    return strcmp(key, "event") == 0 || strcmp(key, "sequence") == 0 ||
           strcmp(key, "time_ns") == 0 || strcmp(key, "lost") == 0;
}

#define STRUCT(...)
#define END(...)
#define EVENT(...)

static void print_event(struct ctl *ctl, const struct event *event)
{
    enum event_kind kind = event_kind_find(event->event.base, event->event.size);
    char name[64];

    print_time(ctl, event->time_ns);
    fprintf(ctl->out, " %s%-19s%s", mood_colour(ctl, kind), clean(event->event, name, sizeof(name)),
            ctl->colour ? "\033[0m" : "");
#define PRINT_NAME(member) print_text(ctl, #member, event->member)
#define PRINT_TEXT(member) print_text(ctl, #member, event->member)
#define PRINT_U64(member)  print_number(ctl, #member, event->member)
#define FIELD(name, member, type, need, unit, help)                                                \
    if (!is_head(#member))                                                                         \
        PRINT_##type(member);
#include "protocol/events.def"
#undef FIELD
    fputc('\n', ctl->out);
}

static void json_name(struct json *json, const char *key, struct text text)
{
    char out[512];

    if (text.size)
        snprintf(out, sizeof(out), "%.*s", (int)text.size, text.base);
    if (text.size)
        json_text(json, key, out);
}

static void json_number(struct json *json, const char *key, uint64_t value)
{
    if (value)
        json_u64(json, key, value);
}

static int print_json(struct ctl *ctl, const struct event *event)
{
    struct json json = {0};

    json_object(&json, NULL);
#define JSON_NAME(member)                           json_name(&json, #member, event->member)
#define JSON_TEXT(member)                           json_name(&json, #member, event->member)
#define JSON_U64(member)                            json_number(&json, #member, event->member)
#define FIELD(name, member, type, need, unit, help) JSON_##type(member);
#include "protocol/events.def"
#undef FIELD
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

/* What is between this event and the one before: lost by the daemon, or on the way here. */
static void say_gap(struct watch *watch, const struct event *event)
{
    uint64_t missed = 0;

    if (watch->sequence && event->sequence <= watch->sequence)
        fprintf(watch->ctl->err, "snpectl: the daemon was started again\n");
    else if (watch->sequence)
        missed = event->sequence - watch->sequence - 1;
    watch->sequence = event->sequence;
    if (missed)
        fprintf(watch->ctl->err,
                "snpectl: %" PRIu64 " events were lost, %" PRIu64 " by the daemon\n", missed,
                event->lost);
}

static int print(struct watch *watch, const void *base, size_t size)
{
    struct ctl *ctl = watch->ctl;
    struct event event;
    enum event_kind kind;
    int r = unpack_event(base, size, &event, ctl->fault);

    if (r < 0)
        return r;
    say_gap(watch, &event);
    kind = event_kind_find(event.event.base, event.event.size);
    if (ctl->kinds && (kind == _EVENT_KIND_MAX || !(ctl->kinds & UINT64_C(1) << kind)))
        return 0;
    if (ctl->json)
        return print_json(ctl, &event);
    print_event(ctl, &event);
    return 0;
}

/* All that has come. */
static int drain(struct watch *watch)
{
    int r = 0;

    while (r == 0) {
        void *base = NULL;
        int n = nn_recv(watch->socket, &base, NN_MSG, NN_DONTWAIT);

        if (n < 0)
            break;
        r = print(watch, base, (size_t)n);
        nn_freemsg(base);
    }
    if (r == 0 && fflush(watch->ctl->out) != 0)
        r = fail(watch->ctl->fault, -EIO, "what is to be printed cannot be written: %s",
                 strerror(errno));
    return r;
}

static void look(struct watch *watch)
{
    bool now = nn_get_statistic(watch->socket, NN_STAT_CURRENT_CONNECTIONS) > 0;

    if (now != watch->connected)
        fprintf(watch->ctl->err, now ? "snpectl: watching %s\n" : "snpectl: %s is gone; waiting\n",
                watch->address);
    watch->connected = now;
}

/* Until the user has seen enough. */
static int listen_on(struct watch *watch)
{
    struct pollfd fds[2] = {{.events = POLLIN}, {.fd = watch->signal_fd, .events = POLLIN}};
    size_t size = sizeof(fds[0].fd);
    int r = 0;

    if (nn_getsockopt(watch->socket, NN_SOL_SOCKET, NN_RCVFD, &fds[0].fd, &size) < 0)
        return fail(watch->ctl->fault, -errno, "events: %s", nn_strerror(errno));
    while (r == 0) {
        look(watch);
        (void)poll(fds, 2, watch->connected ? LOOK_MS : LOOK_SOON_MS);
        if (fds[0].revents)
            r = drain(watch);
        if (fds[1].revents)
            break;
    }
    if (fds[1].revents && watch->ctl->colour)
        fputc('\n', watch->ctl->out); /* the terminal has echoed ^C */
    return r;
}

static int open_socket(struct watch *watch)
{
    int socket = nn_socket(AF_SP, NN_SUB), often = RECONNECT_MS;

    if (socket < 0)
        return -errno;
    if (nn_setsockopt(socket, NN_SUB, NN_SUB_SUBSCRIBE, "", 0) < 0 ||
        nn_setsockopt(socket, NN_SOL_SOCKET, NN_RECONNECT_IVL, &often, sizeof(often)) < 0 ||
        nn_connect(socket, watch->address) < 0) {
        int code = errno;

        nn_close(socket);
        return -code;
    }
    watch->socket = socket;
    return 0;
}

/* nanomsg would try for ever where no right is. */
static int check_rights(struct watch *watch)
{
    const char *path = watch->address + strlen(SCHEME);

    if (strncmp(watch->address, SCHEME, strlen(SCHEME)) == 0 && access(path, W_OK) < 0 &&
        errno == EACCES)
        return fail(watch->ctl->fault, -EACCES,
                    "'%.120s' is not yours to read: its group may, see 'snpectl doctor'", path);
    return 0;
}

static int find_address(struct watch *watch)
{
    struct ctl *ctl = watch->ctl;
    int r =
        ctl_check(ctl, snpe_events_address(ctl->client, watch->address, sizeof(watch->address)));

    if (r < 0)
        return r;
    if (!*watch->address)
        return fail(
            ctl->fault, -ENOENT,
            "the daemon publishes no events: [events] enabled is no, or snped-events cannot "
            "run; see 'journalctl -u snped' and 'snpectl doctor'");
    return check_rights(watch);
}

int command_watch(struct ctl *ctl)
{
    struct watch watch = {.ctl = ctl};
    sigset_t signals;
    int r = find_address(&watch);

    if (r < 0)
        return r;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigprocmask(SIG_BLOCK, &signals, NULL); /* before nanomsg has threads */
    watch.signal_fd = signalfd(-1, &signals, SFD_CLOEXEC);
    if (watch.signal_fd < 0)
        return fail(ctl->fault, -errno, "signals: %s", strerror(errno));
    r = open_socket(&watch);
    if (r < 0) {
        fail(ctl->fault, r, "%.200s: %s", watch.address, nn_strerror(-r));
    } else {
        r = listen_on(&watch);
        nn_close(watch.socket);
    }
    close(watch.signal_fd);
    return r;
}
