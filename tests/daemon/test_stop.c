/* How it ends: drained, in a hurry, and what it leaves on the disk. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/error.h"
#include "tests/daemon/caller.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

static const float x[4] = {1, -1, 2, -2};

static uint32_t load_slow(struct caller *caller)
{
    const struct caller_load load = {.name = "relu", .fd = -1, .runtime = "skel_a"};
    struct caller_loaded loaded;

    ck_assert_answers(caller, caller_load(caller, &load, &loaded));
    return loaded.network;
}

static uint32_t send_run(struct caller *caller, uint32_t network)
{
    return caller_send_run(caller,
                           &(struct caller_run){.network = network, .in = x, .in_size = sizeof(x)});
}

START_TEST(what_is_under_way_ends_and_new_work_is_refused)
{
    struct house house;
    struct caller caller, silent;
    uint32_t network, first, second, third;

    house_open(&house, "[runtime skel_a]\noptions = ops=all delay_us=150000\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    caller_open(&silent, house.socket);
    network = load_slow(&caller);
    first = send_run(&caller, network);
    second = send_run(&caller, network);
    ck_assert_answers(&silent, caller_ping(&silent)); /* it has read them */
    proc_signal(house.proc, SIGTERM);
    proc_wait_err(house.proc, "ending what is under way");
    third = send_run(&caller, network);
    ck_assert(caller_is_closed(&silent));
    ck_assert_int_eq(caller_answer(&caller, third), E_DRAINING);
    ck_assert_answers(&caller, caller_answer(&caller, first));
    ck_assert_answers(&caller, caller_answer(&caller, second));
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    caller_close(&silent);
    ck_assert_int_eq(proc_wait(house.proc), 0);
    ck_assert_int_eq(access(house.socket, F_OK), -1);
    house_close(&house);
}
END_TEST

START_TEST(when_time_is_up_every_call_is_answered)
{
    struct house house;
    struct caller caller;
    uint32_t network, running, queued;

    house_open(&house, "[daemon]\nstop_timeout = 20ms\n"
                       "[runtime skel_a]\noptions = ops=all delay_us=300000\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    proc_expect_log(house.proc, "stop_timeout is over");
    caller_open(&caller, house.socket);
    network = load_slow(&caller);
    running = send_run(&caller, network);
    queued = send_run(&caller, network);
    ck_assert_answers(&caller, caller_ping(&caller));
    proc_signal(house.proc, SIGTERM);
    ck_assert_int_eq(caller_answer(&caller, running), E_DRAINING);
    ck_assert_int_eq(caller_answer(&caller, queued), E_DRAINING);
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    ck_assert_int_eq(proc_wait(house.proc), 0); /* the run ended within the grace */
    house_close(&house);
}
END_TEST

START_TEST(a_second_signal_ends_it_at_once)
{
    struct house house;
    struct caller caller;

    house_open(&house, "[runtime skel_a]\noptions = ops=all fault=hang@2\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    proc_expect_log(house.proc, "a second signal");
    caller_open(&caller, house.socket);
    send_run(&caller, load_slow(&caller));
    ck_assert_answers(&caller, caller_stats(&caller, &(struct stats_result){0}));
    proc_signal(house.proc, SIGTERM);
    proc_wait_err(house.proc, "ending what is under way");
    proc_signal(house.proc, SIGTERM);
    ck_assert_int_eq(proc_wait(house.proc), -SIGTERM);
    ck_assert_int_eq(access(house.socket, F_OK), -1);
    caller_close(&caller);
    proc_finish(house.proc, -SIGTERM);
    house_tidy();
}
END_TEST

START_TEST(a_load_under_way_is_answered_draining)
{
    struct house house;
    struct caller caller;
    uint32_t first, second;

    house_open(&house, "[runtime skel_a]\noptions = ops=all compile_us=100000\n");
    made_relu_file(suite_path("models/relu"), 4, "one");
    caller_open(&caller, house.socket);
    caller_pack_load(&caller, &(struct caller_load){.name = "relu", .runtime = "skel_a"});
    first = caller_send(&caller, METHOD_LOAD, NULL, 0, -1);
    caller_pack_load(&caller, &(struct caller_load){.name = "relu", .n = 2});
    second = caller_send(&caller, METHOD_LOAD, NULL, 0, -1);
    ck_assert_answers(&caller, caller_ping(&caller));
    proc_signal(house.proc, SIGTERM);
    ck_assert_int_eq(caller_answer(&caller, second), E_DRAINING);
    ck_assert_int_eq(caller_answer(&caller, first), E_DRAINING);
    ck_assert(caller_is_closed(&caller));
    caller_close(&caller);
    ck_assert_int_eq(proc_wait(house.proc), 0);
    house_close(&house);
}
END_TEST

START_TEST(the_socket_has_its_mode_from_birth)
{
    struct house house;
    struct stat st;

    house_open(&house, "[daemon]\nsocket_mode = 0600\n");
    ck_assert_int_eq(lstat(house.socket, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    house_close(&house);
    house_open(&house, "");
    ck_assert_int_eq(lstat(house.socket, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0660);
    house_close(&house);
}
END_TEST

/* What snped says when it cannot start; its exit code is 1. */
static void refuses(const char *socket, const char *words)
{
    struct proc *proc =
        proc_start_args(suite_bin("snped"), "--socket", socket, "--models-d", "/nowhere", NULL);

    proc_expect_log(proc, "cannot start");
    ck_assert_int_eq(proc_wait(proc), 1);
    ck_assert_msg(strstr(proc_err(proc), words) != NULL, "%s", proc_err(proc));
    proc_finish(proc, 1);
}

START_TEST(a_second_daemon_on_the_socket_is_refused_and_takes_nothing)
{
    struct house house;
    struct caller caller;

    house_open(&house, "");
    refuses(house.socket, "another daemon answers there");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_ping(&caller));
    caller_close(&caller);
    house_close(&house);
}
END_TEST

static int bind_at(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    return fd;
}

START_TEST(an_old_socket_is_replaced_and_another_file_is_not)
{
    struct house house;
    struct caller caller;
    const char *path = suite_path("snped.sock");

    close(bind_at(path)); /* left behind by a daemon that was killed */
    house_open(&house, "");
    caller_open(&caller, house.socket);
    ck_assert_answers(&caller, caller_ping(&caller));
    caller_close(&caller);
    house_close(&house);
    suite_write(path, "x", 1);
    refuses(path, "a file that is no socket");
    ck_assert_int_eq(access(path, F_OK), 0);
    suite_remove("snped.sock");
    refuses("/nowhere/at/all/snped.sock", "the directory of the socket");
}
END_TEST

START_TEST(an_inherited_socket_is_used_and_left)
{
    const char *path = suite_path("given.sock");
    int fd = bind_at(path);
    const char *argv[] = {suite_bin("snped"),       "--models-d", "/nowhere", "--socket",
                          suite_path("other.sock"), NULL};
    const struct proc_spec spec = {.argv = argv, .fds = &fd, .n_fds = 1, .notify = 1};
    struct caller caller;
    struct proc *proc;

    ck_assert_int_eq(listen(fd, 8), 0);
    caller_connect(&caller, path); /* before it runs */
    proc = proc_start(&spec);
    close(fd);
    proc_wait_notify(proc, "READY=1");
    ck_assert_answers(&caller, caller_hello(&caller, 1, 1));
    ck_assert_int_eq(access(suite_path("other.sock"), F_OK), -1);
    caller_close(&caller);
    proc_signal(proc, SIGTERM);
    proc_finish(proc, 0);
    ck_assert_int_eq(access(path, F_OK), 0);
    suite_remove("given.sock");
}
END_TEST

START_TEST(the_service_manager_is_told)
{
    struct house house;

    house_open(&house, "");
    proc_signal(house.proc, SIGTERM);
    proc_wait_notify(house.proc, "STOPPING=1");
    ck_assert_int_eq(proc_wait(house.proc), 0);
    house_close(&house);
}
END_TEST

SUITE(what_is_under_way_ends_and_new_work_is_refused, when_time_is_up_every_call_is_answered,
      a_second_signal_ends_it_at_once, a_load_under_way_is_answered_draining,
      the_socket_has_its_mode_from_birth,
      a_second_daemon_on_the_socket_is_refused_and_takes_nothing,
      an_old_socket_is_replaced_and_another_file_is_not, an_inherited_socket_is_used_and_left,
      the_service_manager_is_told);
