/*
 * What a call costs beside a bare socket: the medians of a one-byte echo between two processes over
 * a UNIX socket, of snped's PING, and of RUN by region of a network that does nothing, taken in
 * turn in one run, because the machine's speed drifts. Prints nanoseconds and ratios; asserts
 * nothing.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/args.h"
#include "base/base.h"
#include "base/blob.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"
#include "client/snpe-client.h"
#include "model/build.h"
#include "model/dlc/dlc.h"
#include "model/ops/input.h"

#define N_FLOATS 16
#define BURST    100 /* of one kind before the next has its turn */

enum kind { KIND_ECHO, KIND_PING, KIND_RUN, KIND_INLINE, _KIND_MAX };

static const char *const kind_names[_KIND_MAX] = {"echo, one byte", "PING", "RUN by region",
                                                  "RUN inline"};
static const double bars[_KIND_MAX] = {0, 2.0, 3.5, 0};

struct bench {
    char folder[64], socket[96], config[96], models_d[96], program[PATH_MAX];
    pid_t echo, daemon;
    int echo_fd;
    struct snpe_client *client;
    struct snpe_network *network;
    struct snpe_region *region;
    float in[N_FLOATS], out[N_FLOATS];
    uint64_t *times[_KIND_MAX];
    uint32_t n, rounds;
    int json;
};

static int die(const char *what, const char *why)
{
    fprintf(stderr, "bench-ipc: %s: %s\n", what, why);
    return -1;
}

/* x -> Relu -> y, 16 floats: the skeleton takes microseconds off nothing. */
static int make_model(struct buf *dlc, struct fault *fault)
{
    static const int32_t dims[] = {1, N_FLOATS};
    const struct input_attrs input = {.shape = {dims, 2}};
    const char *const names[] = {"x", "y"};
    const struct node_spec nodes[] = {
        {"x", OP_INPUT, &input, NULL, &names[0], 0, 1},
        {"y", OP_RELU, NULL, (const uint32_t[]){0}, &names[1], 1, 1},
    };
    _cleanup_(builder_freep) struct builder *builder = NULL;
    _cleanup_(graph_unrefp) struct graph *graph = NULL;
    int r = builder_new(&builder);

    for (int i = 0; r == 0 && i < 2; i++)
        r = build_node(builder, &nodes[i], NULL, fault);
    if (r == 0)
        r = build_done(builder, &graph, fault);
    if (r == 0)
        r = dlc_write(graph, &(struct dlc_metadata){0}, dlc, fault);
    return r;
}

static int write_file(const char *path, const void *from, size_t size)
{
    FILE *file = fopen(path, "wbe");
    int done = file && fwrite(from, 1, size, file) == size;

    if (file)
        done &= fclose(file) == 0;
    return done ? 0 : die(path, strerror(errno));
}

static int prepare(struct bench *bench, char *model, size_t size)
{
    static const char config[] = "[runtime skel_a]\noptions = ops=all\n";
    struct buf dlc = {0};
    struct fault fault = {""};
    int r;

    snprintf(bench->folder, sizeof(bench->folder), "/tmp/bench-ipc.XXXXXX");
    if (!mkdtemp(bench->folder))
        return die(bench->folder, strerror(errno));
    snprintf(bench->socket, sizeof(bench->socket), "%s/snped.sock", bench->folder);
    snprintf(bench->config, sizeof(bench->config), "%s/snped.conf", bench->folder);
    snprintf(bench->models_d, sizeof(bench->models_d), "%s/models.d", bench->folder);
    snprintf(model, size, "%s/nothing.dlc", bench->folder);
    if (mkdir(bench->models_d, 0700) < 0)
        return die(bench->models_d, strerror(errno));
    r = make_model(&dlc, &fault);
    r = r < 0 ? die("model", fault.text) : write_file(model, dlc.base, dlc.size);
    buf_done(&dlc);
    return r < 0 ? r : write_file(bench->config, config, sizeof(config) - 1);
}

static int start_echo(struct bench *bench)
{
    int pair[2];
    char byte;

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return die("socketpair", strerror(errno));
    bench->echo = fork();
    if (bench->echo == 0) {
        close(pair[0]);
        while (read(pair[1], &byte, 1) == 1 && write(pair[1], &byte, 1) == 1)
            ;
        _exit(0);
    }
    close(pair[1]);
    bench->echo_fd = pair[0];
    return bench->echo < 0 ? die("fork", strerror(errno)) : 0;
}

static int start_daemon(struct bench *bench)
{
    bench->daemon = fork();
    if (bench->daemon == 0) {
        execl(bench->program, "snped", "--config", bench->config, "--socket", bench->socket,
              "--models", bench->folder, "--models-d", bench->models_d, (char *)NULL);
        die(bench->program, strerror(errno));
        _exit(127);
    }
    return bench->daemon < 0 ? die("fork", strerror(errno)) : 0;
}

static int complain(struct bench *bench, const char *what)
{
    return die(what, snpe_last_error(bench->client));
}

static int load(struct bench *bench, const char *model)
{
    const struct snpe_client_options options = {
        .size = sizeof(options), .socket = bench->socket, .name = "bench-ipc"};
    const char *const runtime = "skel_a";
    const struct snpe_load_options wanted = {
        .size = sizeof(wanted), .runtimes = &runtime, .n_runtimes = 1};
    const struct timespec pause = {0, 10000000};
    int r = snpe_client_new(&options, &bench->client);

    if (r < 0)
        return die("client", snpe_strerror(r));
    for (int i = 0; i < 500 && (r = snpe_connect(bench->client)) < 0; i++)
        nanosleep(&pause, NULL);
    if (r < 0)
        return complain(bench, "connect");
    if (snpe_load_file(bench->client, "nothing", model, &wanted, &bench->network) < 0)
        return complain(bench, "load");
    if (snpe_region_new(bench->client, 4096, &bench->region) < 0)
        return complain(bench, "region");
    return 0;
}

static int call(struct bench *bench, enum kind kind)
{
    struct snpe_input in = snpe_in("x", bench->in, sizeof(bench->in));
    struct snpe_output out = snpe_out("y", bench->out, sizeof(bench->out));
    char byte = 'x';

    switch (kind) {
    case KIND_ECHO:
        return write(bench->echo_fd, &byte, 1) == 1 && read(bench->echo_fd, &byte, 1) == 1
                   ? 0
                   : die("echo", strerror(errno));
    case KIND_PING:
        return snpe_ping(bench->client) < 0 ? complain(bench, "ping") : 0;
    case KIND_RUN:
        in = snpe_in_region("x", bench->region, 0, sizeof(bench->in));
        out = snpe_out_region("y", bench->region, 64, sizeof(bench->out));
        break;
    default:
        break;
    }
    return snpe_run(bench->network, &in, 1, &out, 1, NULL, NULL) < 0 ? complain(bench, "run") : 0;
}

static int measure(struct bench *bench)
{
    for (uint32_t round = 0; round < bench->rounds + 1; round++) /* the first warms up */
        for (int kind = 0; kind < _KIND_MAX; kind++)
            for (uint32_t i = 0; i < BURST; i++) {
                uint64_t begin = clock_now_ns(&clock_monotonic);

                if (call(bench, (enum kind)kind) < 0)
                    return -1;
                if (round)
                    bench->times[kind][(round - 1) * BURST + i] =
                        clock_now_ns(&clock_monotonic) - begin;
            }
    return 0;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void report(struct bench *bench)
{
    uint32_t n = bench->rounds * BURST;
    uint64_t p50[_KIND_MAX], p99[_KIND_MAX];

    for (int kind = 0; kind < _KIND_MAX; kind++) {
        qsort(bench->times[kind], n, sizeof(uint64_t), by_size);
        p50[kind] = bench->times[kind][n / 2];
        p99[kind] = bench->times[kind][n - 1 - n / 100];
    }
    printf(bench->json ? "{" : "%u calls of each, in turn\n%-16s %10s %10s %14s %6s\n", n, "",
           "p50 us", "p99 us", "p50 / echo", "bar");
    for (int kind = 0; kind < _KIND_MAX; kind++) {
        double ratio = (double)p50[kind] / (double)p50[KIND_ECHO];

        if (bench->json)
            printf("%s\"%s\": {\"p50_ns\": %llu, \"p99_ns\": %llu, \"ratio\": %.3f}",
                   kind ? ", " : "", kind_names[kind], (unsigned long long)p50[kind],
                   (unsigned long long)p99[kind], ratio);
        else if (bars[kind] > 0)
            printf("%-16s %10.2f %10.2f %14.2f %6.1f\n", kind_names[kind], (double)p50[kind] / 1000,
                   (double)p99[kind] / 1000, ratio, bars[kind]);
        else
            printf("%-16s %10.2f %10.2f %14.2f\n", kind_names[kind], (double)p50[kind] / 1000,
                   (double)p99[kind] / 1000, ratio);
    }
    if (bench->json)
        puts("}");
}

static void stop(struct bench *bench)
{
    char path[160];

    snpe_client_free(bench->client);
    if (bench->echo_fd >= 0)
        close(bench->echo_fd);
    if (bench->daemon > 0) {
        kill(bench->daemon, SIGTERM);
        waitpid(bench->daemon, NULL, 0);
    }
    if (bench->echo > 0)
        waitpid(bench->echo, NULL, 0);
    for (int i = 0; i < 3; i++) {
        static const char *const files[] = {"nothing.dlc", "snped.conf", "snped.sock"};

        snprintf(path, sizeof(path), "%s/%s", bench->folder, files[i]);
        unlink(path);
    }
    rmdir(bench->models_d);
    rmdir(bench->folder);
    for (int kind = 0; kind < _KIND_MAX; kind++)
        free(bench->times[kind]);
}

static int run(struct bench *bench)
{
    char model[96];

    for (int kind = 0; kind < _KIND_MAX; kind++) {
        bench->times[kind] = calloc((size_t)bench->rounds * BURST, sizeof(uint64_t));
        if (!bench->times[kind])
            return die("times", "out of memory");
    }
    if (prepare(bench, model, sizeof(model)) < 0 || start_echo(bench) < 0 ||
        start_daemon(bench) < 0 || load(bench, model) < 0 || measure(bench) < 0)
        return -1;
    report(bench);
    return 0;
}

static const struct args_option options[] = {
    {.name = "rounds",
     .n_values = 1,
     .values = "N",
     .help = "bursts of 100 calls of each kind (default 200)"},
    {.name = "json", .help = "print JSON"},
    {0},
};

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct bench *bench = context;
    uint64_t rounds;

    if (option == &options[1])
        bench->json = 1;
    else if (str_u64(values[0], 1, 100000, &rounds) < 0)
        return fail(fault, -EINVAL, "--rounds: expected 1 to 100000");
    else
        bench->rounds = (uint32_t)rounds;
    return 0;
}

static int take_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, -EINVAL, "%.100s: no option comes before it", word);
}

int main(int argc, char **argv)
{
    static const struct args_spec spec = {
        .program = "bench-ipc",
        .version = SNPED_VERSION,
        .synopsis = "[options]",
        .about = "Medians of a one-byte echo over a UNIX socket, of PING and of RUN by region of a "
                 "network that does nothing, in one interleaved run. Starts the snped that lies "
                 "beside it.",
        .options = options,
    };
    struct bench bench = {.rounds = 200, .echo_fd = -1};
    struct fault fault = {""};
    char self[PATH_MAX] = "";
    int r = args_parse(&spec, argc, argv, take_option, take_word, &bench, stdout, &fault);

    if (r != 0) {
        if (r < 0)
            die("usage", fault.text);
        return r < 0 ? 2 : 0;
    }
    if (readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
        return 1;
    snprintf(bench.program, sizeof(bench.program), "%.*s/snped", PATH_MAX - 16, dirname(self));
    r = run(&bench);
    stop(&bench);
    return r < 0 ? 1 : 0;
}
