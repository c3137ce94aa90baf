#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "config/models.h"
#include "tests/support/suite.h"

START_TEST(a_model_has_dims_outputs_and_types_by_tensor)
{
    static const char text[] = "[model]\nfile = face.dlc\nruntimes = gpu cpu\n"
                               "input_dims = data=1,48,48,3\ninput_dims = a=b=2x3\n"
                               "outputs = prob1\noutputs = conv 5/x\ntypes = data=uint8\n"
                               "warm_runs = 3\nkeep = no\n";
    struct arena arena = {0};
    struct model_config model;
    struct fault fault = {""};

    ck_assert_msg(models_read_bytes("m.conf", text, sizeof(text) - 1, &arena, &model, &fault) == 0,
                  "%s", fault.text);
    ck_assert_str_eq(model.file, "face.dlc");
    ck_assert_uint_eq(model.runtimes.n, 2);
    ck_assert_uint_eq(model.input_dims.n, 2);
    ck_assert_str_eq(model.input_dims.names[0], "data");
    ck_assert_uint_eq(model.input_dims.dims[0].rank, 4);
    ck_assert_uint_eq(model.input_dims.dims[0].dim[1], 48);
    ck_assert_str_eq(model.input_dims.names[1], "a=b");
    ck_assert_uint_eq(model.input_dims.dims[1].dim[1], 3);
    ck_assert_uint_eq(model.outputs.n, 2);
    ck_assert_str_eq(model.outputs.names[1], "conv 5/x");
    ck_assert_str_eq(model.types.types[0], "uint8");
    ck_assert_uint_eq(model.warm_runs, 3);
    ck_assert_uint_eq(model.keep, 0);
    arena_done(&arena);
}
END_TEST

START_TEST(an_empty_file_is_a_model_of_presets)
{
    struct arena arena = {0};
    struct model_config model;
    struct fault fault = {""};

    ck_assert_int_eq(models_read_bytes("m.conf", "", 0, &arena, &model, &fault), 0);
    ck_assert_str_eq(model.file, "");
    ck_assert_uint_eq(model.runtimes.n, 0);
    ck_assert_uint_eq(model.warm_runs, 1);
    ck_assert_uint_eq(model.keep, 1);
    arena_done(&arena);
}
END_TEST

static void refused(const char *text, const char *sentence)
{
    struct arena arena = {0};
    struct model_config model;
    struct fault fault = {""};

    ck_assert_int_eq(models_read_bytes("m.conf", text, strlen(text), &arena, &model, &fault),
                     E_SETTING);
    ck_assert_str_eq(fault.text, sentence);
    arena_done(&arena);
}

START_TEST(a_refusal_names_file_line_and_key)
{
    refused("[model]\nfiles = x\n",
            "m.conf:2: [model] files: there is no such key; there are: file runtimes input_dims "
            "outputs types warm_runs keep perf pin ttl");
    refused("file = x\n", "m.conf:1: [] file: there is one section, [model]");
    refused("[model]\ninput_dims = 1,2,3\n",
            "m.conf:2: [model] input_dims: \"1,2,3\" is not NAME=DIMS, as data=1,224,224,3");
    refused("[model]\ninput_dims = data=1,0\n",
            "m.conf:2: [model] input_dims: \"data=1,0\" is not NAME=DIMS, as data=1,224,224,3");
    refused("[model]\ntypes = data=float16\n",
            "m.conf:2: [model] types: \"data=float16\" is not NAME=float32 or NAME=uint8");
    refused("[model]\nkeep = maybe\n", "m.conf:2: [model] keep: \"maybe\" is not yes or no");
    refused("[model]\nfile = a\nfile = b\n", "m.conf:3: [model] file: line 2 gave it already");
}
END_TEST

START_TEST(more_than_64_tensors_are_refused)
{
    char text[4096] = "[model]\n";
    struct arena arena = {0};
    struct model_config model;
    struct fault fault = {""};

    for (int i = 0; i < 65; i++)
        strncat(text, "outputs = a\n", sizeof(text) - strlen(text) - 1);
    ck_assert_int_eq(models_read_bytes("m.conf", text, strlen(text), &arena, &model, &fault),
                     E_SETTING);
    ck_assert_str_eq(fault.text, "m.conf:66: [model] outputs: it is given more than 64 times");
    arena_done(&arena);
}
END_TEST

START_TEST(a_name_is_no_path)
{
    struct fault fault;

    ck_assert_int_eq(model_name_check("face", 4, &fault), 0);
    ck_assert_int_eq(model_name_check("f a.c-e_1", 9, &fault), 0);
    ck_assert_int_eq(model_name_check("", 0, &fault), E_BAD_PARAMS);
    ck_assert_int_eq(model_name_check("a/b", 3, &fault), E_BAD_PARAMS);
    ck_assert_int_eq(model_name_check("..", 2, &fault), E_BAD_PARAMS);
    ck_assert_int_eq(model_name_check(".a", 2, &fault), E_BAD_PARAMS);
    ck_assert_int_eq(model_name_check("a\0b", 3, &fault), E_BAD_PARAMS);
    ck_assert_int_eq(model_name_check("a\nb", 3, &fault), E_BAD_PARAMS);
    ck_assert_int_eq(model_name_check("a", MODEL_NAME_MAX + 1, &fault), E_BAD_PARAMS);
}
END_TEST

static void write_file(const char *dir, const char *name, const char *text)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    file = fopen(path, "w");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *dir, const char *name)
{
    char path[256];

    snprintf(path, sizeof(path), "%s/%s", dir, name);
    unlink(path);
}

START_TEST(a_directory_gives_its_models_by_name_and_those_with_mistakes)
{
    char dir[] = "/tmp/snped-models-XXXXXX";
    struct models_config *models = NULL;
    struct fault fault = {""};

    ck_assert_ptr_nonnull(mkdtemp(dir));
    write_file(dir, "b.conf", "[model]\nfile = x\n");
    write_file(dir, "a.conf", "[model]\nfile = x\nrubbish\n");
    write_file(dir, ".c.conf", "rubbish");
    write_file(dir, "d.conf~", "rubbish");
    ck_assert_msg(models_read_dir(dir, &models, &fault) == 0, "%s", fault.text);
    ck_assert_uint_eq(models->n, 2);
    ck_assert_str_eq(models->models[0].name, "a");
    ck_assert_int_eq(models->models[0].error, E_SETTING);
    ck_assert_ptr_nonnull(strstr(models->models[0].fault.text, "a.conf:3:"));
    ck_assert_str_eq(models->models[1].name, "b");
    ck_assert_int_eq(models->models[1].error, 0);
    models_config_free(models);
    remove_file(dir, "a.conf");
    remove_file(dir, "b.conf");
    remove_file(dir, ".c.conf");
    remove_file(dir, "d.conf~");
    ck_assert_int_eq(rmdir(dir), 0);
}
END_TEST

START_TEST(a_directory_that_is_not_there_holds_no_models)
{
    struct models_config *models = NULL;
    struct fault fault = {""};

    ck_assert_int_eq(models_read_dir("/nowhere/models.d", &models, &fault), 0);
    ck_assert_uint_eq(models->n, 0);
    models_config_free(models);
}
END_TEST

SUITE(a_model_has_dims_outputs_and_types_by_tensor, an_empty_file_is_a_model_of_presets,
      a_refusal_names_file_line_and_key, more_than_64_tensors_are_refused, a_name_is_no_path,
      a_directory_gives_its_models_by_name_and_those_with_mistakes,
      a_directory_that_is_not_there_holds_no_models);
