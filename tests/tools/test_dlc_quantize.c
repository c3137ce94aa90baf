/* snpe-dlc-quantize as a user runs it: what it writes, what it says, what it refuses. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/build.h"
#include "model/derive.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"
#include "model/ops/user_defined.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tests/tools/made.h"
#include "tests/tools/made_net.h"

#define N 128 /* numbers of made_net's input */

/* What a finished program said. */
struct answer {
    const char *out, *err;
};

static struct answer run(const char *program, int status, const char *const *args)
{
    const char *argv[24] = {suite_bin(program)};
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

#define QUANTIZE(status, ...)                                                                      \
    run("snpe-dlc-quantize", status, (const char *const[]){__VA_ARGS__, NULL})
/* m.dlc over the lines of the file "list". */
#define QUANTIZE_M(status, ...)                                                                    \
    QUANTIZE(status, "--input_dlc=m.dlc", "--input_list=list", ##__VA_ARGS__)

static void assert_says(const char *text, const char *what)
{
    ck_assert_msg(strstr(text, what) != NULL, "\"%s\" is not in:\n%s", what, text);
}

static bool exists(const char *name)
{
    return access(suite_path(name), F_OK) == 0;
}

static void write_list(const char *text)
{
    suite_write(suite_path("list"), text, strlen(text));
}

/* N floats: FIRST and the rest, which are all the same. */
static void write_raw(const char *file, const float *first, size_t n_first, float rest)
{
    float x[N];

    for (size_t i = 0; i < N; i++)
        x[i] = i < n_first ? first[i] : rest;
    suite_write(suite_path(file), x, sizeof(x));
}

/* Two inputs, in which the documented example lies. */
static void write_inputs(void)
{
    write_raw("a", (const float[]){-1.8f, -1}, 2, 0);
    write_raw("b", (const float[]){0, 0.5f}, 2, 0);
    write_list("a\nb\n");
}

static void tidy(const char *const *files)
{
    for (; *files; files++)
        suite_remove(*files);
}
#define TIDY(...) tidy((const char *const[]){__VA_ARGS__, NULL})

static struct graph *read_dlc(const char *path, struct dlc_metadata *metadata)
{
    struct fault fault = {""};
    struct graph *graph = NULL;
    size_t size;
    void *bytes = suite_read(path, &size);

    ck_assert_msg(dlc_read(bytes, size, &graph, metadata, &fault) == 0, "%s", fault.text);
    free(bytes);
    return graph;
}

static const struct value *value_of(const struct graph *graph, const char *name)
{
    uint32_t value = graph_find_value(graph, name);

    ck_assert_msg(value != NO_VALUE, "there is no %s", name);
    return &graph->values[value];
}

START_TEST(a_float_dlc_becomes_an_8_bit_one_beside_it)
{
    struct dlc_metadata metadata;
    const struct value *value;
    struct answer answer;
    struct graph *graph;
    uint32_t bits[3];

    made_net(&(struct made_net){.file = "m.dlc", .copyright = "(c) us"});
    write_inputs();
    answer = QUANTIZE_M(0);
    ck_assert_str_eq(answer.err, "");
    assert_says(answer.out, "2 inputs, 7 values with ranges, 5 constants in 8 bits\n");
    assert_says(answer.out, "wrote m_quantized.dlc, ");
    graph = read_dlc(suite_path("m_quantized.dlc"), &metadata);
    value = value_of(graph, "data:0");
    memcpy(bits, value->encodings, sizeof(bits));
    ck_assert_uint_eq(bits[0], 0xbfe6e6e7);
    ck_assert_uint_eq(bits[1], 0x3efdfdfe);
    ck_assert_uint_eq(bits[2], 0x3c13c6fa);
    ck_assert_int_eq(value->encodings->offset, -200);
    for (uint32_t i = 0; i < graph->n_values; i++) {
        ck_assert_uint_eq(graph->values[i].n_encodings, 1);
        ck_assert(!graph->values[i].blob || graph->values[i].dtype == DTYPE_TF8);
    }
    ck_assert_float_eq(value_of(graph, "conv/bias")->encodings->max, 0.5f);
    ck_assert_str_eq(metadata.model_copyright, "(c) us");
    ck_assert_str_eq(metadata.quantizer_command,
                     "snpe-dlc-quantize input_dlc=[m.dlc] input_list=[list] "
                     "no_weight_quantization=false output_dlc=[m_quantized.dlc] "
                     "use_enhanced_quantizer=false use_adjusted_weights_quantizer=false "
                     "optimizations=[] override_params=false "
                     "use_symmetric_quantize_weights=false bias_bitwidth=[8] axis_quant=false");
    assert_says(metadata.others, "quantizer-version=" SNPED_VERSION "\n");
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    TIDY("m.dlc", "m_quantized.dlc", "list", "a", "b");
}
END_TEST

START_TEST(snpe_dlc_info_shows_how_it_was_made)
{
    made_net(&(struct made_net){.file = "m.dlc"});
    write_inputs();
    assert_says(QUANTIZE_M(0, "--output_dlc", "q.dlc", "--axis_quant", "--bias_bitwidth=32",
                           "--optimizations=bc", "--optimizations", "cle")
                    .out,
                "0 pairs of layers were equalised\n2 biases were corrected\n");
    assert_says(run("snpe-dlc-info", 0, (const char *const[]){"-i", "q.dlc", NULL}).out,
                "optimizations=[cle, bc] ");
    assert_says(run("snpe-dlc-info", 0, (const char *const[]){"-i", "q.dlc", NULL}).out,
                "Quantizer command: snpe-dlc-quantize input_dlc=[m.dlc]");
    TIDY("m.dlc", "q.dlc", "list", "a", "b");
}
END_TEST

START_TEST(every_mode_writes_what_snpe_net_run_runs)
{
    static const char *const modes[] = {"--use_enhanced_quantizer",
                                        "--use_adjusted_weights_quantizer",
                                        "--use_symmetric_quantize_weights",
                                        "--no_weight_quantization",
                                        "--override_params",
                                        "--axis_quant",
                                        "--bias_bitwidth=32",
                                        "--use_enhanced_quantizer=weights",
                                        "--use_enhanced_quantizer=activations"};

    made_net(&(struct made_net){.file = "m.dlc"});
    write_inputs();
    for (size_t i = 0; i < ARRAY_SIZE(modes); i++) {
        struct answer answer = QUANTIZE_M(0, "--output_dlc=q.dlc", "--quiet", modes[i]);

        ck_assert_str_eq(answer.out, "");
        ck_assert_str_eq(answer.err, "");
        run("snpe-net-run", 0,
            (const char *const[]){"--container", "q.dlc", "--input_list", "list", NULL});
        TIDY("q.dlc", "output");
    }
    TIDY("m.dlc", "list", "a", "b");
}
END_TEST

START_TEST(snpes_options_for_logs_are_taken)
{
    made_net(&(struct made_net){.file = "m.dlc"});
    write_inputs();
    QUANTIZE_M(0, "--verbose", "--silent", "--debug=net", "--debug1", "--debug2", "--debug3",
               "--log-mask=*", "--log-file=f", "--log-dir=d", "--log-file-include-hostname",
               "--act_bitwidth=8", "--weights_bitwidth=8");
    TIDY("m.dlc", "m_quantized.dlc", "list", "a", "b");
}
END_TEST

START_TEST(inputs_that_tell_little_are_warned_of)
{
    const char *err;

    made_net(&(struct made_net){.file = "m.dlc"});
    write_raw("a", NULL, 0, 0);
    write_list("#fc softmax\na\n");
    err = QUANTIZE_M(0).err;
    assert_says(err, "warning: ranges come of a single input");
    assert_says(err, "warning: 1 of 1 inputs hold nothing but zeros\n");
    assert_says(err, "warning: list: the line that names outputs is passed over");
    ck_assert_str_eq(QUANTIZE_M(0, "--silent").err, "");
    TIDY("m.dlc", "m_quantized.dlc", "list", "a");
}
END_TEST

/* Nothing is left of what failed, and what was there before is as it was. */
static void assert_refused(const char *sentence)
{
    size_t size;
    char *old;

    suite_write(suite_path("q.dlc"), "old", 3);
    assert_says(QUANTIZE_M(1, "--output_dlc=q.dlc").err, sentence);
    old = suite_read(suite_path("q.dlc"), &size);
    ck_assert_mem_eq(old, "old", 3);
    free(old);
    suite_remove("q.dlc");
}

START_TEST(inputs_that_do_not_fit_are_refused_with_line_and_file)
{
    made_net(&(struct made_net){.file = "m.dlc"});
    write_inputs();
    write_list("a\nnone\n");
    assert_refused("error: list, line 2: cannot read none: No such file");
    suite_write(suite_path("short"), "1234", 4);
    write_list("a\nb\nshort\n");
    assert_refused("list, line 3: input data:0 (float32 1x8x8x2) has 512 bytes, the file short 4");
    write_list("a\ndata:0:=b\nwhat:=a\n");
    assert_refused("list, line 3: the network has no input what; its first is data:0");
    write_list("data:0:=a data:0:=b\n");
    assert_refused("list, line 1: input data:0 is given twice");
    write_raw("nan", (const float[]){1, 2, NAN}, 3, 0);
    write_list("a\nnan\n");
    assert_refused("calibration input 1, nan: number 2 of it is nan");
    write_list("\n");
    assert_refused("list: names no input");
    suite_remove("list");
    assert_refused("cannot read list");
    TIDY("m.dlc", "a", "b", "short", "nan");
}
END_TEST

START_TEST(an_8_bit_dlc_is_refused)
{
    made_net(&(struct made_net){.file = "m.dlc", .coded = true});
    write_inputs();
    assert_refused("m.dlc is quantised already: give the float DLC");
    made_rows("m.dlc", 1); /* it has no weights */
    made_raw("x", -2, 4);
    write_list("x\nx\n");
    QUANTIZE_M(0, "--output_dlc=n.dlc");
    suite_remove("m.dlc");
    ck_assert_int_eq(rename(suite_path("n.dlc"), suite_path("m.dlc")), 0);
    assert_refused("m.dlc is quantised already: give the float DLC");
    TIDY("m.dlc", "list", "a", "b", "x");
}
END_TEST

START_TEST(a_batch_is_refused)
{
    made_rows("m.dlc", 2);
    made_raw("x", -2, 8);
    write_list("x\n");
    assert_refused("m.dlc has a batch of 2: convert the model with a batch of 1 to quantise it");
    TIDY("m.dlc", "list", "x");
}
END_TEST

static void make_user_defined(void)
{
    static const int32_t dims[] = {1, 4}, shapes[] = {2, 1, 4};
    const struct input_attrs input = {.shape = {dims, 2}};
    const struct user_defined_attrs mine = {.type = "Mine", .shapes = {shapes, 3}};
    const char *const names[] = {"x", "y"};
    struct builder *builder;
    struct graph *graph;
    struct buf dlc = {0};
    uint32_t x;

    ck_assert_int_eq(builder_new(&builder), 0);
    ck_assert_int_eq(build_node(builder,
                                &(struct node_spec){"x", OP_INPUT, &input, NULL, &names[0], 0, 1},
                                &x, NULL),
                     0);
    ck_assert_int_eq(
        build_node(builder,
                   &(struct node_spec){"mine", OP_USER_DEFINED, &mine, &x, &names[1], 1, 1}, NULL,
                   NULL),
        0);
    ck_assert_int_eq(build_done(builder, &graph, NULL), 0);
    builder_free(builder);
    ck_assert_int_eq(dlc_write(graph, NULL, &dlc, NULL), 0);
    suite_write(suite_path("m.dlc"), dlc.base, dlc.size);
    buf_done(&dlc);
    graph_unref(graph);
}

START_TEST(a_user_defined_layer_is_refused)
{
    make_user_defined();
    made_raw("x", 0, 4);
    write_list("x\n");
    assert_refused("m.dlc: layer mine is user-defined");
    TIDY("m.dlc", "list", "x");
}
END_TEST

START_TEST(the_result_takes_no_place_of_what_it_is_made_of)
{
    made_net(&(struct made_net){.file = "m.dlc"});
    write_inputs();
    assert_says(QUANTIZE_M(1, "--output_dlc=./m.dlc").err,
                "the result would take the place of m.dlc: name another with --output_dlc");
    assert_says(QUANTIZE_M(1, "--output_dlc=none/q.dlc").err, "none/q.dlc");
    TIDY("m.dlc", "list", "a", "b");
}
END_TEST

START_TEST(what_is_not_built_says_so_and_nonsense_is_wrong_usage)
{
    assert_says(QUANTIZE_M(1, "--bitwidth=16").err, "--bitwidth 16: 16-bit networks cannot be");
    assert_says(QUANTIZE_M(1, "--act_bitwidth", "16").err, "--act_bitwidth 16");
    assert_says(QUANTIZE_M(1, "--enable_hta").err, "--enable_hta: not built yet");
    assert_says(QUANTIZE_M(1, "--hta_partitions=0-3").err, "not built yet");
    assert_says(QUANTIZE_M(1, "--udo_package_path=x").err, "not built yet");
    assert_says(QUANTIZE_M(2, "--bias_bitwidth=16").err, "--bias_bitwidth: it can be 8 or 32");
    assert_says(QUANTIZE_M(2, "--weights_bitwidth=4").err, "it can be 8 or 16, not 4");
    assert_says(QUANTIZE_M(2, "--bitwidth=8", "--act_bitwidth=8").err, "do not go together");
    assert_says(QUANTIZE_M(2, "--optimizations=all").err, "there are cle and bc");
    assert_says(QUANTIZE_M(2, "--optimizations=cle", "--optimizations=bc", "--override_params").err,
                "would not fit");
    assert_says(QUANTIZE_M(2, "--use_enhanced_quantizer=all").err, "weights, activations");
    assert_says(QUANTIZE_M(2, "--use_enhanced_quantizer", "--use_symmetric_quantize_weights").err,
                "choose one");
    assert_says(QUANTIZE(2, "--input_list=list").err, "--input_dlc is required");
    assert_says(QUANTIZE(2, "--input_dlc=m.dlc").err, "--input_list is required");
    assert_says(QUANTIZE_M(2, "word").err, "unexpected argument 'word'");
}
END_TEST

static bool near(float a, float b)
{
    return fabsf(a - b) <= 1e-6f * fmaxf(fabsf(a), fabsf(b));
}

/* The numbers that SNPE's codes mean have SNPE's codes again. */
static void check_real(const char *name)
{
    const char *path = suite_data(suite_text("dlc/%s/model.dlc", name));
    struct graph *theirs, *plain, *ours;
    struct buf dlc = {0};

    if (!path)
        return;
    theirs = read_dlc(path, NULL);
    ck_assert_int_eq(graph_dequantize(theirs, &plain, NULL), 0);
    ck_assert_int_eq(dlc_write(plain, NULL, &dlc, NULL), 0);
    suite_write(suite_path("m.dlc"), dlc.base, dlc.size);
    buf_done(&dlc);
    write_list(suite_data(suite_text("dlc/%s/input.raw", name)));
    QUANTIZE_M(0, "--silent");
    ours = read_dlc(suite_path("m_quantized.dlc"), NULL);
    for (uint32_t i = 0; i < theirs->n_values; i++) {
        const struct value *a = &theirs->values[i], *b;

        if (!a->blob || a->dtype != DTYPE_TF8)
            continue;
        b = value_of(ours, a->name);
        ck_assert_int_eq(b->dtype, DTYPE_TF8);
        ck_assert_msg(memcmp(a->data, b->data, shape_elements(&a->shape)) == 0, "%s", a->name);
        ck_assert_int_eq(a->encodings->offset, b->encodings->offset);
        ck_assert(near(a->encodings->min, b->encodings->min));
        ck_assert(near(a->encodings->max, b->encodings->max));
        ck_assert(near(a->encodings->delta, b->encodings->delta));
    }
    graph_unref(ours);
    graph_unref(plain);
    graph_unref(theirs);
    TIDY("m.dlc", "m_quantized.dlc", "list");
}

START_TEST(weights_of_real_files_get_the_codes_that_snpe_gave_them)
{
    check_real("driver_monitoring_v2_int8");
    check_real("driver_monitoring_v3_int8");
    check_real("navigation_v3_int8");
}
END_TEST

static void life(void *context, struct faults *faults)
{
    const char *argv[] = {suite_bin("snpe-dlc-quantize"),
                          "--input_dlc=m.dlc",
                          "--input_list=list",
                          "--use_enhanced_quantizer",
                          "--axis_quant",
                          "--optimizations=cle",
                          "--optimizations=bc",
                          NULL};
    struct proc *proc;
    int status;

    (void)context;
    made_net(&(struct made_net){.file = "m.dlc"});
    write_inputs();
    proc = proc_start(&(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL)});
    status = proc_wait(proc);
    faults_end(faults, proc);
    ck_assert(exists("m_quantized.dlc") == (status == 0));
    if (status == 0)
        suite_remove("m_quantized.dlc");
    TIDY("m.dlc", "list", "a", "b");
}

START_TEST(it_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-dlc-quantize"), life, NULL);
}
END_TEST

SUITE_WITHIN(240, a_float_dlc_becomes_an_8_bit_one_beside_it, snpe_dlc_info_shows_how_it_was_made,
             every_mode_writes_what_snpe_net_run_runs, snpes_options_for_logs_are_taken,
             inputs_that_tell_little_are_warned_of,
             inputs_that_do_not_fit_are_refused_with_line_and_file, an_8_bit_dlc_is_refused,
             a_batch_is_refused, a_user_defined_layer_is_refused,
             the_result_takes_no_place_of_what_it_is_made_of,
             what_is_not_built_says_so_and_nonsense_is_wrong_usage,
             weights_of_real_files_get_the_codes_that_snpe_gave_them,
             it_bears_the_failure_of_each_allocation);
