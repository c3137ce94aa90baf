/* Memory that clients share, and what they may try with it. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define BY_NAME(...) (&(struct caller_load){.fd = -1, __VA_ARGS__})

static int add(struct caller *caller, int take_fd, uint64_t size)
{
    uint32_t region;
    int code = caller_region_add(caller, take_fd, size, &region);

    close(take_fd);
    return code;
}

START_TEST(memory_that_can_still_shrink_is_refused)
{
    struct house house;
    struct caller caller;
    int fd = made_memfd(NULL, 4096, 0);
    int pipe_fds[2];

    house_open(&house, "");
    caller_open(&caller, house.socket);
    proc_note(house.proc);
    ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_GROW), 0);
    ck_assert_refused(&caller, add(&caller, fd, 4096), E_REGION_UNSEALED, "F_SEAL_SHRINK");
    ck_assert_refused(&caller, add(&caller, made_memfd(NULL, 4096, 0), 4096), E_REGION_UNSEALED,
                      "F_SEAL_GROW");
    ck_assert_refused(&caller, add(&caller, open("/dev/zero", O_RDWR | O_CLOEXEC), 4096),
                      E_REGION_UNSEALED, "");
    ck_assert_int_eq(pipe2(pipe_fds, O_CLOEXEC), 0);
    close(pipe_fds[1]);
    ck_assert_refused(&caller, add(&caller, pipe_fds[0], 4096), E_REGION_UNSEALED, "");
    proc_clean_after(house.proc);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_region_is_no_larger_than_its_memory)
{
    struct house house;
    struct caller caller;
    uint32_t region;

    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_refused(&caller, add(&caller, made_memfd(NULL, 4096, 1), 4097), E_REGION_BOUNDS,
                      "size: 4097 bytes of a memory of 4096");
    ck_assert_refused(&caller, add(&caller, made_memfd(NULL, 4096, 1), 0), E_REGION_BOUNDS,
                      "size: 0");
    ck_assert_refused(&caller, add(&caller, made_memfd(NULL, 4096, 1), UINT64_MAX), E_REGION_BOUNDS,
                      "size");
    ck_assert_refused(&caller, caller_region_add(&caller, -1, 4096, &region), E_BAD_PARAMS,
                      "none came");
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_span_lies_in_its_region_on_a_multiple_of_64)
{
    static const struct {
        uint64_t offset;
        const char *words;
    } wrong[] = {
        {4, "no multiple of 64"},         {4096 - 64, "end outside region"},
        {4096, "end outside region"},     {4096 - 64 + 128, "end outside"},
        {UINT64_MAX - 63, "end outside"},
    };
    struct house house;
    struct caller caller;
    struct caller_run run = {.network = 1, .in_size = 128, .out_size = 128};
    uint32_t region;
    int fd = made_memfd(NULL, 4096, 1);

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 32, "one");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_load(&caller, BY_NAME(.name = "relu"), NULL));
    ck_assert_answers(&caller, caller_region_add(&caller, fd, 4096, &region));
    run.in_region = run.out_region = region;
    for (size_t i = 0; i < ARRAY_SIZE(wrong); i++) {
        run.in_offset = wrong[i].offset;
        run.out_offset = 0;
        ck_assert_refused(&caller, caller_run(&caller, &run), E_REGION_BOUNDS, wrong[i].words);
        ck_assert_ptr_nonnull(strstr(caller.text, "input x"));
        run.in_offset = 0;
        run.out_offset = wrong[i].offset;
        ck_assert_refused(&caller, caller_run(&caller, &run), E_REGION_BOUNDS, wrong[i].words);
        ck_assert_ptr_nonnull(strstr(caller.text, "output y"));
    }
    run.out_offset = 64;
    ck_assert_refused(&caller, caller_run(&caller, &run), E_REGION_BOUNDS,
                      "output y lies over input x");
    run.out_offset = 128;
    ck_assert_answers(&caller, caller_run(&caller, &run));
    run.out_offset = 4096 - 128;
    ck_assert_answers(&caller, caller_run(&caller, &run));
    run.in_region = region + 1;
    ck_assert_refused(&caller, caller_run(&caller, &run), E_NO_REGION, "none of this connection's");
    ck_assert_refused(&caller, caller_region_drop(&caller, region + 1), E_NO_REGION, "none");
    close(fd);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_region_of_one_client_is_none_of_anothers)
{
    struct house house;
    struct caller one, two;
    uint32_t region;
    int fd = made_memfd(NULL, 4096, 1);

    house_open(&house, "");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&one, house.socket);
    caller_open(&two, house.socket);
    ck_assert_answers(&one, caller_region_add(&one, fd, 4096, &region));
    ck_assert_answers(&two, caller_load(&two, BY_NAME(.name = "relu"), NULL));
    ck_assert_refused(
        &two,
        caller_run(&two, &(struct caller_run){.network = 1, .in_region = region, .in_size = 64}),
        E_NO_REGION, "none of this connection's");
    ck_assert_refused(&two, caller_region_drop(&two, region), E_NO_REGION, "none");
    close(fd);
    caller_close(&one);
    caller_close(&two);
    house_close(&house);
}
END_TEST

START_TEST(a_region_dropped_during_a_run_is_unmapped_behind_it)
{
    struct house house;
    struct caller caller;
    struct caller_loaded loaded;
    float *memory, want[16];
    uint32_t region, serial;
    int fd = made_memfd(NULL, 4096, 1);

    house_open(&house, "[runtime skel_a]\noptions = ops=all delay_us=100000\n");
    made_relu_file(suite_path("models/relu"), 16, "one");
    caller_open(&caller, house.socket);
    memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ck_assert_ptr_ne(memory, MAP_FAILED);
    made_numbers(memory, want, 16, 0);
    ck_assert_answers(&caller,
                      caller_load(&caller, BY_NAME(.name = "relu", .runtime = "skel_a"), &loaded));
    proc_note(house.proc);
    ck_assert_answers(&caller, caller_region_add(&caller, fd, 4096, &region));
    serial = caller_send_run(&caller, &(struct caller_run){.network = loaded.network,
                                                           .in_region = region,
                                                           .out_region = region,
                                                           .in_size = 64,
                                                           .out_offset = 1024,
                                                           .out_size = 64});
    ck_assert_answers(&caller, caller_region_drop(&caller, region));
    ck_assert_answers(&caller, caller_answer(&caller, serial));
    ck_assert_mem_eq(memory + 256, want, sizeof(want));
    proc_clean_after(house.proc);
    munmap(memory, 4096);
    close(fd);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(memory_that_may_not_be_written_is_refused)
{
    struct house house;
    struct caller caller;
    int fd = made_memfd(NULL, 4096, 0);

    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE), 0);
    ck_assert_refused(&caller, add(&caller, fd, 4096), -1, "cannot be mapped for writing");
    caller_close(&caller);
    house_close(&house);
}
END_TEST

START_TEST(a_storm_of_regions_leaves_nothing)
{
    struct house house;
    struct caller caller;
    int fd = made_memfd(NULL, 1 << 20, 1);

    house_open(&house, "[quota]\nsession_regions = 4\n");
    caller_open(&caller, house.socket);
    proc_note(house.proc);
    for (int i = 0; i < 2000; i++) {
        uint32_t region;

        ck_assert_answers(&caller, caller_region_add(&caller, fd, 1 << 20, &region));
        ck_assert_answers(&caller, caller_region_drop(&caller, region));
    }
    proc_clean_after(house.proc);
    close(fd);
    caller_close(&caller);
    house_close(&house);
}
END_TEST

SUITE(memory_that_can_still_shrink_is_refused, a_region_is_no_larger_than_its_memory,
      a_span_lies_in_its_region_on_a_multiple_of_64, a_region_of_one_client_is_none_of_anothers,
      a_region_dropped_during_a_run_is_unmapped_behind_it,
      memory_that_may_not_be_written_is_refused, a_storm_of_regions_leaves_nothing);
