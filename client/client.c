#include "client/client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "client/inference.h"
#include "client/link.h"
#include "client/loop.h"
#include "client/share.h"
#include "client/stream.h"
#include "protocol/messages.h"

#define CALL_MS      30000
#define LOAD_MS      600000
#define RECONNECT_MS 5000

uint64_t client_now(const struct snpe_client *client)
{
    return clock_now_ns(client->clock);
}

uint64_t client_expiry(const struct snpe_client *client, uint32_t ms, uint32_t preset_ms)
{
    ms = ms ? ms : preset_ms;
    return ms == SNPE_FOREVER ? UINT64_MAX : client_now(client) + (uint64_t)ms * 1000000;
}

int client_poll_ms(const struct snpe_client *client, uint64_t expires_ns)
{
    uint64_t now_ns = client_now(client), ms;

    if (expires_ns == UINT64_MAX)
        return -1;
    if (expires_ns <= now_ns)
        return 0;
    ms = (expires_ns - now_ns) / 1000000 + 1;
    return ms < INT32_MAX ? (int)ms : INT32_MAX;
}

int client_options(void *ret, size_t size, const void *options, struct fault *fault)
{
    const unsigned char *bytes = options;
    size_t given;

    memset(ret, 0, size);
    if (!options)
        return 0;
    memcpy(&given, options, sizeof(given));
    if (given < sizeof(given))
        return fail(fault, -EINVAL, "the options' size is %zu: set it to sizeof of their struct",
                    given);
    for (size_t i = size; i < given; i++)
        if (bytes[i])
            return fail(fault, E_NOT_BUILT,
                        "the options hold a setting that version %s of libsnpe-client does not "
                        "know: install a newer one",
                        SNPED_VERSION);
    memcpy(ret, options, given < size ? given : size);
    return 0;
}

/* The slot of this thread, or, if it has none yet, the one that was used longest ago. */
static struct sentence *slot_of(struct snpe_client *client)
{
    struct sentence *oldest = &client->sentences[0];

    for (size_t i = 0; i < CLIENT_THREADS; i++) {
        struct sentence *slot = &client->sentences[i];

        if (slot->order && pthread_equal(slot->thread, pthread_self()))
            return slot;
        if (slot->order < oldest->order)
            oldest = slot;
    }
    return oldest;
}

void client_say(struct snpe_client *client, int code, const struct fault *fault)
{
    struct sentence *slot = slot_of(client);

    slot->thread = pthread_self();
    slot->order = ++client->sentences_kept;
    if (fault && *fault->text)
        slot->fault = *fault;
    else
        (void)fail(&slot->fault, code, "%s", error_get(code).text);
}

void client_lock(struct snpe_client *client)
{
    pid_t here = getpid();

    if (client->lock_in != here) {
        (void)pthread_mutex_init(&client->lock, NULL);
        client->lock_in = here;
    }
    pthread_mutex_lock(&client->lock);
}

const char *snpe_last_error(struct snpe_client *client)
{
    const struct sentence *slot;
    const char *text;

    client_lock(client);
    slot = slot_of(client);
    text = slot->order && pthread_equal(slot->thread, pthread_self()) ? slot->fault.text : "";
    pthread_mutex_unlock(&client->lock);
    return text;
}

int client_enter(struct snpe_client *client, struct fault *fault)
{
    client_lock(client);
    if (client->pid != getpid())
        return fail(fault, E_STATE,
                    "this client was made by process %ld and cannot be used by its child: make one "
                    "here",
                    (long)client->pid);
    return 0;
}

int client_leave(struct snpe_client *client, int r, const struct fault *fault)
{
    if (r < 0)
        client_say(client, r, fault);
    pthread_mutex_unlock(&client->lock);
    return r;
}

static int init_lock(struct snpe_client *client)
{
    pthread_condattr_t attributes;
    int code = pthread_condattr_init(&attributes);

    if (code)
        return -code;
    code = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    if (code == 0)
        code = pthread_cond_init(&client->changed, &attributes);
    pthread_condattr_destroy(&attributes);
    if (code)
        return -code;
    code = pthread_mutex_init(&client->lock, NULL);
    if (code)
        pthread_cond_destroy(&client->changed);
    return -code;
}

static int set_names(struct snpe_client *client, const struct snpe_client_options *options)
{
    const char *socket = options->socket ? options->socket : getenv("SNPED_SOCKET");
    const char *name = options->name ? options->name : program_invocation_short_name;

    socket = socket && *socket ? socket : SNPE_SOCKET;
    if (strlen(socket) >= sizeof(((struct sockaddr_un *)0)->sun_path))
        return -ENAMETOOLONG;
    client->socket = strdup(socket);
    client->name = strndup(name, MESSAGE_NAME_MAX);
    return client->socket && client->name ? 0 : -ENOMEM;
}

static void free_parts(struct snpe_client *client)
{
    buf_done(&client->pack);
    if (client->kick_fd >= 0)
        close(client->kick_fd);
    free(client->socket);
    free(client->name);
    free(client);
}

static struct snpe_client *alloc_client(const struct snpe_client_options *options)
{
    struct snpe_client *client = calloc(1, sizeof(*client));

    if (!client)
        return NULL;
    client->clock = &clock_monotonic;
    client->pid = client->lock_in = getpid();
    client->call_ms = options->call_ms ? options->call_ms : CALL_MS;
    client->load_ms = options->load_ms ? options->load_ms : LOAD_MS;
    client->reconnect_ms = options->reconnect_ms ? options->reconnect_ms : RECONNECT_MS;
    client->no_reconnect = options->no_reconnect != 0;
    client->fd = client->kick_fd = -1;
    client->epoll_fd = client->done_fd = client->timer_fd = -1;
    list_init(&client->calls);
    list_init(&client->done);
    list_init(&client->networks);
    list_init(&client->regions);
    list_init(&client->streams);
    list_init(&client->sources);
    return client;
}

int snpe_client_new(const struct snpe_client_options *wanted, struct snpe_client **ret)
{
    struct snpe_client_options options;
    struct snpe_client *client;
    int r = client_options(&options, sizeof(options), wanted, NULL);

    if (r < 0)
        return r;
    client = alloc_client(&options);
    if (!client)
        return -ENOMEM;
    r = set_names(client, &options);
    if (r == 0) {
        client->kick_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        r = client->kick_fd < 0 ? -errno : init_lock(client);
    }
    if (r < 0)
        free_parts(client);
    else
        *ret = client;
    return r;
}

/* Everything under way ends with E_CANCELLED, and callbacks are told so. */
static void end_calls(struct snpe_client *client)
{
    static const struct fault goodbye = {"the client was freed before the answer came"};

    client->link = LINK_LOST; /* the daemon needs no goodbyes: it sees the socket close */
    client->lost_code = E_CANCELLED;
    client->lost = goodbye;
    client->no_reconnect = true;
    call_finish_all(client, E_CANCELLED, &goodbye);
    for (struct list *it = list_pop(&client->done); it; it = list_pop(&client->done))
        inference_call_back(list_entry(it, struct call, node));
}

static void free_all(struct snpe_client *client)
{
    while (!list_empty(&client->streams))
        stream_free(list_entry(client->streams.next, struct snpe_stream, handle.node));
    while (!list_empty(&client->networks))
        load_free(list_entry(client->networks.next, struct snpe_network, handle.node));
    while (!list_empty(&client->regions))
        share_free(list_entry(client->regions.next, struct snpe_region, handle.node));
    loop_done(client); /* first: in a child, epoll is shared with the process that made it */
    link_done(client);
}

void snpe_client_free(struct snpe_client *client)
{
    if (!client)
        return;
    if (client->pid != getpid()) { /* locks may be held by threads that are not here */
        free_all(client);
        free_parts(client);
        return;
    }
    pthread_mutex_lock(&client->lock);
    end_calls(client);
    free_all(client);
    pthread_mutex_unlock(&client->lock);
    pthread_mutex_destroy(&client->lock);
    pthread_cond_destroy(&client->changed);
    free_parts(client);
}

void snpe_get_counters(struct snpe_client *client, struct snpe_counters *ret)
{
    client_lock(client);
    *ret = client->counters;
    pthread_mutex_unlock(&client->lock);
}

/* A handle that this pass did not try yet; lists may change whenever the lock is given up. */
static struct handle *next_handle(struct list *handles, uint64_t pass)
{
    list_foreach (it, handles) {
        struct handle *handle = list_entry(it, struct handle, node);

        if (handle->pass != pass)
            return handle;
    }
    return NULL;
}

/* All of a list, known to the daemon again. The first failure is told, the others go on. */
static int register_all(struct snpe_client *client, struct list *handles, uint32_t ms,
                        uint64_t pass, struct fault *fault)
{
    struct handle *handle;
    int first = 0;

    while ((handle = next_handle(handles, pass))) {
        struct fault one = {{0}};
        int r;

        handle->pass = pass;
        r = handle_ensure(handle, client_expiry(client, ms, 0), &one);
        if (r < 0 && first == 0) {
            first = r;
            *fault = one;
        }
        if (r == E_DISCONNECTED)
            break;
    }
    return first;
}

int snpe_connect(struct snpe_client *client)
{
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = link_make(client, client_expiry(client, client->call_ms, 0), &fault);
    if (r == 0)
        r = register_all(client, &client->regions, client->call_ms, ++client->passes, &fault);
    if (r == 0)
        r = register_all(client, &client->networks, client->load_ms, client->passes, &fault);
    if (r == 0)
        r = register_all(client, &client->streams, client->call_ms, client->passes, &fault);
    return client_leave(client, r, &fault);
}

int snpe_events_address(struct snpe_client *client, char *out, size_t size)
{
    struct fault fault = {{0}};
    int r = client_enter(client, &fault);

    if (r == 0)
        r = link_up(client, client_expiry(client, client->call_ms, 0), &fault);
    if (r == 0 && strlen(client->events) >= size)
        r = fail(&fault, -ENAMETOOLONG, "the address of events takes %zu bytes",
                 strlen(client->events) + 1);
    if (r == 0)
        memcpy(out, client->events, strlen(client->events) + 1);
    return client_leave(client, r, &fault);
}
