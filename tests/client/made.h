#pragma once
/* A client of a fake, and tensors whose answers are easy to know. */
#include "client/snpe-client.h"
#include "tests/client/fake.h"
#include "tests/support/suite.h"

/* Never NULL; a call waits for 20 seconds at most, so that what hangs fails the test. */
static inline struct snpe_client *made_client(const struct fake *fake)
{
    const struct snpe_client_options options = {
        .size = sizeof(options),
        .socket = fake->path,
        .name = "test",
        .call_ms = 20000,
    };
    struct snpe_client *client = NULL;

    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    return client;
}

static inline struct snpe_network *made_network(struct snpe_client *client, const char *name)
{
    struct snpe_network *network = NULL;

    ck_assert_msg(snpe_load(client, name, NULL, &network) == 0, "%s", snpe_last_error(client));
    return network;
}

/* An echo of N floats, more than a message of the fake's holds if N is above 16384. */
static inline struct snpe_network *made_echo(struct snpe_client *client, uint32_t n)
{
    const struct snpe_named_dims dims = {"x", {2, {1, n}}};
    const struct snpe_load_options options = {
        .size = sizeof(options), .input_dims = &dims, .n_input_dims = 1};
    struct snpe_network *network = NULL;

    ck_assert_msg(snpe_load(client, "echo", &options, &network) == 0, "%s",
                  snpe_last_error(client));
    return network;
}

static inline void made_numbers(float *x, size_t n, float first)
{
    for (size_t i = 0; i < n; i++)
        x[i] = first + (float)(i % 1000);
}

#define ck_assert_ok(client, call)                                                                 \
    do {                                                                                           \
        int _r = (call);                                                                           \
        ck_assert_msg(_r == 0, "%s: %d: %s", #call, _r, snpe_last_error(client));                  \
    } while (0)

/* CALL answers CODE, with WORDS in the sentence. */
#define ck_assert_refused(client, call, code, words)                                               \
    do {                                                                                           \
        int _r = (call);                                                                           \
        ck_assert_int_eq(_r, code);                                                                \
        ck_assert_msg(strstr(snpe_last_error(client), words) != NULL, "'%s' is not in '%s'",       \
                      words, snpe_last_error(client));                                             \
    } while (0)
