/* How long models stay in memory that nobody holds, and how much of a device's they may take. */
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})
#define N            4096

static void write_text(const char *name, const char *text)
{
    suite_write(suite_path(name), text, strlen(text));
}

static void write_entry(const char *name, const char *lines)
{
    write_text(suite_text("models.d/%s.conf", name), suite_text("[model]\n%s", lines));
}

/* A model of the repository, as large as all others here. */
static void make(const char *name)
{
    made_relu_file(suite_path(suite_text("models/%s.dlc", name)), N, name);
}

static void reload(struct house *house, struct caller *caller)
{
    const struct reload_result *result;

    ck_assert_answers(caller, caller_reload(caller, &result));
    proc_wait_notify(house->proc, "READY=1");
}

/* NAME's state in LIST; "": it is not there. */
static const char *state_of(struct caller *caller, const char *name)
{
    static struct list_result list;

    ck_assert_answers(caller, caller_list(caller, &list));
    for (uint32_t i = 0; i < list.n_models; i++)
        if (list.models[i].name.size == strlen(name) &&
            memcmp(list.models[i].name.base, name, strlen(name)) == 0)
            return suite_text("%.*s", (int)list.models[i].state.size, list.models[i].state.base);
    return "";
}

static struct device_desc device_of(struct caller *caller, const char *name)
{
    static struct stats_result stats;

    ck_assert_answers(caller, caller_stats(caller, &stats));
    for (uint32_t i = 0; i < stats.n_devices; i++)
        if (stats.devices[i].name.size == strlen(name) &&
            memcmp(stats.devices[i].name.base, name, strlen(name)) == 0)
            return stats.devices[i];
    ck_abort_msg("there is no device %s", name);
}

/* Loads and lets go: it stays because it is kept. */
static void keep(struct caller *caller, const char *name, const char *runtime)
{
    struct caller_loaded loaded;

    ck_assert_answers(
        caller,
        caller_load(caller, BY_NAME(.name = name, .keep = true, .runtime = runtime), &loaded));
    ck_assert_answers(caller, caller_unload(caller, loaded.network, NULL));
}

/* Room for COUNT models and a half on the device, from now on; one of them is there. */
static void allow(struct house *house, struct caller *caller, const char *device, const char *more,
                  uint64_t count)
{
    uint64_t one = device_of(caller, device).memory_used;

    ck_assert_uint_gt(one, N * sizeof(float));
    write_text("snped.conf", suite_text("[device %s]\nmemory = %llu\n%s", device,
                                        (unsigned long long)(one * count + one / 2), more));
    reload(house, caller);
    ck_assert_uint_eq(device_of(caller, device).memory_most, one * count + one / 2);
}

START_TEST(a_model_that_nobody_uses_for_its_ttl_is_idle_until_it_is_asked_for)
{
    struct caller_loaded loaded;
    struct house house;
    struct caller caller;

    house_open(&house, "\n");
    make("face");
    make("held");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "held"), &loaded));
    write_entry("face", "ttl = 60ms\n");
    write_entry("held", "ttl = 30ms\n");
    write_text("snped.conf", "\n");
    reload(&house, &caller);
    proc_wait_err(house.proc, "face generation 1 is let go of: not used for 60 ms");
    ck_assert_str_eq(state_of(&caller, "face"), "idle");
    ck_assert_str_eq(state_of(&caller, "held"), "ready");
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N, 0));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "face.dlc"), &loaded));
    ck_assert_uint_eq(loaded.generation, 1);
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N, 0));
    ck_assert_answers(&caller, caller_unload(&caller, loaded.network, NULL));
    proc_wait_err(house.proc, "face generation 1 is let go of: not used for 60 ms");
    ck_assert_str_eq(state_of(&caller, "face"), "idle");
    /* Other bytes, and a reload: it is loaded anew. */
    made_relu_file(suite_path("models/face.dlc"), 8, "new");
    reload(&house, &caller);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "face"), &loaded));
    ck_assert_uint_eq(loaded.generation, 2);
    ck_assert_answers(&caller, caller_unload(&caller, 0, "face"));
    ck_assert_str_eq(state_of(&caller, "face"), "");
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(what_a_client_keeps_for_a_while_goes_after_it)
{
    struct caller_loaded loaded;
    struct house house;
    struct caller caller;

    house_open(&house, "\n");
    make("face");
    caller_open(&caller, house.socket);
    ck_assert_answers(
        &caller,
        caller_load(&caller, BY_NAME(.name = "face", .keep = true, .ttl_ms = 20), &loaded));
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N, 0));
    ck_assert_answers(&caller, caller_unload(&caller, loaded.network, NULL));
    proc_wait_err(house.proc, "face generation 1 is let go of: not used for 20 ms");
    ck_assert_str_eq(state_of(&caller, "face"), "");
    ck_assert_uint_eq(device_of(&caller, "cpu").memory_used, 0);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_full_device_lets_go_of_what_was_unused_the_longest)
{
    struct caller_loaded loaded;
    struct house house;
    struct caller caller;

    house_open(&house, "\n");
    for (const char *name = "abcd"; *name; name++)
        make(suite_text("%c", *name));
    caller_open(&caller, house.socket);
    keep(&caller, "a", "cpu");
    allow(&house, &caller, "cpu", "", 2);
    keep(&caller, "b", "cpu");
    keep(&caller, "a", "cpu"); /* used last */
    keep(&caller, "c", "cpu");
    proc_wait_err(house.proc, "b generation 1 is let go of: c takes its memory");
    ck_assert_str_eq(state_of(&caller, "a"), "ready");
    ck_assert_str_eq(state_of(&caller, "b"), "");
    ck_assert_str_eq(state_of(&caller, "c"), "ready");
    /* Who is held stays; then there is no room, and nothing goes in vain. */
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "a"), &loaded));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "c"), NULL));
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "d"), NULL), E_QUOTA,
                      "([device cpu] memory) and holds ");
    ck_assert_ptr_nonnull(strstr(caller.text, " a ("));
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N, 0));
    ck_assert_answers(&caller, caller_unload(&caller, loaded.network, NULL));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "d"), &loaded));
    ck_assert_str_eq(state_of(&caller, "a"), "");
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N, 0));
    ck_assert_uint_le(device_of(&caller, "cpu").memory_used, device_of(&caller, "cpu").memory_most);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(what_is_pinned_is_never_let_go_of)
{
    struct house house;
    struct caller caller;

    house_open(&house, "\n");
    for (const char *name = "abc"; *name; name++)
        make(suite_text("%c", *name));
    caller_open(&caller, house.socket);
    write_entry("a", "pin = yes\nttl = 1ms\n");
    write_text("snped.conf", "\n");
    reload(&house, &caller);
    allow(&house, &caller, "cpu", "", 2);
    keep(&caller, "b", "cpu");
    keep(&caller, "c", "cpu");
    proc_wait_err(house.proc, "b generation 1 is let go of: c takes its memory");
    ck_assert_str_eq(state_of(&caller, "a"), "ready");
    /* An entry that is let go of is idle, and comes back by its name: now it is c that goes. */
    write_entry("b", "");
    reload(&house, &caller);
    proc_wait_err(house.proc, "c generation 1 is let go of: b takes its memory");
    keep(&caller, "c", "cpu");
    proc_wait_err(house.proc, "b generation 1 is let go of: c takes its memory");
    ck_assert_str_eq(state_of(&caller, "b"), "idle");
    keep(&caller, "b", NULL);
    ck_assert_str_eq(state_of(&caller, "b"), "ready");
    ck_assert_str_eq(state_of(&caller, "a"), "ready");
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_model_that_still_runs_for_a_client_that_went_is_not_room)
{
    static const float x[N] = {0};
    struct caller_loaded loaded;
    struct house house;
    struct caller caller, guest;

    house_open(&house, "[runtime skel_a]\noptions = ops=all delay_us=400000\n");
    for (const char *name = "abc"; *name; name++)
        make(suite_text("%c", *name));
    caller_open(&caller, house.socket);
    caller_open(&guest, house.socket);
    keep(&caller, "a", "skel_a");
    allow(&house, &caller, "skel_a", "[runtime skel_a]\noptions = ops=all delay_us=400000\n", 2);
    keep(&caller, "b", "skel_a");
    ck_assert_answers(&guest,
                      caller_load(&guest, BY_NAME(.name = "a", .runtime = "skel_a"), &loaded));
    caller_send_run(&guest,
                    &(struct caller_run){.network = loaded.network, .in = x, .in_size = sizeof(x)});
    while (device_of(&caller, "skel_a").running == 0)
        ; /* each look waits for the daemon's answer */
    caller_close(&guest);
    keep(&caller, "b", "skel_a"); /* used last, and yet it goes */
    keep(&caller, "c", "skel_a");
    proc_wait_err(house.proc, "generation 1 is let go of: c takes its memory");
    ck_assert_str_eq(state_of(&caller, "c"), "ready");
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_reload_swaps_a_model_within_a_budget_that_holds_it_once)
{
    struct caller_loaded loaded;
    struct house house;
    struct caller caller;

    house_open(&house, "\n");
    make("face");
    caller_open(&caller, house.socket);
    write_entry("face", "");
    write_text("snped.conf", "\n");
    reload(&house, &caller);
    allow(&house, &caller, "cpu", "", 1);
    made_relu_file(suite_path("models/face.dlc"), N, "other");
    reload(&house, &caller);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "face"), &loaded));
    ck_assert_uint_eq(loaded.generation, 2);
    /* Held, the old one stays beside: no room for a third, and the second goes on. */
    proc_expect_log(house.proc, "model face: face takes ");
    made_relu_file(suite_path("models/face.dlc"), N, "third");
    reload(&house, &caller);
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, N, 0));
    ck_assert_str_eq(state_of(&caller, "face"), "ready");
    ck_assert_answers(&caller, caller_unload(&caller, loaded.network, NULL));
    reload(&house, &caller);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "face"), &loaded));
    ck_assert_uint_eq(loaded.generation, 3);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

SUITE(a_model_that_nobody_uses_for_its_ttl_is_idle_until_it_is_asked_for,
      what_a_client_keeps_for_a_while_goes_after_it,
      a_full_device_lets_go_of_what_was_unused_the_longest, what_is_pinned_is_never_let_go_of,
      a_model_that_still_runs_for_a_client_that_went_is_not_room,
      a_reload_swaps_a_model_within_a_budget_that_holds_it_once);
