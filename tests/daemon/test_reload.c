/* Settings and models.d read anew while the daemon serves: all of it, or nothing. */
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})

static void write_settings(const char *text)
{
    suite_write(suite_path("snped.conf"), text, strlen(text));
}

/* models.d/NAME.conf with LINES behind [model]. */
static void write_entry(const char *name, const char *lines)
{
    const char *text = suite_text("[model]\n%s", lines);

    suite_write(suite_path(suite_text("models.d/%s.conf", name)), text, strlen(text));
}

/* The daemon's notifications are read, for it waits when too many are not. */
static const struct reload_result *reload(struct house *house, struct caller *caller)
{
    const struct reload_result *result = NULL;

    ck_assert_answers(caller, caller_reload(caller, &result));
    proc_wait_notify(house->proc, "READY=1");
    return result;
}

static int refused(struct house *house, struct caller *caller)
{
    const struct reload_result *result;
    int code = caller_reload(caller, &result);

    proc_wait_notify(house->proc, "READY=1");
    return code;
}

static void is_text(const struct text *text, const char *want)
{
    ck_assert_msg(text->size == strlen(want) && memcmp(text->base, want, text->size) == 0,
                  "\"%.*s\" instead of \"%s\"", (int)text->size, text->base, want);
}

/* The one model that was touched. */
static void only_model(const struct reload_result *result, const char *name, const char *what)
{
    ck_assert_uint_eq(result->n_models, 1);
    is_text(&result->models[0].name, name);
    is_text(&result->models[0].what, what);
}

/* What LIST says of NAME; NULL: nothing. Valid until the next call. */
static const struct model_desc *listed(struct caller *caller, const char *name)
{
    static struct list_result list;

    ck_assert_answers(caller, caller_list(caller, &list));
    for (uint32_t i = 0; i < list.n_models; i++)
        if (list.models[i].name.size == strlen(name) &&
            memcmp(list.models[i].name.base, name, strlen(name)) == 0)
            return &list.models[i];
    return NULL;
}

START_TEST(settings_are_in_use_when_the_reload_is_answered)
{
    const struct reload_result *result;
    struct house house;
    struct caller caller;

    house_open(&house, "[quota]\nsession_networks = 1\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), NULL));
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 5), NULL), E_QUOTA,
                      "1 of its 1 networks");
    write_settings(
        "[daemon]\nthreads = 2\n[quota]\nsession_networks = 2\n[device cpu]\nlanes = 2\n");
    result = reload(&house, &caller);
    ck_assert_uint_eq(result->n_changed, 1);
    is_text(&result->changed[0], "[quota] session_networks");
    ck_assert_uint_eq(result->n_later, 2);
    is_text(&result->later[0], "[daemon] threads");
    is_text(&result->later[1], "[device cpu] lanes");
    ck_assert_uint_eq(result->n_models, 0);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 5), NULL));
    /* What is over the new limit stays until it is given back. */
    write_settings(
        "[daemon]\nthreads = 2\n[quota]\nsession_networks = 1\n[device cpu]\nlanes = 2\n");
    ck_assert_uint_eq(reload(&house, &caller)->n_changed, 1);
    ck_assert_answers(&caller, caller_unload(&caller, 1, NULL));
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 6), NULL), E_QUOTA,
                      "1 of its 1 networks");
    ck_assert_answers(&caller, caller_unload(&caller, 2, NULL));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 6), NULL));
    result = reload(&house, &caller);
    ck_assert_uint_eq(result->n_changed, 0);
    ck_assert_uint_eq(result->n_later, 2);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_file_with_a_mistake_changes_nothing_and_says_where)
{
    struct house house;
    struct caller caller;

    house_open(&house, "[quota]\nsession_networks = 1\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    proc_expect_log(house.proc, "nothing was changed");
    write_settings("[quota]\nsession_networks = 9\nmodels = many\n");
    ck_assert_refused(&caller, refused(&house, &caller), E_SETTING,
                      "snped.conf:3: [quota] models:");
    proc_wait_notify(house.proc, "STATUS=settings refused: ");
    write_settings("[quota]\nsession_networks = 9\n");
    write_entry("good", "file = relu\n");
    write_entry("bad", "file = relu\nkeeps = no\n");
    ck_assert_refused(&caller, refused(&house, &caller), E_SETTING, "bad.conf:3: [model] keeps:");
    ck_assert_ptr_null(listed(&caller, "good"));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), NULL));
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 5), NULL), E_QUOTA,
                      "1 of its 1 networks");
    suite_remove("models.d/bad.conf");
    only_model(reload(&house, &caller), "good", "loaded");
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 5), NULL));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_file_that_is_half_written_is_refused)
{
    static const char whole[] = "[quota]\nsession_networks = 12\n[policy]\nbatch_users = 7\n";
    struct house house;
    struct caller caller;

    house_open(&house, "[quota]\nsession_networks = 1\n");
    caller_open(&caller, house.socket);
    proc_expect_log(house.proc, "nothing was changed");
    for (size_t n = 0; n < sizeof(whole) - 2; n += 3) {
        if (n && whole[n - 1] == '\n')
            continue;
        suite_write(suite_path("snped.conf"), whole, n);
        ck_assert_refused(&caller, refused(&house, &caller), E_SETTING, "snped.conf");
    }
    write_settings(whole);
    suite_write(suite_path("models.d/face.conf"), "[model]\nkeep = ye", 17);
    ck_assert_refused(&caller, refused(&house, &caller), E_SETTING, "face.conf");
    suite_write(suite_path("models.d/face.conf"), "[model]\nwarm_runs = 1", 21);
    ck_assert_refused(&caller, refused(&house, &caller), E_SETTING,
                      "face.conf: the last line has no end: it is being written");
    suite_remove("models.d/face.conf");
    ck_assert_uint_eq(reload(&house, &caller)->n_changed, 2);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_signal_reloads_and_the_service_manager_is_told)
{
    struct house house;
    struct caller caller;

    house_open(&house, "[daemon]\nhello_timeout = 5s\n");
    made_relu_file(suite_path("models/face.dlc"), 4, "one");
    caller_open(&caller, house.socket);
    write_settings("[daemon]\nhello_timeout = 6s\n");
    write_entry("face", "warm_runs = 3\n");
    proc_signal(house.proc, SIGHUP);
    proc_wait_notify(house.proc, "RELOADING=1");
    proc_wait_notify(house.proc, "MONOTONIC_USEC=");
    proc_wait_notify(house.proc, "READY=1");
    proc_wait_notify(house.proc,
                     "STATUS=reloaded: 1 settings changed, 0 at the next start; 1 models");
    ck_assert_ptr_nonnull(listed(&caller, "face"));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(models_that_changed_are_swapped_and_the_others_are_not_touched)
{
    struct caller_loaded held, now;
    struct house house;
    struct caller caller;

    house_open(&house, "\n");
    made_relu_file(suite_path("models/face.dlc"), 4, "one");
    made_relu_file(suite_path("models/voice.dlc"), 4, "two");
    caller_open(&caller, house.socket);
    write_settings("\n");
    write_entry("face", "");
    write_entry("voice", "");
    ck_assert_uint_eq(reload(&house, &caller)->n_models, 2);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "face"), &held));
    ck_assert_uint_eq(reload(&house, &caller)->n_models, 0);
    /* Other bytes: a new generation, and who holds the old one goes on with it. */
    made_relu_file(suite_path("models/face.dlc"), 8, "three");
    only_model(reload(&house, &caller), "face", "loaded");
    ck_assert_uint_eq(listed(&caller, "face")->generation, 2);
    ck_assert_uint_eq(listed(&caller, "voice")->generation, 1);
    ck_assert_answers(&caller, caller_run_relu(&caller, held.network, 4, 0));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "face"), &now));
    ck_assert_answers(&caller, caller_run_relu(&caller, now.network, 8, 0));
    /* Other settings of the same bytes: the same generation, another network. */
    write_entry("voice", "input_dims = x=1,16\n");
    only_model(reload(&house, &caller), "voice", "loaded");
    ck_assert_uint_eq(listed(&caller, "voice")->generation, 1);
    suite_remove("models.d/voice.conf");
    only_model(reload(&house, &caller), "voice", "unloaded");
    ck_assert_ptr_null(listed(&caller, "voice"));
    ck_assert_ptr_nonnull(listed(&caller, "face"));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_model_that_cannot_be_loaded_keeps_what_it_has_and_says_why)
{
    const struct model_desc *face;
    const struct reload_result *result;
    struct caller_loaded loaded;
    struct house house;
    struct caller caller;

    house_open(&house, "\n");
    made_relu_file(suite_path("models/face.dlc"), 4, "one");
    caller_open(&caller, house.socket);
    proc_expect_log(house.proc, "model face:");
    write_settings("\n");
    write_entry("face", "");
    only_model(reload(&house, &caller), "face", "loaded");
    suite_write(suite_path("models/face.dlc"), "PK", 2);
    result = reload(&house, &caller);
    only_model(result, "face", "failed");
    ck_assert_uint_gt(result->models[0].error.size, 10);
    face = listed(&caller, "face");
    is_text(&face->state, "ready");
    ck_assert_uint_eq(face->generation, 1);
    ck_assert_uint_gt(face->error.size, 10);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "face"), &loaded));
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, 4, 0));
    only_model(reload(&house, &caller), "face", "failed"); /* it is tried again each time */
    made_relu_file(suite_path("models/face.dlc"), 4, "two");
    only_model(reload(&house, &caller), "face", "loaded");
    face = listed(&caller, "face");
    ck_assert_uint_eq(face->generation, 2);
    ck_assert_uint_eq(face->error.size, 0);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(reloads_that_are_asked_for_at_once_are_all_answered)
{
    const struct reload_params params = {0};
    struct house house;
    struct caller callers[4];
    uint32_t serials[4];

    house_open(&house, "\n");
    made_relu_file(suite_path("models/face.dlc"), 4, "one");
    write_entry("face", "");
    for (size_t i = 0; i < ARRAY_SIZE(callers); i++) {
        caller_open(&callers[i], house.socket);
        ck_assert_int_eq(pack_reload_params(&params, &callers[i].map), 0);
        serials[i] = caller_send(&callers[i], METHOD_RELOAD, NULL, 0, -1);
    }
    caller_close(&callers[1]); /* nobody waits for that one */
    for (size_t i = 0; i < ARRAY_SIZE(callers); i++)
        if (i != 1)
            ck_assert_answers(&callers[i], caller_answer(&callers[i], serials[i]));
    ck_assert_ptr_nonnull(listed(&callers[0], "face"));
    for (size_t i = 0; i < ARRAY_SIZE(callers); i++)
        if (i != 1)
            caller_close(&callers[i]);
    house_close(&house);
}
END_TEST

START_TEST(a_reload_that_is_taken_back_or_overtaken_by_the_end_is_answered)
{
    const struct reload_params params = {0};
    struct house house;
    struct caller caller;
    bool found;
    uint32_t serial;
    int code;

    house_open(&house, "\n");
    caller_open(&caller, house.socket);
    ck_assert_int_eq(pack_reload_params(&params, &caller.map), 0);
    serial = caller_send(&caller, METHOD_RELOAD, NULL, 0, -1);
    ck_assert_answers(&caller, caller_cancel(&caller, serial, &found));
    ck_assert(found);
    ck_assert_int_eq(pack_reload_params(&params, &caller.map), 0);
    serial = caller_send(&caller, METHOD_RELOAD, NULL, 0, -1);
    proc_wait_notify(house.proc, "RELOADING=1");
    proc_signal(house.proc, SIGTERM);
    code = caller_answer(&caller, serial);
    ck_assert_msg(code == E_DRAINING || code == 0, "%d: %s", code, caller.text);
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    proc_finish(house.proc, 0);
    house_tidy();
}
END_TEST

SUITE(settings_are_in_use_when_the_reload_is_answered,
      a_file_with_a_mistake_changes_nothing_and_says_where, a_file_that_is_half_written_is_refused,
      a_signal_reloads_and_the_service_manager_is_told,
      models_that_changed_are_swapped_and_the_others_are_not_touched,
      a_model_that_cannot_be_loaded_keeps_what_it_has_and_says_why,
      reloads_that_are_asked_for_at_once_are_all_answered,
      a_reload_that_is_taken_back_or_overtaken_by_the_end_is_answered);
