#include "tools/convert_options.h"

#include <assert.h>

#include "base/base.h"

#define FOR(id) (1u << CONVERTER_##id)
#define ALL     (~0u)

/* Where programs differ in an alias an option has several rows. */
static const struct {
    enum convert_option meaning;
    unsigned programs;
    struct args_option option;
} rows[] = {
    {OPTION_NETWORK,
     FOR(ONNX),
     {"input_network", "model_path", 'i', 1, "FILE", "the model to convert (required)"}},
    {OPTION_NETWORK,
     FOR(CAFFE),
     {"input_network", "caffe_txt", 'i', 1, "FILE", "the network's prototxt (required)"}},
    {OPTION_NETWORK,
     FOR(TENSORFLOW),
     {"input_network", "graph", 'i', 1, "FILE", "the frozen graph to convert (required)"}},
    {OPTION_NETWORK,
     FOR(CAFFE2),
     {"predict_net", NULL, 'p', 1, "FILE", "the net to convert (required)"}},
    {OPTION_WEIGHTS,
     FOR(CAFFE2),
     {"exec_net", NULL, 'e', 1, "FILE", "the init net with the network's weights (required)"}},
    {OPTION_WEIGHTS,
     FOR(CAFFE),
     {"caffe_bin", NULL, 'b', 1, "FILE", "the caffemodel with the network's weights"}},
    {OPTION_OUTPUT,
     FOR(ONNX),
     {"output_path", "dlc_path", 'o', 1, "FILE",
      "the container to write (default: the model's name with .dlc)"}},
    {OPTION_OUTPUT,
     FOR(CAFFE2),
     {"dlc", NULL, 'd', 1, "FILE",
      "the container to write (default: the predict net's name with .dlc)"}},
    {OPTION_OUTPUT,
     FOR(CAFFE) | FOR(TENSORFLOW),
     {"output_path", "dlc", 'o', 1, "FILE",
      "the container to write (default: the model's name with .dlc)"}},
    {OPTION_DIM,
     FOR(TENSORFLOW),
     {"input_dim", NULL, 'd', 2, "NAME DIMS",
      "a node to begin at, and the sizes of what it gives: input 1,224,224,3; placeholders that "
      "say their sizes need none; may be repeated"}},
    {OPTION_DIM,
     FOR(CAFFE2),
     {"input_dim", NULL, 'i', 2, "NAME DIMS",
      "an input and its sizes, as the net orders them: data 1,3,224,224; needed for every input; "
      "may be repeated"}},
    {OPTION_DIM,
     FOR(CAFFE),
     {"input_dim", NULL, 'd', 2, "NAME DIMS",
      "sizes of an input, as the prototxt orders them: data 1,3,224,224; or of what a layer makes "
      "that only its author knows, which is then kept as a user-defined one; may be repeated"}},
    {OPTION_DIM,
     FOR(ONNX),
     {"input_dim", NULL, 'd', 2, "NAME DIMS",
      "sizes of an input, as the model orders them: data 1,3,224,224; needed for every open size "
      "but that of a batch, which becomes 1; may be repeated"}},
    {OPTION_OUT_NODE,
     FOR(TENSORFLOW),
     {"out_node", NULL, 0, 1, "NAME",
      "a node to end at; may be left out where only one can be meant; may be repeated"}},
    {OPTION_ALLOW_UNCONSUMED,
     FOR(TENSORFLOW),
     {"allow_unconsumed_nodes", NULL, 0, 0, NULL,
      "leave out an input of -d that the outputs do not need, instead of refusing it"}},
    {OPTION_OUT_NODE,
     ALL & ~FOR(TENSORFLOW),
     {"out_node", NULL, 0, 1, "NAME",
      "a tensor or node to end at, instead of the model's own outputs; may be repeated"}},
    {OPTION_KEEP_BATCHNORM,
     ALL,
     {"disable_batchnorm_folding", NULL, 0, 0, NULL,
      "keep batch normalisations as layers of their own"}},
    {OPTION_MODEL_VERSION,
     ALL,
     {"model_version", NULL, 0, 1, "TEXT",
      "a version to write into the container; 64 bytes are kept"}},
    {OPTION_COPYRIGHT,
     ALL,
     {"copyright_file", NULL, 0, 1, "FILE", "a text to write into the container"}},
    {OPTION_OPAQUE,
     FOR(CAFFE2),
     {"opaque_input", NULL, 0, 1, "NAME",
      "an input that holds numbers of any kind, and no picture; may be repeated"}},
    {OPTION_TYPE,
     FOR(ONNX) | FOR(TENSORFLOW),
     {"input_type", NULL, 't', 2, "NAME TYPE",
      "what an input holds: default, image (whole numbers 0 to 255) or opaque; may be repeated"}},
    {OPTION_TYPE,
     FOR(CAFFE),
     {"input_type", "in_type", 't', 2, "NAME TYPE",
      "what an input holds: default, image (whole numbers 0 to 255) or opaque; may be repeated"}},
    {OPTION_IN_TYPE,
     FOR(TENSORFLOW),
     {"in_type", NULL, 0, 1, "TYPE", "what all inputs hold that -t does not name"}},
    {OPTION_PICTURES,
     FOR(CAFFE2),
     {"encoding", NULL, 0, 1, "ENCODING",
      "what pixels of the input pictures are (those of three channels): bgr (default), rgb, rgba, "
      "argb32, nv21, time_series or other; a layer at the head brings colours to BGR"}},
    {OPTION_ENCODING,
     ALL & ~FOR(CAFFE2),
     {"input_encoding", "encoding", 'e', 2, "NAME ENCODING",
      "what pixels of an input are: bgr (default), rgb, rgba, argb32 (bytes B, G, R, A), nv21 "
      "(full "
      "range, as JPEG), time_series or other; a layer at the head brings colours to BGR; may be "
      "repeated"}},
    {OPTION_DRY_RUN,
     ALL,
     {"dry_run", NULL, 0, 1, "[info|debug]",
      "convert, say what would be written and what is not used, write nothing; debug lists the "
      "layers"}},
    {OPTION_TARGET,
     ALL,
     {"validation_target", NULL, 0, 2, "RUNTIME PROCESSOR",
      "say which layers a runtime would not take: cpu, gpu or dsp on snapdragon_835, ...; may be "
      "repeated"}},
    {OPTION_STRICT,
     ALL,
     {"strict", NULL, 0, 0, NULL,
      "write nothing if a validation target (cpu if none is named) would not take a layer"}},
    {OPTION_DEBUG, ALL, {"debug", "verbose", 0, 1, "[N]", "list the layers"}},
    {OPTION_OMIT,
     FOR(CAFFE),
     {"omit_preprocessing", NULL, 0, 0, NULL,
      "add no layers that prepare pictures, which is so without --enable_preprocessing"}},
    {OPTION_IGNORED,
     FOR(CAFFE),
     {"in_layer", NULL, 0, 1, "NAME", "an input, which the prototxt names too"}},
    {OPTION_PREPARE,
     FOR(CAFFE),
     {"enable_preprocessing", NULL, 0, 0, NULL,
      "prepare pictures at the head of the network by the data layer's transform_param: centre "
      "crop (crop_size; the input's sizes are those before it), mean_file (beside the prototxt) or "
      "mean_value, scale"}},
    {OPTION_INPUT_SIZE,
     FOR(CAFFE),
     {"input_size", NULL, 0, 2, "W H",
      "with --enable_preprocessing: pictures of that size come in, and are scaled (bilinear) to "
      "the input's sizes"}},
    {OPTION_PREPARE,
     FOR(CAFFE2),
     {"enable_preprocessing", NULL, 0, 0, NULL,
      "prepare pictures at the head of the network as the net's ImageInput says: centre crop (-i "
      "gives the sizes before it), mean, std"}},
    {OPTION_REORDER,
     FOR(CAFFE2),
     {"reorder_list", NULL, 0, 1, "NAME...",
      "inputs and outputs that keep the order of axes that the net has (NCHW): a Permute at that "
      "edge, where they otherwise have their channels last; may be repeated"}},
    {OPTION_UDL,
     FOR(CAFFE),
     {"udl", NULL, 0, 2, "MODULE FUNCTION",
      "ignored: no Python is called; layers that are not known here are kept as user-defined ones "
      "with their parameters, once -d says the sizes of their tops"}},
    {OPTION_NOT_BUILT,
     ALL,
     {"udo_config_paths", NULL, 0, 1, "FILE", "not built yet: user operations"}},
};

#define INPUT_TYPES "default image opaque"

static const char encodings[] =
#define COLOR_SPACE(name, code, color) name " "
#include "model/color_spaces.def"
#undef COLOR_SPACE
    "";

static const char runtimes[] =
#define RUNTIME(id, name, device, backend, mode, snpe_name, snpe_number, flag, bench) name " "
#include "base/runtimes.def"
#undef RUNTIME
    "";

static const char processors[] =
#define PROCESSOR(name, dsp, aip) name " "
#include "tools/processors.def"
    "";

const struct args_hint convert_options_hints[] = {
    {"input_type", NULL, {NULL, INPUT_TYPES}},
    {"in_type", NULL, {INPUT_TYPES}},
    {"input_encoding", NULL, {NULL, encodings}},
    {"encoding", NULL, {encodings}},
    {"dry_run", NULL, {"info debug"}},
    {"validation_target", NULL, {runtimes, processors}},
    {0},
};

void convert_options_list(enum converter converter, struct convert_options_table *ret)
{
    unsigned n = 0;

    *ret = (struct convert_options_table){0};
    for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
        if (!(rows[i].programs & 1u << converter))
            continue;
        assert(n + 1 < CONVERT_OPTIONS_MAX);
        ret->options[n] = rows[i].option;
        ret->meanings[n++] = rows[i].meaning;
    }
}
