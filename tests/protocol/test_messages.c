#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "protocol/pack.h"
#include "tests/protocol/message_samples.h"
#include "tests/support/suite.h"

/* What pack makes of a message that was unpacked into memory full of rubbish. */
static void repack(const struct sample *sample, struct buf *out)
{
    void *message = malloc(sample->message_size);
    struct fault fault = {""};

    memset(message, 0xa5, sample->message_size);
    ck_assert_msg(sample->unpack(sample->bytes, sample->size, message, &fault) == 0, "%s",
                  fault.text);
    ck_assert_int_eq(sample->pack(message, out), 0);
    free(message);
}

START_TEST(every_message_is_written_as_another_encoder_writes_it)
{
    for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
        _cleanup_(buf_done) struct buf out = {0};

        ck_assert_int_eq(samples[i].pack(samples[i].message, &out), 0);
        ck_assert_msg(out.size == samples[i].size &&
                          memcmp(out.base, samples[i].bytes, out.size) == 0,
                      "%s", samples[i].name);
    }
}
END_TEST

START_TEST(every_message_survives_being_read_and_written_again)
{
    for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
        _cleanup_(buf_done) struct buf out = {0};

        repack(&samples[i], &out);
        ck_assert_msg(out.size == samples[i].size &&
                          memcmp(out.base, samples[i].bytes, out.size) == 0,
                      "%s", samples[i].name);
    }
}
END_TEST

START_TEST(every_cut_of_every_message_is_refused_with_a_sentence)
{
    for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
        void *message = malloc(samples[i].message_size);

        for (size_t n = 0; n < samples[i].size; n++) {
            uint8_t *bytes = malloc(n ? n : 1); /* exact: a sanitizer sees a step beyond */
            struct fault fault = {""};

            memcpy(bytes, samples[i].bytes, n);
            ck_assert_int_eq(samples[i].unpack(bytes, n, message, &fault), E_BAD_PARAMS);
            ck_assert_int_eq(strncmp(fault.text, samples[i].name, strlen(samples[i].name)), 0);
            free(bytes);
        }
        free(message);
    }
}
END_TEST

START_TEST(a_byte_more_than_the_message_is_refused)
{
    for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
        void *message = malloc(samples[i].message_size);
        _cleanup_(buf_done) struct buf more = {0};
        struct fault fault = {""};

        ck_assert_int_eq(buf_append(&more, samples[i].bytes, samples[i].size), 0);
        ck_assert_int_eq(buf_append(&more, "\xc0", 1), 0);
        ck_assert_int_eq(samples[i].unpack(more.base, more.size, message, &fault), E_BAD_PARAMS);
        ck_assert_ptr_nonnull(strstr(fault.text, "1 bytes follow the map"));
        free(message);
    }
}
END_TEST

START_TEST(texts_point_into_the_frame)
{
    static struct run_params params;
    const char *name;

    ck_assert_int_eq(unpack_run_params(vector_run_params, sizeof(vector_run_params), &params, NULL),
                     0);
    name = params.inputs[0].name.base;
    ck_assert((const uint8_t *)name > vector_run_params &&
              (const uint8_t *)name < vector_run_params + sizeof(vector_run_params));
    ck_assert_mem_eq(name, "data", 4);
    ck_assert_uint_eq(params.inputs[1].name.size, 0);
    ck_assert_uint_eq(params.inputs[1].region, 0);
    ck_assert_uint_eq(params.deadline_ns, 81234567890123);
}
END_TEST

/* A tensor_place list is read into *RET from a map whose pairs are the literal PAIRS. */
#define RUN_MAP(n_pairs, pairs) "\x8" n_pairs pairs
#define NETWORK_1               "\xa7network\x01"
#define INPUTS_8                "\xa6inputs\x91\x81\xa4size\x08"

static int read_run(const char *bytes, size_t size, struct run_params *ret, struct fault *fault)
{
    *fault = (struct fault){""};
    return unpack_run_params(bytes, size, ret, fault);
}

static const struct {
    const char *bytes;
    size_t size;
    const char *sentence;
} refused[] = {
#define REFUSED(bytes, sentence) {bytes, sizeof(bytes) - 1, sentence},
    REFUSED("\x90", "run_params: expected a map, found a list") REFUSED(
        "\x80", "run_params: network: is missing") REFUSED("\x81" NETWORK_1,
                                                           "run_params: inputs: is missing")
        REFUSED("\x83" NETWORK_1 INPUTS_8 NETWORK_1, "run_params: network: comes twice") REFUSED(
            "\x83" NETWORK_1 INPUTS_8 "\x01\x01", "run_params: expected a key, found a number")
            REFUSED("\x82\xa7network\xa1"
                    "7" INPUTS_8,
                    "run_params: network: expected a number from 0 to 4294967295, found text")
                REFUSED("\x82\xa7network\xff" INPUTS_8,
                        "run_params: network: expected a number from 0 to 4294967295, found a "
                        "signed number") REFUSED("\x82\xa7network\xcf\0\0\0\1\0\0\0\0" INPUTS_8,
                                                 "run_params: network: expected a number from 0 to "
                                                 "4294967295, found a number")
                    REFUSED("\x82" NETWORK_1 "\xa6inputs\x80",
                            "run_params: inputs: expected a list of maps, found a map")
                        REFUSED("\x82" NETWORK_1 "\xa6inputs\x92\x81\xa4size\x08\xc0",
                                "run_params: inputs[1]: expected a map, found nil")
                            REFUSED("\x82" NETWORK_1 "\xa6inputs\x92\x81\xa4size\x08\x80",
                                    "run_params: inputs[1].size: is missing")
                                REFUSED("\x82" NETWORK_1
                                        "\xa6inputs\x91\x82\xa4size\x08\xa4name\xc4\x01x",
                                        "run_params: inputs[0].name: expected text, found bytes")
                                    REFUSED("\x82" NETWORK_1
                                            "\xa6inputs\x91\x82\xa4size\x08\xa4name\xa2x\0",
                                            "run_params: inputs[0].name: a name holds no zero byte")
                                        REFUSED("\x82" NETWORK_1
                                                "\xa6inputs\x91\x82\xa4size\x08\xa5whats\xa5x",
                                                "run_params: inputs[0]: found a value that is cut "
                                                "off or nested too deep")
                                            REFUSED("\x82" NETWORK_1
                                                    "\xa6inputs\x91\x82\xa4size\x08\xa4size\x08",
                                                    "run_params: inputs[0].size: comes twice")
#undef REFUSED
};

START_TEST(what_is_wrong_is_named_with_its_key)
{
    static struct run_params params;

    for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
        struct fault fault;

        ck_assert_int_eq(read_run(refused[i].bytes, refused[i].size, &params, &fault),
                         E_BAD_PARAMS);
        ck_assert_str_eq(fault.text, refused[i].sentence);
    }
}
END_TEST

START_TEST(unknown_keys_are_skipped_whatever_they_hold)
{
    static const char bytes[] =
        "\x84\xa3new\x82\xa1k\x93\x01\xa1x\xc0\xa1l\xd4\x01x" NETWORK_1 "\xa4ne"
        "w2\xc7\x02\x01zz" INPUTS_8;
    static struct run_params params;
    struct fault fault;

    ck_assert_int_eq(read_run(bytes, sizeof(bytes) - 1, &params, &fault), 0);
    ck_assert_uint_eq(params.network, 1);
    ck_assert_uint_eq(params.inputs[0].size, 8);
    ck_assert_uint_eq(params.n_outputs, 0);
}
END_TEST

START_TEST(keys_may_come_in_any_order)
{
    static const char bytes[] = "\x82" INPUTS_8 NETWORK_1;
    static struct run_params params;
    struct fault fault;

    ck_assert_int_eq(read_run(bytes, sizeof(bytes) - 1, &params, &fault), 0);
    ck_assert_uint_eq(params.network, 1);
    ck_assert_uint_eq(params.n_inputs, 1);
}
END_TEST

START_TEST(a_list_holds_as_many_items_as_its_struct_and_no_more)
{
    static struct run_params params, back;
    _cleanup_(buf_done) struct buf out = {0};
    struct fault fault = {""};

    params = (struct run_params){.network = 1, .n_inputs = MESSAGE_TENSORS_MAX};
    ck_assert_int_eq(pack_run_params(&params, &out), 0);
    ck_assert_int_eq(unpack_run_params(out.base, out.size, &back, &fault), 0);
    ck_assert_uint_eq(back.n_inputs, MESSAGE_TENSORS_MAX);

    out.size = 0;
    ck_assert_int_eq(buf_append(&out, "\x82" NETWORK_1 "\xa6inputs\xdc\x00\x41", 20), 0);
    for (int i = 0; i <= MESSAGE_TENSORS_MAX; i++)
        ck_assert_int_eq(buf_append(&out, "\x81\xa4size\x00", 7), 0);
    ck_assert_int_eq(unpack_run_params(out.base, out.size, &back, &fault), E_BAD_PARAMS);
    ck_assert_str_eq(fault.text, "run_params: inputs: 65 items, at most 64 are taken");
}
END_TEST

START_TEST(what_the_wire_does_not_allow_is_not_packed_and_leaves_no_trace)
{
    static struct run_params params;
    static char name[MESSAGE_NAME_MAX + 1];
    _cleanup_(buf_done) struct buf out = {0};

    memset(name, 'n', sizeof(name));
    params = (struct run_params){.network = 1, .n_inputs = MESSAGE_TENSORS_MAX + 1};
    ck_assert_int_eq(buf_append(&out, "x", 1), 0);
    ck_assert_int_eq(pack_run_params(&params, &out), E_TOO_LARGE);
    params.n_inputs = 1;
    params.inputs[0].name = (struct text){name, sizeof(name)};
    ck_assert_int_eq(pack_run_params(&params, &out), E_TOO_LARGE);
    ck_assert_uint_eq(out.size, 1);
    params.inputs[0].name.size = MESSAGE_NAME_MAX;
    ck_assert_int_eq(pack_run_params(&params, &out), 0);
}
END_TEST

START_TEST(a_name_is_bounded_and_a_sentence_is_not)
{
    static char text[400];
    struct error_result error = {.error = T("x"), .message = {text, sizeof(text)}}, back;
    _cleanup_(buf_done) struct buf out = {0};
    struct fault fault = {""};

    memset(text, 't', sizeof(text));
    ck_assert_int_eq(pack_error_result(&error, &out), 0);
    ck_assert_int_eq(unpack_error_result(out.base, out.size, &back, &fault), 0);
    ck_assert_uint_eq(back.message.size, sizeof(text));

    out.size = 0;
    ck_assert_int_eq(pack_map(&out, 1), 0);
    ck_assert_int_eq(pack_str(&out, "name", 4), 0);
    ck_assert_int_eq(pack_str(&out, text, 256), 0);
    ck_assert_int_eq(unpack_info_params(out.base, out.size, &(struct info_params){{0}}, &fault),
                     E_BAD_PARAMS);
    ck_assert_str_eq(fault.text, "info_params: name: 256 bytes, a name has at most 255");
}
END_TEST

START_TEST(dims_are_between_1_and_2_to_the_31_and_six_at_most)
{
    static const struct {
        const char *dims;
        size_t size;
        const char *sentence;
    } wrong[] = {
        {"\x97\1\1\1\1\1\1\1", 8, "7 dims, at most 6 are taken"},
        {"\x92\1\0", 3, "dim 1 is not a number from 1 to 2147483648"},
        {"\x91\xce\x80\0\0\1", 6, "dim 0 is not a number from 1 to 2147483648"},
        {"\x91\xff", 2, "dim 0 is not a number from 1 to 2147483648"},
        {"\x05", 1, "expected a list of dims, found a number"},
    };
    static struct load_params params;

    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        static const char head[] = "\x82\xa4name\xa1x\xaainput_dims\x91\x82\xa4name\xa1y\xa4"
                                   "dims";
        _cleanup_(buf_done) struct buf map = {0};
        struct fault fault = {""};

        ck_assert_int_eq(buf_append(&map, head, sizeof(head) - 1), 0);
        ck_assert_int_eq(buf_append(&map, wrong[i].dims, wrong[i].size), 0);
        ck_assert_int_eq(unpack_load_params(map.base, map.size, &params, &fault), E_BAD_PARAMS);
        ck_assert_ptr_nonnull(strstr(fault.text, "load_params: input_dims[0].dims: "));
        ck_assert_ptr_nonnull(strstr(fault.text, wrong[i].sentence));
    }
}
END_TEST

START_TEST(a_reply_is_an_error_if_its_own_map_says_so)
{
    ck_assert(message_is_error(vector_error_result, sizeof(vector_error_result)));
    for (size_t i = 0; i < ARRAY_SIZE(samples) - 1; i++)
        ck_assert(!message_is_error(samples[i].bytes, samples[i].size));
    ck_assert(!message_is_error("\x82\xa1k\xa5", 4));
    ck_assert(!message_is_error("", 0));
    ck_assert(message_is_error("\x82\xa1k\x81\xa1x\x01\xa5"
                               "error\xa1x",
                               15));
}
END_TEST

SUITE(every_message_is_written_as_another_encoder_writes_it,
      every_message_survives_being_read_and_written_again,
      every_cut_of_every_message_is_refused_with_a_sentence,
      a_byte_more_than_the_message_is_refused, texts_point_into_the_frame,
      what_is_wrong_is_named_with_its_key, unknown_keys_are_skipped_whatever_they_hold,
      keys_may_come_in_any_order, a_list_holds_as_many_items_as_its_struct_and_no_more,
      what_the_wire_does_not_allow_is_not_packed_and_leaves_no_trace,
      a_name_is_bounded_and_a_sentence_is_not, dims_are_between_1_and_2_to_the_31_and_six_at_most,
      a_reply_is_an_error_if_its_own_map_says_so);
