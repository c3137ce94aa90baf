#include "tests/daemon/caller.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define PATIENCE_MS 20000
#define FRAME_MOST  (2u << 20)

static struct text text_of(const char *text)
{
    return (struct text){text, strlen(text)};
}

static void copy_text(char *out, size_t size, const struct text *text)
{
    snprintf(out, size, "%.*s", (int)text->size, text->base);
}

void caller_connect(struct caller *caller, const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};

    memset(caller, 0, sizeof(*caller));
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    caller->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(caller->fd, 0);
    ck_assert_msg(connect(caller->fd, (struct sockaddr *)&address, sizeof(address)) == 0, "%s: %s",
                  path, strerror(errno));
    ck_assert_int_eq(wire_new(caller->fd, FRAME_MOST, &caller->wire), 0);
}

void caller_open(struct caller *caller, const char *path)
{
    caller_connect(caller, path);
    ck_assert_answers(caller, caller_hello(caller, 1, 1));
}

void caller_close(struct caller *caller)
{
    wire_free(caller->wire);
    close(caller->fd);
    buf_done(&caller->map);
}

static void wait_for(struct caller *caller, short events)
{
    struct pollfd poll_fd = {caller->fd, events, 0};

    ck_assert_msg(poll(&poll_fd, 1, PATIENCE_MS) == 1, "the daemon does not answer");
}

uint32_t caller_send(struct caller *caller, uint16_t method, const struct wire_part *parts,
                     uint32_t n_parts, int fd)
{
    const struct frame head = {
        .kind = FRAME_CALL,
        .method = method,
        .serial = ++caller->serial,
        .n_fds = fd >= 0,
    };
    int r = wire_send(caller->wire, &head, caller->map.base, caller->map.size, parts, n_parts, &fd);

    while (r == 0 && wire_pending(caller->wire)) {
        wait_for(caller, POLLOUT);
        r = wire_flush(caller->wire) < 0 ? -1 : 0;
    }
    caller->map.size = 0;
    return head.serial;
}

void caller_send_bytes(struct caller *caller, const void *base, size_t size)
{
    ck_assert_int_eq(send(caller->fd, base, size, MSG_NOSIGNAL), (ssize_t)size);
}

static void keep_error(struct caller *caller)
{
    struct error_result error;

    caller->code = 0;
    caller->text[0] = 0;
    if (!message_is_error(caller->frame.map, caller->frame.map_size))
        return;
    ck_assert_int_eq(unpack_error_result(caller->frame.map, caller->frame.map_size, &error, NULL),
                     0);
    caller->code = error.code;
    copy_text(caller->error, sizeof(caller->error), &error.error);
    copy_text(caller->text, sizeof(caller->text), &error.message);
}

int caller_receive(struct caller *caller)
{
    int r, filled = 0;

    while ((r = wire_next(caller->wire, &caller->frame)) == 0 && filled >= 0) {
        wait_for(caller, POLLIN);
        filled = wire_fill(caller->wire, 1 << 20);
    }
    if (r <= 0)
        return 0;
    wire_close_fds(&caller->frame);
    keep_error(caller);
    return 1;
}

int caller_answer(struct caller *caller, uint32_t serial)
{
    if (caller_receive(caller) == 0) {
        ck_assert_msg(caller->patient, "the connection ended before the answer");
        return E_DISCONNECTED;
    }
    ck_assert_int_eq(caller->frame.head.kind, FRAME_REPLY);
    ck_assert_uint_eq(caller->frame.head.serial, serial);
    return caller->code;
}

bool caller_is_closed(struct caller *caller)
{
    return caller_receive(caller) == 0;
}

int caller_hello(struct caller *caller, uint32_t least, uint32_t most)
{
    const struct hello_params params = {least, most, text_of("test")};

    ck_assert_int_eq(pack_hello_params(&params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_HELLO, NULL, 0, -1));
}

int caller_ping(struct caller *caller)
{
    const struct ping_params params = {0};

    ck_assert_int_eq(pack_ping_params(&params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_PING, NULL, 0, -1));
}

void caller_pack_load(struct caller *caller, const struct caller_load *load)
{
    struct load_params params = {
        .name = text_of(load->name), .keep = load->keep, .ttl_ms = load->ttl_ms};

    if (load->runtime)
        params.runtimes[params.n_runtimes++] = text_of(load->runtime);
    if (load->n)
        params.input_dims[params.n_input_dims++] =
            (struct named_dims){text_of("x"), {2, {1, load->n}}};
    if (load->output)
        params.outputs[params.n_outputs++] = text_of(load->output);
    if (load->second)
        params.outputs[params.n_outputs++] = text_of(load->second);
    if (load->typed)
        params.types[params.n_types++] =
            (struct named_type){text_of(load->typed), text_of("uint8")};
    ck_assert_int_eq(pack_load_params(&params, &caller->map), 0);
}

static void keep_loaded(const struct load_result *result, struct caller_loaded *ret)
{
    *ret = (struct caller_loaded){
        .network = result->network,
        .generation = result->generation,
        .memory_bytes = result->memory_bytes,
        .load_us = result->load_us,
        .n_inputs = result->n_inputs,
        .n_outputs = result->n_outputs,
        .in_size = result->n_inputs ? result->inputs[0].size : 0,
        .out_size = result->n_outputs ? result->outputs[0].size : 0,
    };
    copy_text(ret->digest, sizeof(ret->digest), &result->digest);
    copy_text(ret->runtime, sizeof(ret->runtime), &result->runtime);
    copy_text(ret->why, sizeof(ret->why), &result->why);
}

int caller_load(struct caller *caller, const struct caller_load *load, struct caller_loaded *ret)
{
    static struct load_result result; /* as large as a stack may be */
    int code;

    caller_pack_load(caller, load);
    code = caller_answer(caller, caller_send(caller, METHOD_LOAD, NULL, 0, load->fd));
    if (code < 0)
        return code;
    ck_assert_int_eq(unpack_load_result(caller->frame.map, caller->frame.map_size, &result, NULL),
                     0);
    if (ret)
        keep_loaded(&result, ret);
    return 0;
}

int caller_unload(struct caller *caller, uint32_t network, const char *name)
{
    const struct unload_params params = {network, text_of(name ? name : "")};

    ck_assert_int_eq(pack_unload_params(&params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_UNLOAD, NULL, 0, -1));
}

int caller_region_add(struct caller *caller, int fd, uint64_t size, uint32_t *ret)
{
    const struct region_add_params params = {size};
    struct region_add_result result;
    int code;

    ck_assert_int_eq(pack_region_add_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_REGION_ADD, NULL, 0, fd));
    if (code < 0)
        return code;
    ck_assert_int_eq(
        unpack_region_add_result(caller->frame.map, caller->frame.map_size, &result, NULL), 0);
    *ret = result.region;
    return 0;
}

int caller_region_drop(struct caller *caller, uint32_t region)
{
    const struct region_drop_params params = {region};

    ck_assert_int_eq(pack_region_drop_params(&params, &caller->map), 0);
    return caller_answer(caller, caller_send(caller, METHOD_REGION_DROP, NULL, 0, -1));
}

uint32_t caller_send_run(struct caller *caller, const struct caller_run *run)
{
    struct run_params params = {
        .network = run->network, .n_inputs = 1, .deadline_ns = run->deadline_ns};
    const struct wire_part part = {run->in, run->in_size};

    params.inputs[0] =
        (struct tensor_place){text_of(""), run->in_region, run->in_offset, run->in_size};
    if (run->out_region) {
        params.n_outputs = 1;
        params.outputs[0] =
            (struct tensor_place){text_of(""), run->out_region, run->out_offset, run->out_size};
    }
    ck_assert_int_eq(pack_run_params(&params, &caller->map), 0);
    return caller_send(caller, METHOD_RUN, &part, run->in ? 1 : 0, -1);
}

int caller_run(struct caller *caller, const struct caller_run *run)
{
    return caller_answer(caller, caller_send_run(caller, run));
}

int caller_run_relu(struct caller *caller, uint32_t network, uint32_t n, float shift)
{
    static float x[1 << 18], want[1 << 18];
    const struct caller_run run = {.network = network, .in = x, .in_size = n * sizeof(float)};
    struct run_result result;
    int code;

    ck_assert_uint_le(n, 1 << 18);
    made_numbers(x, want, n, shift);
    code = caller_run(caller, &run);
    if (code < 0)
        return code;
    ck_assert_int_eq(unpack_run_result(caller->frame.map, caller->frame.map_size, &result, NULL),
                     0);
    ck_assert_uint_eq(result.n_outputs, 1);
    ck_assert_uint_eq(result.outputs[0].size, n * sizeof(float));
    ck_assert_uint_le(result.outputs[0].offset + result.outputs[0].size, caller->frame.tail_size);
    ck_assert_mem_eq(caller->frame.tail + result.outputs[0].offset, want, n * sizeof(float));
    return 0;
}

int caller_cancel(struct caller *caller, uint32_t serial, bool *ret_found)
{
    const struct cancel_params params = {serial};
    uint32_t own;

    ck_assert_int_eq(pack_cancel_params(&params, &caller->map), 0);
    own = caller_send(caller, METHOD_CANCEL, NULL, 0, -1);
    /* the cancelled call may be answered before or after */
    for (;;) {
        struct cancel_result result;

        ck_assert_int_eq(caller_receive(caller), 1);
        if (caller->frame.head.serial != own)
            continue;
        ck_assert_int_eq(
            unpack_cancel_result(caller->frame.map, caller->frame.map_size, &result, NULL), 0);
        *ret_found = result.found;
        return 0;
    }
}

int caller_stats(struct caller *caller, struct stats_result *ret)
{
    const struct stats_params params = {0};
    int code;

    ck_assert_int_eq(pack_stats_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_STATS, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(unpack_stats_result(caller->frame.map, caller->frame.map_size, ret, NULL),
                         0);
    return code;
}

int caller_list(struct caller *caller, struct list_result *ret)
{
    const struct list_params params = {0};
    int code;

    ck_assert_int_eq(pack_list_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_LIST, NULL, 0, -1));
    if (code == 0)
        ck_assert_int_eq(unpack_list_result(caller->frame.map, caller->frame.map_size, ret, NULL),
                         0);
    return code;
}

int caller_reload(struct caller *caller, const struct reload_result **ret)
{
    static struct reload_result result; /* as large as a stack may be */
    const struct reload_params params = {0};
    int code;

    ck_assert_int_eq(pack_reload_params(&params, &caller->map), 0);
    code = caller_answer(caller, caller_send(caller, METHOD_RELOAD, NULL, 0, -1));
    if (code < 0)
        return code;
    ck_assert_int_eq(unpack_reload_result(caller->frame.map, caller->frame.map_size, &result, NULL),
                     0);
    *ret = &result;
    return 0;
}
