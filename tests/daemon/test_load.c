/* What LOAD finds, shares, replaces and refuses. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})

static int load_bytes(struct caller *caller, const char *name, const struct buf *dlc,
                      struct caller_loaded *ret)
{
    struct caller_load load = {.name = name, .fd = made_memfd(dlc->base, dlc->size, 0)};
    int code = caller_load(caller, &load, ret);

    close(load.fd);
    return code;
}

static uint32_t count_models(struct caller *caller)
{
    static struct list_result list;

    ck_assert_answers(caller, caller_list(caller, &list));
    return list.n_models;
}

START_TEST(a_name_that_is_nowhere_says_where_it_looked)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "face"), NULL), E_NO_MODEL,
                      "no model face is loaded, and ");
    ck_assert_ptr_nonnull(strstr(caller.text, "/models holds no file face.dlc"));
    ck_assert_str_eq(caller.error, "no-model");
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_name_is_no_path_and_no_link)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "../snped.conf"), NULL),
                      E_BAD_PARAMS, "dot");
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "a/b"), NULL), E_BAD_PARAMS,
                      "no path");
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = ""), NULL), E_BAD_PARAMS,
                      "1 to 120 bytes");
    made_relu_file(suite_path("outside"), 4, "one");
    ck_assert_int_eq(symlink("../outside", suite_path("models/link")), 0);
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "link"), NULL), E_DENIED,
                      "symbolic link");
    ck_assert_int_eq(mkdir(suite_path("models/folder"), 0755), 0);
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "folder"), NULL), E_NO_MODEL,
                      "");
    ck_assert_int_eq(mkfifo(suite_path("models/fifo"), 0644), 0);
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "fifo"), NULL), E_NO_MODEL, "");
    caller_close(&caller);
    suite_remove("outside");
    house_close(&house);
}
END_TEST

START_TEST(what_is_no_model_is_refused_and_changes_nothing)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    struct buf rubbish = {0};
    int pipe_fds[2];

    house_open(&house, "[daemon]\nmodel_most = 8K\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &loaded));
    proc_note(house.proc);
    buf_printf(&rubbish, "this is no archive");
    ck_assert_refused(&caller, load_bytes(&caller, "relu", &rubbish, NULL), E_DLC_ARCHIVE, "");
    ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
    ck_assert_refused(
        &caller,
        caller_load(&caller, &(struct caller_load){.name = "relu", .fd = pipe_fds[0]}, NULL),
        E_BAD_PARAMS, "neither a file nor memory");
    close(pipe_fds[0]);
    close(pipe_fds[1]);
    ck_assert_int_eq(buf_reserve(&rubbish, 9000), 0);
    memset(rubbish.base, 0, 9000);
    rubbish.size = 9000;
    ck_assert_refused(&caller, load_bytes(&caller, "relu", &rubbish, NULL), E_TOO_LARGE,
                      "larger than 8192 bytes");
    proc_clean_after(house.proc);
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, 4, 0));
    buf_done(&rubbish);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(the_same_bytes_are_the_same_generation_and_network)
{
    struct house house;
    struct caller caller;
    struct caller_loaded first, again;
    struct buf dlc;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    made_relu(16, "one", &dlc);
    ck_assert_answers(&caller, load_bytes(&caller, "relu", &dlc, &first));
    ck_assert_uint_gt(first.memory_bytes, 0);
    ck_assert_uint_gt(first.load_us, 0);
    ck_assert_answers(&caller, load_bytes(&caller, "relu.dlc", &dlc, &again));
    ck_assert_uint_eq(again.generation, 1);
    ck_assert_str_eq(again.digest, first.digest);
    ck_assert_uint_eq(again.memory_bytes, 0);
    ck_assert_uint_eq(again.load_us, 0);
    ck_assert_uint_ne(again.network, first.network);
    ck_assert_uint_eq(count_models(&caller), 1);
    ck_assert_answers(&caller, caller_unload(&caller, first.network, NULL));
    ck_assert_answers(&caller, caller_run_relu(&caller, again.network, 16, 1));
    ck_assert_refused(&caller, caller_run_relu(&caller, first.network, 16, 1), E_NO_MODEL,
                      "none that this connection holds");
    buf_done(&dlc);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(other_bytes_are_a_new_generation_beside_the_old)
{
    struct house house;
    struct caller caller;
    struct caller_loaded old, new;
    struct buf one, two;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    made_relu(16, "one", &one);
    made_relu(8, "two", &two);
    ck_assert_answers(&caller, load_bytes(&caller, "relu", &one, &old));
    ck_assert_answers(&caller, load_bytes(&caller, "relu", &two, &new));
    ck_assert_uint_eq(new.generation, 2);
    ck_assert_str_ne(new.digest, old.digest);
    ck_assert_uint_eq(count_models(&caller), 1);
    ck_assert_answers(&caller, caller_run_relu(&caller, old.network, 16, 0));
    ck_assert_answers(&caller, caller_run_relu(&caller, new.network, 8, 0));
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &old));
    ck_assert_uint_eq(old.generation, 2);
    ck_assert_uint_eq(old.in_size, 32);
    buf_done(&one);
    buf_done(&two);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(other_dims_of_a_loaded_name_read_nothing)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu.dlc"), 16, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), &loaded));
    ck_assert_int_eq(unlink(suite_path("models/relu.dlc")), 0);
    for (uint32_t n = 1; n <= 5; n++) {
        ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = n), &loaded));
        ck_assert_uint_eq(loaded.in_size, 4 * n);
        ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, n, 0.5f));
    }
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu", .n = 3), &loaded));
    ck_assert_uint_eq(loaded.load_us, 0);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_model_lives_as_long_as_somebody_holds_it)
{
    struct house house;
    struct caller one, two;
    struct caller_loaded loaded;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&one, house.socket);
    caller_open(&two, house.socket);
    ck_assert_answers(&one, caller_load(&one, BY_NAME(.name = "relu"), NULL));
    ck_assert_answers(&two, caller_load(&two, BY_NAME(.name = "relu"), &loaded));
    caller_close(&one);
    ck_assert_uint_eq(count_models(&two), 1);
    ck_assert_answers(&two, caller_run_relu(&two, loaded.network, 16, 0));
    ck_assert_answers(&two, caller_unload(&two, loaded.network, NULL));
    ck_assert_uint_eq(count_models(&two), 0);
    ck_assert_refused(&two, caller_unload(&two, loaded.network, NULL), E_NO_MODEL, "none");
    ck_assert_refused(&two, caller_unload(&two, 0, "relu"), E_NO_MODEL, "no model relu");
    caller_close(&two);
    house_close(&house);
}
END_TEST

START_TEST(a_kept_model_stays_until_its_name_is_unloaded)
{
    struct house house;
    struct caller one, two;
    struct caller_loaded loaded;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&one, house.socket);
    ck_assert_answers(&one, caller_load(&one, BY_NAME(.name = "relu", .keep = true), NULL));
    caller_close(&one);
    caller_open(&two, house.socket);
    ck_assert_answers(&two, caller_load(&two, BY_NAME(.name = "relu"), &loaded));
    ck_assert_uint_eq(loaded.load_us, 0);
    ck_assert_answers(&two, caller_unload(&two, 0, "relu"));
    ck_assert_uint_eq(count_models(&two), 0);
    ck_assert_answers(&two, caller_run_relu(&two, loaded.network, 16, 0));
    caller_close(&two);
    house_close(&house);
}
END_TEST

START_TEST(what_a_load_asks_for_wrongly_is_named)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    ck_assert_refused(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .runtime = "npu"), NULL),
                      E_BAD_PARAMS, "runtimes: there is no \"npu\"; there are: cpu");
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "relu", .output = "z"), NULL),
                      E_NO_TENSOR, "z");
    ck_assert_refused(&caller, caller_load(&caller, BY_NAME(.name = "relu", .typed = "z"), NULL),
                      E_NO_TENSOR, "z");
    ck_assert_uint_eq(count_models(&caller), 0);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_runtime_that_cannot_is_passed_over_and_said)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .runtime = "skel_b"), &loaded));
    ck_assert_str_eq(loaded.runtime, "cpu");
    ck_assert_ptr_nonnull(strstr(loaded.why, "skel_b"));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(bytes_at_an_input_are_asked_for_by_type)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    static const uint8_t x[16] = {0, 1, 2, 3, 255};
    const float *y;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .typed = "x"), &loaded));
    ck_assert_uint_eq(loaded.in_size, 16);
    ck_assert_answers(&caller, caller_run(&caller, &(struct caller_run){.network = loaded.network,
                                                                        .in = x,
                                                                        .in_size = sizeof(x)}));
    y = (const float *)(const void *)caller.frame.tail;
    ck_assert_float_eq(y[3], 3);
    ck_assert_float_eq(y[4], 255);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(loads_wait_in_line_and_are_taken_back_there_at_once)
{
    struct house house;
    struct caller caller;
    uint32_t first, second;
    bool found;

    house_open(&house, "[runtime skel_a]\noptions = ops=all compile_us=300000\n");
    made_relu_file(suite_path("models/one"), 16, "one");
    made_relu_file(suite_path("models/two"), 16, "two");
    caller_open(&caller, house.socket);
    caller_pack_load(&caller, BY_NAME(.name = "one", .runtime = "skel_a"));
    first = caller_send(&caller, METHOD_LOAD, NULL, 0, -1);
    caller_pack_load(&caller, BY_NAME(.name = "two"));
    second = caller_send(&caller, METHOD_LOAD, NULL, 0, -1);
    ck_assert_answers(&caller, caller_ping(&caller)); /* the loop is free meanwhile */
    caller_cancel(&caller, second, &found);
    ck_assert(found);
    ck_assert_uint_eq(count_models(&caller), 1); /* "one", loading */
    caller_cancel(&caller, first, &found);
    ck_assert(found);
    ck_assert_int_eq(caller_answer(&caller, first), E_CANCELLED);
    ck_assert_uint_eq(count_models(&caller), 0);
    caller_cancel(&caller, first, &found);
    ck_assert(!found);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_client_that_goes_while_its_model_loads_leaves_nothing)
{
    struct house house;
    struct caller caller, other;

    house_open(&house, "[runtime skel_a]\noptions = ops=all compile_us=100000\n");
    made_relu_file(suite_path("models/one"), 16, "one");
    made_relu_file(suite_path("models/two"), 16, "two");
    caller_open(&other, house.socket);
    proc_note(house.proc);
    caller_open(&caller, house.socket);
    caller_pack_load(&caller, BY_NAME(.name = "one", .runtime = "skel_a", .keep = true));
    caller_send(&caller, METHOD_LOAD, NULL, 0, -1);
    ck_assert_answers(&caller, caller_ping(&caller));
    caller_close(&caller);
    ck_assert_answers(&other, caller_load(&other, BY_NAME(.name = "two"), NULL)); /* behind it */
    ck_assert_uint_eq(count_models(&other), 1);
    proc_clean_after(house.proc);
    caller_close(&other);
    house_close(&house);
}
END_TEST

SUITE(a_name_that_is_nowhere_says_where_it_looked, a_name_is_no_path_and_no_link,
      what_is_no_model_is_refused_and_changes_nothing,
      the_same_bytes_are_the_same_generation_and_network,
      other_bytes_are_a_new_generation_beside_the_old, other_dims_of_a_loaded_name_read_nothing,
      a_model_lives_as_long_as_somebody_holds_it, a_kept_model_stays_until_its_name_is_unloaded,
      what_a_load_asks_for_wrongly_is_named, a_runtime_that_cannot_is_passed_over_and_said,
      bytes_at_an_input_are_asked_for_by_type, loads_wait_in_line_and_are_taken_back_there_at_once,
      a_client_that_goes_while_its_model_loads_leaves_nothing);
