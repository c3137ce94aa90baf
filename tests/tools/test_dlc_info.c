/* snpe-dlc-info as a user runs it: the table, the totals, JSON, CSV, and what it refuses. */
#include <stdlib.h>
#include <string.h>

#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tests/tools/made_net.h"

/* What a finished program said. */
struct answer {
    const char *out, *err;
};

static struct answer run(int status, const char *const *args)
{
    const char *argv[8] = {suite_bin("snpe-dlc-info")};
    struct answer answer;
    struct proc *proc;
    size_t n = 1;

    while (*args)
        argv[n++] = *args++;
    proc = proc_start(&(struct proc_spec){.argv = argv});
    ck_assert_msg(proc_wait(proc) == status, "exit %d, not %d: %s", proc_wait(proc), status,
                  proc_err(proc));
    answer = (struct answer){proc_out(proc), proc_err(proc)};
    proc_finish(proc, status);
    return answer;
}

#define RUN(status, ...) run(status, (const char *const[]){__VA_ARGS__, NULL})

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%.2000s", what, text);
}

/* 3x3x2x4 + 4, 3x64 + 3, 3 numbers; 8x8x4 places of 3x3x2 and 3 of 64 products. */
#define CONV_PARAMS 76
#define FC_PARAMS   195
#define ALL_PARAMS  274
#define CONV_MACS   4608
#define FC_MACS     192

START_TEST(every_layer_is_a_row)
{
    static const char table[] =
        "| Id | Name    | Type                  | Inputs | Outputs   | Out Dims | Runtimes | "
        "Parameters                       |\n";
    const char *out;

    made_net(&(struct made_net){.file = "m.dlc"});
    out = RUN(0, "-i", "m.dlc").out;
    assert_says(out, "DLC info for: m.dlc\nModel Version: N/A\nModel Copyright: N/A\n---");
    assert_says(out, table);
    assert_says(out, "| 0  | data    | data                  | data:0 | data:0    | 1x8x8x2  | C  "
                     "      | input_preprocessing: passthrough |\n");
    assert_says(out, "| 1  | conv    | convolutional         | data:0 | conv:0    | 1x8x8x4  | C  "
                     "      | padding x: 1                     |\n");
    assert_says(out, "| 2  | relu    | neuron                | conv:0 | relu:0    | 1x8x8x4  |");
    assert_says(out, "| 3  | pool    | pooling               | relu:0 | pool:0    | 1x4x4x4  |");
    assert_says(out, "| 4  | fc      | fully_connected       | pool:0 | fc:0      | 1x3      |");
    assert_says(out, "| 5  | shift   | constant              |        | shift     | 1x3      |");
    assert_says(out, "| 6  | add     | elementwise_binary_op | fc:0   | add:0     | 1x3      |");
    assert_says(out, "|    |         |                       | shift  |           |          |");
    assert_says(out, "| 7  | softmax | softmax               | add:0  | softmax:0 | 1x3      |");
    suite_remove("m.dlc");
}
END_TEST

START_TEST(parameters_are_said_in_snpes_words)
{
    static const char *const lines[] = {"padding y: 1",
                                        "padding rule: explicit",
                                        "padding mode: zero",
                                        "stride x: 1",
                                        "stride y: 1",
                                        "num filters: 4",
                                        "kernel: 3x3",
                                        "max_clamp: 6",
                                        "min_clamp: 0",
                                        "func: Relu",
                                        "pool type: max",
                                        "pool size x: 2",
                                        "input_type: default",
                                        "input_encoding_in: bgr",
                                        "weights_0: 3x64 float32"};
    const char *out;

    made_net(&(struct made_net){.file = "m.dlc"});
    out = RUN(0, "--input_dlc", "m.dlc").out;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        assert_says(out, suite_text("| %s ", lines[i]));
    assert_says(
        out, suite_text("param count: %d (%.3g%%)", CONV_PARAMS, 100.0 * CONV_PARAMS / ALL_PARAMS));
    assert_says(out,
                suite_text("param count: %d (%.3g%%)", FC_PARAMS, 100.0 * FC_PARAMS / ALL_PARAMS));
    assert_says(out, suite_text("MACs per inference: %d (96%%)", CONV_MACS));
    suite_remove("m.dlc");
}
END_TEST

START_TEST(totals_are_the_sums)
{
    const char *out;

    made_net(&(struct made_net){.file = "m.dlc"});
    out = RUN(0, "-i", "m.dlc").out;
    assert_says(out, suite_text("Total parameters: %d (1.1 kB assuming single precision float)\n",
                                ALL_PARAMS));
    assert_says(out, suite_text("Total MACs per inference: %d (4.8 k)\n", CONV_MACS + FC_MACS));
    /* the convolution's input and output, 128 and 256 floats, are the most that lives at a time
     * but for its output and the relu's: 2048 bytes */
    assert_says(out, "memory needed to run: 3.1 kB (weights 1.1 kB, buffers 2.0 kB");
    assert_says(out, "Converter command: N/A\nQuantizer command: N/A\n"
                     "DLC created with converter version: N/A\nDLC container version: 3\n"
                     "Layers used by DLC: data, convolutional, neuron, pooling, fully_connected, "
                     "constant, elementwise_binary_op, softmax\n");
    assert_says(out, "On this machine can be used: cpu\nKey: A:AIP D:DSP G:GPU C:CPU\n");
    suite_remove("m.dlc");
}
END_TEST

START_TEST(an_8_bit_container_shows_its_encodings)
{
    const char *out;

    made_net(&(struct made_net){.file = "m.dlc", .coded = true});
    out = RUN(0, "-i", "m.dlc").out;
    assert_says(out, "weights_0: 3x64 tf8");
    /* from -1 to 1 with 0 at a code: 127.5 steps, half away from zero */
    assert_says(out, "output encoding: min -1.0039216, max 0.99607843, delta 0.007843138, "
                     "offset -128, 8 bit");
    assert_says(out, "bias encoding: min 0, max 0.5, delta 0.0019607844, offset 0, 8 bit");
    assert_says(out, "value encoding: min 0, max 0.5");
    suite_remove("m.dlc");
}
END_TEST

START_TEST(records_of_others_are_listed)
{
    made_net(&(struct made_net){
        .file = "m.dlc", .record = "aip.x", .record_text = "12345", .copyright = "(c) me"});
    assert_says(RUN(0, "-i", "m.dlc").out, "\nOther record: aip.x (5 bytes)\n");
    assert_says(RUN(0, "-i", "m.dlc").out, "\nModel Copyright: (c) me\n");
    suite_remove("m.dlc");
}
END_TEST

START_TEST(json_holds_the_same)
{
    const char *out;

    made_net(&(struct made_net){.file = "m.dlc", .relu = "a\"b\\c", .coded = true});
    out = RUN(0, "-i", "m.dlc", "--json").out;
    assert_says(out, "{\"file\":\"m.dlc\",\"file_size\":");
    assert_says(out, "\"container_version\":3,\"quantized\":true,");
    assert_says(out, suite_text("\"totals\":{\"param_count\":%d,\"macs\":%d,\"batch\":1,",
                                ALL_PARAMS, CONV_MACS + FC_MACS));
    assert_says(out, "{\"id\":2,\"name\":\"a\\\"b\\\\c\",\"type\":\"neuron\",\"operator\":\"Relu\","
                     "\"inputs\":[\"conv:0\"],\"outputs\":[{\"name\":\"a\\\"b\\\\c:0\","
                     "\"dims\":[1,8,8,4],\"type\":\"float32\",\"encodings\":[{\"min\":-1.00392163");
    assert_says(out, "\"runtimes\":[\"cpu\"],\"parameters\":[{\"name\":\"a\",\"value\":\"0\"}");
    assert_says(out, suite_text("\"param_count\":%d,\"param_bytes\":%d,\"macs\":%d", CONV_PARAMS,
                                CONV_PARAMS, CONV_MACS));
    ck_assert_str_eq(out + strlen(out) - 4, "}]}\n");
    suite_remove("m.dlc");
}
END_TEST

START_TEST(the_table_can_be_saved)
{
    size_t size;
    char *csv;

    made_net(&(struct made_net){.file = "m.dlc", .relu = "a,\"b\""});
    RUN(0, "-i", "m.dlc", "-s", "t.csv");
    csv = suite_read(suite_path("t.csv"), &size);
    assert_says(csv, "Id,Name,Type,Inputs,Outputs,Out Dims,Runtimes,Parameters\n"
                     "0,data,data,data:0,data:0,1x8x8x2,C,input_preprocessing: passthrough\n"
                     ",,,,,,,input_encoding_in: bgr\n");
    assert_says(csv, "\n2,\"a,\"\"b\"\"\",neuron,conv:0,\"a,\"\"b\"\":0\",1x8x8x4,C,a: 0\n");
    free(csv);
    suite_remove("t.csv");
    suite_remove("m.dlc");
}
END_TEST

START_TEST(what_is_no_container_is_refused_with_a_sentence)
{
    suite_write(suite_path("m.dlc"), "no archive at all, but long enough", 34);
    assert_says(RUN(1, "-i", "m.dlc").err,
                "snpe-dlc-info: error: m.dlc: not a DLC archive: no ZIP end record");
    assert_says(RUN(1, "-i", "none").err, "error: cannot read none: No such file");
    assert_says(RUN(1, "-i", ".").err, "error: cannot read .: it is not a file");
    made_net(&(struct made_net){.file = "m.dlc"});
    assert_says(RUN(1, "-i", "m.dlc", "-s", "no/t.csv").err, "error: cannot write no/t.csv");
    suite_remove("m.dlc");
}
END_TEST

START_TEST(wrong_usage_is_told)
{
    assert_says(RUN(2, "--json").err, "error: no DLC: -i FILE is required\n");
    assert_says(RUN(2, "-i").err, "snpe-dlc-info: --help shows the options");
    assert_says(RUN(2, "-i", "m.dlc", "more").err, "unexpected argument 'more'");
    assert_says(RUN(2, "--dlc").err, "--dlc");
    assert_says(RUN(0, "--help").out, "usage: snpe-dlc-info -i FILE");
    assert_says(RUN(0, "--version").out, "snpe-dlc-info " SNPED_VERSION);
}
END_TEST

SUITE(every_layer_is_a_row, parameters_are_said_in_snpes_words, totals_are_the_sums,
      an_8_bit_container_shows_its_encodings, records_of_others_are_listed, json_holds_the_same,
      the_table_can_be_saved, what_is_no_container_is_refused_with_a_sentence, wrong_usage_is_told);
