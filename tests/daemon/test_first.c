/* The main job, from end to end. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

START_TEST(a_model_by_fd_runs_inline)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    struct buf dlc;

    house_open(&house, "");
    made_relu(16, "one", &dlc);
    caller_open(&caller, house.socket);
    proc_note(house.proc);
    {
        struct caller_load load = {.name = "relu", .fd = made_memfd(dlc.base, dlc.size, 0)};

        ck_assert_answers(&caller, caller_load(&caller, &load, &loaded));
        close(load.fd);
    }
    ck_assert_str_eq(loaded.runtime, "cpu");
    ck_assert_uint_eq(loaded.generation, 1);
    ck_assert_uint_eq(loaded.in_size, 64);
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, 16, 0.5f));
    ck_assert_answers(&caller, caller_run_relu(&caller, loaded.network, 16, -3));
    ck_assert_answers(&caller, caller_unload(&caller, loaded.network, NULL));
    proc_clean_after(house.proc);
    caller_close(&caller);
    buf_done(&dlc);
    house_close(&house);
}
END_TEST

START_TEST(a_model_by_name_runs_by_region_without_a_copy)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    struct run_result result;
    float *memory, want[16];
    uint32_t region;
    int fd;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu.dlc"), 16, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(
        &caller, caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1}, &loaded));
    fd = made_memfd(NULL, 8192, 1);
    memory = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    made_numbers(memory, want, 16, 0.25f);
    ck_assert_answers(&caller, caller_region_add(&caller, fd, 8192, &region));
    ck_assert_answers(&caller, caller_run(&caller, &(struct caller_run){.network = loaded.network,
                                                                        .in_size = 64,
                                                                        .in_region = region,
                                                                        .out_region = region,
                                                                        .out_offset = 4096,
                                                                        .out_size = 64}));
    ck_assert_int_eq(unpack_run_result(caller.frame.map, caller.frame.map_size, &result, NULL), 0);
    ck_assert_uint_eq(result.copied_bytes, 0);
    ck_assert_mem_eq(memory + 1024, want, sizeof(want));
    ck_assert_answers(&caller, caller_region_drop(&caller, region));
    munmap(memory, 8192);
    close(fd);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(list_and_stats_tell_what_is_there)
{
    static struct list_result list;
    struct stats_result stats;
    struct house house;
    struct caller caller;

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_ping(&caller));
    ck_assert_answers(&caller,
                      caller_load(&caller, &(struct caller_load){.name = "relu", .fd = -1}, NULL));
    ck_assert_answers(&caller, caller_list(&caller, &list));
    ck_assert_uint_eq(list.n_models, 1);
    ck_assert_mem_eq(list.models[0].name.base, "relu", 4);
    ck_assert_mem_eq(list.models[0].state.base, "ready", 5);
    ck_assert_uint_eq(list.models[0].networks, 1);
    ck_assert_uint_eq(list.models[0].keep, 0);
    ck_assert_answers(&caller, caller_stats(&caller, &stats));
    ck_assert_mem_eq(stats.state.base, "ready", 5);
    ck_assert_uint_eq(stats.sessions, 1);
    ck_assert_uint_eq(stats.models, 1);
    ck_assert_uint_eq(stats.networks, 1);
    ck_assert_uint_eq(stats.devices[0].jobs, 1); /* the warm-up */
    caller_close(&caller);
    house_close(&house);
}
END_TEST

SUITE(a_model_by_fd_runs_inline, a_model_by_name_runs_by_region_without_a_copy,
      list_and_stats_tell_what_is_there);
