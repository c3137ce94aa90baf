/* Allocations of the library and of snpectl: each fails once, and from each on all fail. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "client/client.h"
#include "tests/client/made.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"

static void live(void *context, struct faults *faults)
{
    /* Of any other locale setlocale of glibc 2.36 loses a name when memory runs out in it. */
    static const char *const more[] = {"LC_ALL=C", NULL};
    const char *const *words = context;
    const char *argv[12] = {words[0]};
    struct fake fake = {.state = "ready"};
    static const float x[FAKE_WIDTH] = {1};
    struct proc *proc;
    size_t n = 1;

    fake_start(&fake, "sock");
    suite_write("x.raw", x, sizeof(x));
    for (; words[n]; n++)
        argv[n] = strcmp(words[n], "SOCKET") == 0 ? fake.path : words[n];
    proc = proc_start(&(struct proc_spec){.argv = argv, .env = faults_env(faults, more)});
    (void)faults_end(faults, proc);
    fake_end(&fake);
    suite_remove("x.raw");
    if (access("out", F_OK) == 0)
        suite_remove("out");
}

static void bear(const char *program, const char *const *words)
{
    const char *all[12] = {program};

    for (size_t n = 0; words[n]; n++)
        all[n + 1] = words[n];
    if (faults_work())
        faults_all(program, live, all);
}

START_TEST(the_library_bears_the_failure_of_each_allocation)
{
    bear(suite_helper("client_life"), (const char *const[]){"SOCKET", NULL});
}
END_TEST

START_TEST(snpectl_run_bears_the_failure_of_each_allocation)
{
    bear(suite_bin("snpectl"), (const char *const[]){"run", "echo", "--socket", "SOCKET", "--input",
                                                     "x=x.raw", "--out", "out", NULL});
}
END_TEST

START_TEST(snpectl_info_bears_the_failure_of_each_allocation)
{
    bear(suite_bin("snpectl"),
         (const char *const[]){"info", "echo", "--json", "--socket", "SOCKET", NULL});
}
END_TEST

#define N_WIDE 75000 /* floats, 300 kB: inline, and more than a socket takes at once */

/* The frame that answers the first LOAD, made before anything fails. */
static struct buf load_answer;

static void make_load_answer(void)
{
    struct tensor_desc x = {.name = {"x", 1},
                            .type = {"float32", 7},
                            .dims = {2, {1, N_WIDE}},
                            .size = N_WIDE * sizeof(float)};
    const struct load_result result = {
        .network = 1,
        .name = {"m", 1},
        .digest = {"00", 2},
        .runtime = {"cpu", 3},
        .inputs[0] = x,
        .outputs[0] = x,
        .n_inputs = 1,
        .n_outputs = 1,
    };
    struct frame head = {FRAME_REPLY, .method = METHOD_LOAD, .serial = 2};
    uint8_t room[FRAME_HEADER_SIZE] = {0};

    ck_assert_int_eq(buf_append(&load_answer, room, sizeof(room)), 0);
    ck_assert_int_eq(pack_load_result(&result, &load_answer), 0);
    head.size = (uint32_t)(load_answer.size - sizeof(room));
    frame_encode(&head, load_answer.base);
}

static void on_done(void *user, int error, const struct snpe_run_result *result)
{
    (void)error;
    (void)result;
    ++*(int *)user;
}

/* Submits until bytes must wait because nobody reads. After a failure the client is of use. */
static int fill_socket(struct snpe_client *client)
{
    static float x[N_WIDE], y[N_WIDE];
    const struct snpe_input in = snpe_in("x", x, sizeof(x));
    const struct snpe_output out = snpe_out("x", y, sizeof(y));
    struct snpe_network *network = NULL;
    int n_called = 0, n_sent = 0, r = snpe_load(client, "m", NULL, &network);

    for (int i = 0; i < 3 && r == 0; i++) {
        r = snpe_submit(network, &in, 1, &out, 1, NULL, on_done, &n_called, NULL);
        n_sent += r == 0;
    }
    if (r == -ENOMEM && network) {
        int next = snpe_submit(network, &in, 1, &out, 1, NULL, on_done, &n_called, NULL);

        if (next != 0 && next != SNPE_E_DISCONNECTED)
            abort(); /* a check of Check's would allocate */
        n_sent += next == 0;
    }
    snpe_client_free(client);
    if (n_called != n_sent) /* whatever happened, each is called back once */
        abort();
    return r;
}

static int step_full(void *context)
{
    const struct snpe_client_options options = {
        .size = sizeof(options), .socket = "/none", .no_reconnect = 1};
    struct snpe_client *client;
    int r = snpe_client_new(&options, &client);

    if (r < 0)
        return r;
    client->fd = dup(*(int *)context);
    r = wire_new(client->fd, FRAME_SIZE_MAX, &client->wire);
    if (r < 0) {
        snpe_client_free(client);
        return r;
    }
    client->link = LINK_UP;
    client->epoch = client->serial = 1;
    client->frame_most = 1 << 20;
    return fill_socket(client);
}

static int step_on_new_socket(void *context)
{
    int pair[2], r;

    (void)context;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0 ||
        write(pair[1], load_answer.base, load_answer.size) != (ssize_t)load_answer.size)
        abort();
    r = step_full(&pair[0]);
    close(pair[0]);
    close(pair[1]);
    return r;
}

START_TEST(memory_that_runs_out_while_bytes_wait_loses_no_callback)
{
    if (!faults_work())
        return;
    make_load_answer();
    faults_each(step_on_new_socket, NULL);
    buf_done(&load_answer);
}
END_TEST

START_TEST(once_warm_no_run_allocates)
{
    struct fake fake = {.state = "ready"};
    struct faults *faults;
    struct proc *proc;
    uint64_t made;
    int go[2];

    if (!faults_work())
        return;
    fake_start(&fake, "sock");
    ck_assert_int_eq(pipe(go), 0);
    faults = faults_new(suite_helper("client_life"));
    proc = proc_start(&(struct proc_spec){
        .argv = (const char *const[]){suite_helper("client_life"), fake.path, "count", NULL},
        .env = faults_env(faults, NULL),
        .stdin_fd = go[0],
    });
    (void)proc_wait_out(proc, "warm");
    made = faults_made(faults);
    ck_assert_uint_gt(made, 0);
    ck_assert_int_eq(write(go[1], "g", 1), 1);
    (void)proc_wait_out(proc, "done");
    ck_assert_uint_eq(faults_made(faults) - made, 0);
    ck_assert_int_eq(write(go[1], "g", 1), 1);
    proc_finish(proc, 0);
    close(go[0]);
    close(go[1]);
    faults_free(faults);
    fake_end(&fake);
}
END_TEST

SUITE_WITH_FAULTS(the_library_bears_the_failure_of_each_allocation,
                  snpectl_run_bears_the_failure_of_each_allocation,
                  snpectl_info_bears_the_failure_of_each_allocation, once_warm_no_run_allocates,
                  memory_that_runs_out_while_bytes_wait_loses_no_callback);
