/*
 * Memory that runs out at every place where the daemon needs it to load and run real operators: the
 * client gets the answer, an error of memory or the end of the connection, and the next one gets
 * everything.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "client/snpe-client.h"
#include "tests/daemon/house.h"
#include "tests/e2e/model.h"
#include "tests/support/faults.h"
#include "tests/support/numbers.h"
#include "tests/support/suite.h"

/* Every one brings other kernels, packings or plans along. */
static const char *const names[] = {"conv_groups",  "conv_depthwise",    "lstm_states_in",
                                    "gemm",         "pool_average_ceil", "batch_norm",
                                    "matmul_stack", "split_13",          "reduce_13"};

#define N_CASES (sizeof(names) / sizeof(names[0]))

struct models {
    struct convert_case cases[N_CASES];
    struct buf dlcs[N_CASES];
};

static void make_models(struct models *models)
{
    for (size_t i = 0; i < N_CASES; i++) {
        size_t size;
        void *bytes;

        model_of_case(names[i], "m.dlc", &models->cases[i]);
        bytes = suite_read(suite_path("m.dlc"), &size);
        ck_assert_int_eq(buf_append(&models->dlcs[i], bytes, size), 0);
        free(bytes);
        suite_remove("m.dlc");
    }
}

static void free_models(struct models *models)
{
    for (size_t i = 0; i < N_CASES; i++) {
        case_done(&models->cases[i]);
        buf_done(&models->dlcs[i]);
    }
}

/* What may come when memory runs out; 0 is fine. */
static int tolerated(const struct faults *faults, struct snpe_client *client, const char *name,
                     int code)
{
    bool may = code == -ENOMEM || code == SNPE_E_DISCONNECTED;

    ck_assert_msg(code == 0 || (may && faults_expected(faults)), "%s: %d: %s", name, code,
                  snpe_last_error(client));
    return code;
}

static size_t size_of(const struct case_tensor *tensor)
{
    return shape_elements(&tensor->shape) * sizeof(float);
}

static void check(const struct convert_case *c, const struct snpe_output *out)
{
    for (uint32_t i = 0; i < c->n_out; i++)
        ck_assert_floats_near_in_range(out[i].data, c->out[i].data,
                                       shape_elements(&c->out[i].shape), 1e-4);
}

static int run_case(struct snpe_network *network, const struct convert_case *c)
{
    struct snpe_input in[CASE_TENSORS_MAX];
    struct snpe_output out[CASE_TENSORS_MAX];
    int r;

    for (uint32_t i = 0; i < c->n_in; i++)
        in[i] = snpe_in(c->in[i].name, c->in[i].data, size_of(&c->in[i]));
    for (uint32_t i = 0; i < c->n_out; i++)
        out[i] = snpe_out(c->out[i].name, malloc(size_of(&c->out[i])), size_of(&c->out[i]));
    r = snpe_run(network, in, c->n_in, out, c->n_out, NULL, NULL);
    if (r == 0)
        check(c, out);
    for (uint32_t i = 0; i < c->n_out; i++)
        free(out[i].data);
    return r;
}

static int visit_case(struct snpe_client *client, const struct models *models, size_t i)
{
    const struct convert_case *c = &models->cases[i];
    const char *outputs[CASE_TENSORS_MAX];
    const struct snpe_load_options options = {
        .size = sizeof(options), .outputs = outputs, .n_outputs = c->n_out};
    struct snpe_network *network = NULL;
    int r;

    for (uint32_t k = 0; k < c->n_out; k++)
        outputs[k] = c->out[k].name;
    suite_write(suite_path("m.dlc"), models->dlcs[i].base, models->dlcs[i].size);
    r = snpe_load_file(client, names[i], "m.dlc", &options, &network);
    suite_remove("m.dlc");
    if (r == 0)
        r = run_case(network, c);
    snpe_network_free(network);
    return r;
}

static int visit(const struct faults *faults, const char *socket, const struct models *models)
{
    const struct snpe_client_options options = {
        .size = sizeof(options), .socket = socket, .no_reconnect = 1};
    struct snpe_client *client;
    int r;

    ck_assert_int_eq(snpe_client_new(&options, &client), 0);
    r = tolerated(faults, client, "connect", snpe_connect(client));
    for (size_t i = 0; r == 0 && i < N_CASES; i++)
        r = tolerated(faults, client, names[i], visit_case(client, models, i));
    snpe_client_free(client);
    return r;
}

static void life(void *context, struct faults *faults)
{
    const struct models *models = context;
    struct house house;
    int r;

    house_begin_with(&house, "", faults_env(faults, NULL));
    if (proc_wait_notify_or_end(house.proc, "READY=1")) {
        visit(faults, house.socket, models);
        faults_rest(faults);
        r = visit(faults, house.socket, models);
        ck_assert_msg(r == 0, "memory is back, but: %d", r);
        proc_signal(house.proc, SIGTERM);
    }
    faults_end(faults, house.proc);
    house_tidy();
}

START_TEST(memory_may_run_out_anywhere_in_a_model)
{
    struct models models = {0};

    if (!faults_work())
        return;
    make_models(&models);
    faults_all(suite_bin("snped"), life, &models);
    free_models(&models);
}
END_TEST

SUITE_WITHIN(200, memory_may_run_out_anywhere_in_a_model);
