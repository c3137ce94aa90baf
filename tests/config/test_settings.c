/* All settings read in one go, and two of them held against each other. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "config/compare.h"
#include "config/settings.h"
#include "tests/support/suite.h"

static struct config *read_config(const char *text)
{
    struct config *config;
    struct fault fault = {""};

    ck_assert_int_eq(config_new(&config, &fault), 0);
    ck_assert_msg(config_read_bytes(config, "a.conf", text, strlen(text), &fault) == 0, "%s",
                  fault.text);
    return config;
}

struct names {
    char text[1024];
};

static void on_change(void *context, const char *name, bool later)
{
    struct names *names = context;
    size_t used = strlen(names->text);

    snprintf(names->text + used, sizeof(names->text) - used, "%s%s;", name, later ? " later" : "");
}

static void differ(const char *before, const char *after, const char *want)
{
    struct config *a = read_config(before), *b = read_config(after);
    struct names names = {""};

    config_compare(a, b, on_change, &names);
    ck_assert_str_eq(names.text, want);
    config_free(a);
    config_free(b);
}

START_TEST(every_kind_of_setting_is_compared)
{
    differ("", "", "");
    differ("[daemon]\nruntimes = cpu\n", "[daemon]\nruntimes = cpu\n", "");
    differ("", "[daemon]\nmodels = /elsewhere\n", "[daemon] models;");
    differ("[daemon]\nruntimes = cpu\n", "[daemon]\nruntimes = gpu cpu\n", "[daemon] runtimes;");
    differ("[daemon]\nruntimes = cpu gpu\n", "[daemon]\nruntimes = gpu cpu\n",
           "[daemon] runtimes;");
    differ("[policy]\nrun_users = a b\n", "[policy]\nrun_users = a c\n", "[policy] run_users;");
    differ("[policy]\nrun_users = a b\n", "[policy]\nrun_users = a b\n", "");
    differ("[queue]\ndepth = 7\n", "", "[queue] depth;");
    differ("", "[daemon]\nsocket = /s\nthreads = 3\nlog = debug\n",
           "[daemon] socket later;[daemon] threads later;[daemon] log;");
    differ("", "[device gpu]\nlanes = 2\nmemory = 4K\n[runtime cpu]\noptions = x\n",
           "[runtime cpu] options later;[device gpu] lanes later;[device gpu] memory;");
}
END_TEST

START_TEST(what_waits_for_the_next_start_keeps_its_first_value)
{
    struct config *first = read_config("[daemon]\nsocket = /first\n[device cpu]\nlanes = 3\n");
    struct config *config = read_config("[daemon]\nsocket = /new\n[queue]\ndepth = 9\n");

    config_keep_first(config, first);
    ck_assert_str_eq(config->daemon_socket, "/first");
    ck_assert_uint_eq(config->devices[DEVICE_CPU].lanes, 3);
    ck_assert_uint_eq(config->queue_depth, 9);
    config_free(config);
    config_free(first);
}
END_TEST

static struct model_config read_model(const char *text, struct arena *arena)
{
    struct model_config model;
    struct fault fault = {""};

    ck_assert_msg(models_read_bytes("m.conf", text, strlen(text), arena, &model, &fault) == 0, "%s",
                  fault.text);
    return model;
}

static bool equal(const char *a, const char *b)
{
    struct arena arena = {NULL};
    const struct model_config one = read_model(a, &arena), other = read_model(b, &arena);
    bool result = model_config_equal(&one, &other);

    arena_done(&arena);
    return result;
}

START_TEST(entries_of_models_are_equal_when_all_that_they_say_is)
{
    static const char *const different[] = {
        "[model]\n",
        "[model]\nfile = a\n",
        "[model]\nruntimes = cpu\n",
        "[model]\ninput_dims = x=1,2\n",
        "[model]\ninput_dims = x=1,3\n",
        "[model]\ninput_dims = y=1,3\n",
        "[model]\ninput_dims = x=1,3,1\n",
        "[model]\ninput_dims = x=1,3\ninput_dims = y=1,3\n",
        "[model]\noutputs = p\n",
        "[model]\noutputs = q\n",
        "[model]\ntypes = x=uint8\n",
        "[model]\ntypes = x=float32\n",
        "[model]\nwarm_runs = 2\n",
        "[model]\nkeep = no\n",
        "[model]\npin = yes\n",
        "[model]\nttl = 5min\n",
    };

    for (size_t i = 0; i < ARRAY_SIZE(different); i++)
        for (size_t k = 0; k < ARRAY_SIZE(different); k++)
            ck_assert_msg(equal(different[i], different[k]) == (i == k), "%s and %s", different[i],
                          different[k]);
    ck_assert(equal("[model]\nkeep = yes\nttl = 60s\n", "[model]\nttl = 1min\n"));
}
END_TEST

static void write_text(const char *name, const char *text)
{
    suite_write(suite_path(name), text, strlen(text));
}

static struct config_source source_here(void)
{
    return (struct config_source){
        .path = suite_path("snped.conf"),
        .models = suite_path("models"),
        .models_d = suite_path("models.d"),
    };
}

static int read_again(struct settings *settings, struct fault *fault)
{
    const struct config_source source = source_here();

    settings_done(settings);
    *fault = (struct fault){""};
    return settings_read(&source, settings, fault);
}

static void clean_up(struct settings *settings)
{
    settings_done(settings);
    suite_remove("snped.conf");
    suite_remove("models.d");
    suite_remove("models");
}

static void begin(void)
{
    mkdir(suite_path("models.d"), 0755);
    mkdir(suite_path("models"), 0755);
    write_text("snped.conf", "[queue]\ndepth = 9\n");
    write_text("models.d/face.conf", "[model]\n");
    write_text("models/face.dlc", "bytes");
}

static bool same(const void *a, const void *b, size_t size)
{
    return memcmp(a, b, size) == 0;
}

START_TEST(the_stamp_differs_when_a_file_was_written_came_or_went)
{
    struct settings settings = {.config = NULL};
    struct digest before;
    struct file_stamp model;
    struct fault fault;

    begin();
    ck_assert_int_eq(read_again(&settings, &fault), 0);
    ck_assert_uint_eq(settings.config->queue_depth, 9);
    ck_assert_str_eq(settings.config->daemon_models_d, suite_path("models.d"));
    ck_assert_uint_eq(settings.models->n, 1);
    model = settings.models->models[0].stamp;
    ck_assert_uint_eq(model.size, 5);
    before = settings.stamp;
    ck_assert_int_eq(read_again(&settings, &fault), 0);
    ck_assert(same(&before, &settings.stamp, sizeof(before)));
    write_text("models/face.dlc", "other bytes"); /* a model's file is no file of settings */
    ck_assert_int_eq(read_again(&settings, &fault), 0);
    ck_assert(same(&before, &settings.stamp, sizeof(before)));
    ck_assert(!same(&model, &settings.models->models[0].stamp, sizeof(model)));
    write_text("snped.conf", "[queue]\ndepth = 10\n");
    ck_assert_int_eq(read_again(&settings, &fault), 0);
    ck_assert(!same(&before, &settings.stamp, sizeof(before)));
    before = settings.stamp;
    write_text("models.d/more.conf", "[model]\nfile = face.dlc\n");
    ck_assert_int_eq(read_again(&settings, &fault), 0);
    ck_assert(!same(&before, &settings.stamp, sizeof(before)));
    before = settings.stamp;
    suite_remove("models.d/more.conf");
    ck_assert_int_eq(read_again(&settings, &fault), 0);
    ck_assert(!same(&before, &settings.stamp, sizeof(before)));
    clean_up(&settings);
}
END_TEST

START_TEST(half_a_file_is_refused_by_name)
{
    struct settings settings = {.config = NULL};
    struct fault fault;

    begin();
    write_text("snped.conf", "[queue]\ndepth = 9");
    ck_assert_int_eq(read_again(&settings, &fault), E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "snped.conf: the last line has no end"));
    ck_assert_ptr_null(settings.config);
    write_text("snped.conf", "");
    ck_assert_int_eq(read_again(&settings, &fault), E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "snped.conf: the file is empty"));
    write_text("snped.conf", "[queue]\ndepth = 9\n");
    write_text("models.d/face.conf", "[model]\nttl = 1");
    ck_assert_int_eq(read_again(&settings, &fault), E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "face.conf: "));
    write_text("models.d/face.conf", "[model]\nttl = 1lightyear\n");
    ck_assert_int_eq(read_again(&settings, &fault), E_SETTING);
    ck_assert_ptr_nonnull(strstr(fault.text, "face.conf:2: [model] ttl: "));
    clean_up(&settings);
}
END_TEST

START_TEST(a_file_that_need_not_be_there_leaves_the_presets)
{
    const struct config_source source = {.path = suite_path("none.conf"), .optional = true};
    const struct config_source needed = {.path = suite_path("none.conf")};
    struct config *config = NULL;
    struct fault fault = {""};

    ck_assert_int_eq(config_read_source(&source, &config, &fault), 0);
    ck_assert_uint_eq(config->queue_depth, 256);
    config_free(config);
    ck_assert_int_eq(config_read_source(&needed, &config, &fault), -ENOENT);
    ck_assert_ptr_nonnull(strstr(fault.text, "none.conf"));
}
END_TEST

SUITE(every_kind_of_setting_is_compared, what_waits_for_the_next_start_keeps_its_first_value,
      entries_of_models_are_equal_when_all_that_they_say_is,
      the_stamp_differs_when_a_file_was_written_came_or_went, half_a_file_is_refused_by_name,
      a_file_that_need_not_be_there_leaves_the_presets);
