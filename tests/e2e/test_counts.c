/*
 * What a RUN costs the daemon once it is warm, counted on real models: no allocation, and by region
 * no copy of a tensor's byte.
 */
#include <stdlib.h>
#include <string.h>

#include "client/snpe-client.h"
#include "tests/daemon/house.h"
#include "tests/e2e/model.h"
#include "tests/support/faults.h"
#include "tests/support/suite.h"

#define TENSORS_MAX 8
#define WARM        2 /* rounds, of an inline run and one by region each */
#define COUNTED     10

struct visit {
    struct snpe_client *client;
    struct snpe_network *network;
    struct snpe_region *region;
    char *memory; /* what the region holds, in memory of the test's own */
    struct snpe_input in[TENSORS_MAX], in_region[TENSORS_MAX];
    struct snpe_output out[TENSORS_MAX], out_region[TENSORS_MAX];
    uint32_t n_in, n_out;
    uint64_t in_size;
};

/* All tensors, one after the other, from OFFSET on; returns where the next could lie. */
static size_t place(struct visit *visit, const struct snpe_network_info *info)
{
    size_t offset = 0;

    for (uint32_t i = 0; i < info->n_inputs; i++) {
        const struct snpe_tensor_info *tensor = info->inputs[i];

        visit->in[i] = snpe_in(tensor->name, visit->memory + offset, tensor->size);
        visit->in_region[i] = snpe_in_region(tensor->name, visit->region, offset, tensor->size);
        visit->in_size += tensor->size;
        offset += (tensor->size + SNPE_ALIGN - 1) / SNPE_ALIGN * SNPE_ALIGN;
    }
    for (uint32_t i = 0; i < info->n_outputs; i++) {
        const struct snpe_tensor_info *tensor = info->outputs[i];

        visit->out[i] = snpe_out(tensor->name, visit->memory + offset, tensor->size);
        visit->out_region[i] = snpe_out_region(tensor->name, visit->region, offset, tensor->size);
        offset += (tensor->size + SNPE_ALIGN - 1) / SNPE_ALIGN * SNPE_ALIGN;
    }
    return offset;
}

static void arrive(struct visit *visit, const char *socket, const char *dlc)
{
    const struct snpe_client_options options = {.size = sizeof(options), .socket = socket};
    const struct snpe_network_info *info;
    size_t size;

    ck_assert_int_eq(snpe_client_new(&options, &visit->client), 0);
    ck_assert_msg(snpe_load_file(visit->client, "model", dlc, NULL, &visit->network) == 0, "%s",
                  snpe_last_error(visit->client));
    info = snpe_network_get_info(visit->network);
    visit->n_in = info->n_inputs;
    visit->n_out = info->n_outputs;
    ck_assert_uint_le(visit->n_in, TENSORS_MAX);
    ck_assert_uint_le(visit->n_out, TENSORS_MAX);
    size = place(visit, info);
    ck_assert_int_eq(snpe_region_new(visit->client, size, &visit->region), 0);
    visit->memory = calloc(1, size);
    ck_assert_ptr_nonnull(visit->memory);
    visit->in_size = 0;
    place(visit, info);
}

static void leave(struct visit *visit)
{
    snpe_client_free(visit->client);
    free(visit->memory);
}

/* Inline and by region: one after the other, so that both always have the network's first slot. */
static void go_round(struct visit *visit)
{
    struct snpe_run_result result;

    ck_assert_msg(snpe_run(visit->network, visit->in, visit->n_in, visit->out, visit->n_out, NULL,
                           &result) == 0,
                  "%s", snpe_last_error(visit->client));
    ck_assert_uint_eq(result.copied_bytes, visit->in_size); /* outputs go straight to the socket */
    ck_assert_uint_eq(result.staged_bytes, 0);
    ck_assert_msg(snpe_run(visit->network, visit->in_region, visit->n_in, visit->out_region,
                           visit->n_out, NULL, &result) == 0,
                  "%s", snpe_last_error(visit->client));
    ck_assert_uint_eq(result.copied_bytes, 0);
    ck_assert_uint_eq(result.staged_bytes, 0);
}

static void count(const char *dlc)
{
    struct faults *faults = faults_new(suite_bin("snped"));
    struct visit visit = {0};
    struct house house;
    uint64_t made;

    house_begin_with(&house, "", faults_env(faults, NULL));
    proc_wait_notify(house.proc, "READY=1");
    arrive(&visit, house.socket, dlc);
    for (int i = 0; i < WARM; i++)
        go_round(&visit);
    made = faults_made(faults);
    ck_assert_uint_gt(made, 0);
    for (int i = 0; i < COUNTED; i++)
        go_round(&visit);
    ck_assert_uint_eq(faults_made(faults) - made, 0);
    leave(&visit);
    house_close(&house);
    faults_free(faults);
    suite_remove(dlc);
}

START_TEST(small_models_run_without_an_allocation)
{
    static const char *const cases[] = {"conv_groups", "lstm_states_in", "pool_average_ceil",
                                        "softmax_13",  "concat",         "matmul_stack"};

    if (!faults_work())
        return;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct convert_case c;

        model_of_case(cases[i], "model.dlc", &c);
        case_done(&c);
        count("model.dlc");
    }
}
END_TEST

static void count_shared(const char *path)
{
    const char *onnx = suite_data(path);

    if (!onnx || !faults_work())
        return;
    model_convert(onnx, "model.dlc");
    count("model.dlc");
}

START_TEST(squeezenet_runs_without_an_allocation)
{
    count_shared("models/imagenet/squeezenet_v1.0/squeezenet_v1.0.onnx");
}
END_TEST

START_TEST(silero_runs_without_an_allocation)
{
    count_shared("models/voice/silero_vad_16k/silero_vad_16k.onnx");
}
END_TEST

SUITE(small_models_run_without_an_allocation, squeezenet_runs_without_an_allocation,
      silero_runs_without_an_allocation);
