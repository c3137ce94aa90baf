/* NEEDS: client protocol base */
/*
 * What a daemon may send to the client library. The first byte chooses the call that waits, and
 * whether the rest is an answer to it (map and tail in a right frame) or any bytes at all.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "client/client.h"
#include "protocol/messages.h"
#include "protocol/method.h"
#include "protocol/wire.h"

#define N_FLOATS  16
#define SIZE_MOST 32768 /* the socket takes it at once */

static void put_frame(int fd, uint16_t method, uint32_t serial, const void *body, size_t size)
{
    const struct frame frame = {FRAME_REPLY, .method = method, .serial = serial,
                                .size = (uint32_t)size};
    uint8_t head[FRAME_HEADER_SIZE];

    frame_encode(&frame, head);
    if (write(fd, head, sizeof(head)) != sizeof(head) || write(fd, body, size) != (ssize_t)size)
        abort();
}

static struct tensor_desc tensor_of(const char *name)
{
    return (struct tensor_desc){.name = {name, 1},
                                .type = {"float32", 7},
                                .dims = {2, {1, N_FLOATS}},
                                .size = N_FLOATS * sizeof(float)};
}

static void put_load(int fd)
{
    const struct load_result result = {
        .network = 1,
        .name = {"m", 1},
        .digest = {"00", 2},
        .runtime = {"cpu", 3},
        .inputs[0] = tensor_of("x"),
        .outputs[0] = tensor_of("y"),
        .outputs[1] = tensor_of("z"),
        .n_inputs = 1,
        .n_outputs = 2,
    };
    struct buf map = {0};

    if (pack_load_result(&result, &map) < 0)
        abort();
    put_frame(fd, METHOD_LOAD, 2, map.base, map.size);
    buf_done(&map);
}

static void put_open(int fd)
{
    const struct stream_open_result result = {.stream = 1};
    struct buf map = {0};

    if (pack_stream_open_result(&result, &map) < 0)
        abort();
    put_frame(fd, METHOD_STREAM_OPEN, 3, map.base, map.size);
    buf_done(&map);
}

/* A stream of the network that put_load tells of; with PUSH also one frame. */
static int stream(struct snpe_client *client, bool push)
{
    float x[N_FLOATS] = {0}, y[N_FLOATS], z[N_FLOATS];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    const struct snpe_output out[] = {snpe_out("y", y, sizeof(y)), snpe_out("z", z, sizeof(z))};
    const struct snpe_carry carry = {"z", "x"};
    const struct snpe_stream_options options = {
        .size = sizeof(options), .carry = &carry, .n_carry = !push};
    struct snpe_network *network;
    struct snpe_stream *opened;
    int r = snpe_load(client, "m", NULL, &network);

    if (r == 0)
        r = snpe_stream_open(network, &options, &opened);
    return r < 0 || !push ? r : snpe_stream_run(opened, &in, 1, out, 2, NULL, NULL);
}

static int run(struct snpe_client *client)
{
    float x[N_FLOATS] = {0}, y[N_FLOATS], z[N_FLOATS];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    const struct snpe_output out[] = {snpe_out("y", y, sizeof(y)), snpe_out("z", z, sizeof(z))};
    struct snpe_network *network;
    int r = snpe_load(client, "m", NULL, &network);

    return r < 0 ? r : snpe_run(network, &in, 1, out, 2, NULL, NULL);
}

static const uint16_t methods[] = {
    METHOD_LIST, METHOD_INFO, METHOD_STATS, METHOD_LOAD,  METHOD_RUN,         METHOD_REGION_ADD,
    METHOD_PING, METHOD_PS,   METHOD_WHY,   METHOD_TRACE, METHOD_STREAM_OPEN, METHOD_STREAM_PUSH};

static int call(struct snpe_client *client, uint16_t method)
{
    struct snpe_models *models = NULL;
    struct snpe_model_info *info = NULL;
    struct snpe_daemon_stats *stats = NULL;
    struct snpe_overview *overview = NULL;
    struct snpe_wait *wait = NULL;
    struct snpe_records *records = NULL;
    struct snpe_network *network;
    struct snpe_region *region;
    int r = method == METHOD_LIST          ? snpe_list(client, &models)
            : method == METHOD_INFO        ? snpe_info(client, "m", &info)
            : method == METHOD_STATS       ? snpe_stats(client, &stats)
            : method == METHOD_LOAD        ? snpe_load(client, "m", NULL, &network)
            : method == METHOD_RUN         ? run(client)
            : method == METHOD_PS          ? snpe_ps(client, &overview)
            : method == METHOD_WHY         ? snpe_why(client, 1, &wait)
            : method == METHOD_TRACE       ? snpe_trace(client, 0, 0, &records)
            : method == METHOD_STREAM_OPEN ? stream(client, false)
            : method == METHOD_STREAM_PUSH ? stream(client, true)
            : method == METHOD_REGION_ADD  ? snpe_region_new(client, 4096, &region)
                                           : snpe_ping(client);

    snpe_free(models);
    snpe_free(info);
    snpe_free(stats);
    snpe_free(overview);
    snpe_free(wait);
    snpe_free(records);
    return r;
}

/* A client whose connection is FD, as after HELLO. */
static struct snpe_client *connected(int fd)
{
    const struct snpe_client_options options = {
        .size = sizeof(options), .socket = "/none", .no_reconnect = 1, .call_ms = 1000};
    struct snpe_client *client;

    if (snpe_client_new(&options, &client) < 0 || wire_new(fd, FRAME_SIZE_MAX, &client->wire) < 0)
        abort();
    client->fd = fd;
    client->link = LINK_UP;
    client->epoch = 1;
    client->serial = 1;
    client->frame_most = 1 << 20;
    return client;
}

/* Of the call whose answer is fuzzed: HELLO had 1, those it needs come before it. */
static uint32_t serial_of(uint16_t method)
{
    return method == METHOD_STREAM_PUSH                           ? 4
           : method == METHOD_RUN || method == METHOD_STREAM_OPEN ? 3
                                                                  : 2;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint16_t method;
    struct snpe_client *client;
    int pair[2];

    if (size < 1 || size > SIZE_MOST)
        return 0;
    method = methods[(data[0] >> 1) % ARRAY_SIZE(methods)];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
        abort();
    client = connected(pair[0]);
    if (method == METHOD_RUN || method == METHOD_STREAM_OPEN || method == METHOD_STREAM_PUSH)
        put_load(pair[1]);
    if (method == METHOD_STREAM_PUSH)
        put_open(pair[1]);
    if (data[0] & 1)
        put_frame(pair[1], method, serial_of(method), data + 1, size - 1);
    else if (write(pair[1], data + 1, size - 1) < 0)
        abort();
    (void)shutdown(pair[1], SHUT_WR);
    (void)call(client, method);
    snpe_client_free(client);
    close(pair[1]);
    return 0;
}
