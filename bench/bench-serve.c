/*
 * A load on a daemon, and what came of it, as a line of JSON: one kind of client, as many of it as
 * wanted. bench/serve starts several of these beside each other and says what the figures mean.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "base/json.h"
#include "base/str.h"
#include "bench/serve.h"

int times_add(struct times *times, uint64_t ns)
{
    if (times->n == times->room) {
        size_t room = times->room ? 2 * times->room : 4096;
        uint64_t *more = realloc(times->ns, room * sizeof(*more));

        if (!more)
            return -1;
        times->ns = more;
        times->room = room;
    }
    times->ns[times->n++] = ns;
    return 0;
}

void serve_count_error(struct serve_result *result, int code)
{
    uint32_t i = 0;

    while (i < result->n_errors && result->errors[i].code != code)
        i++;
    if (i == SERVE_ERRORS)
        i--; /* more kinds than anybody expects: the last one's count is then a sum */
    if (i == result->n_errors) {
        result->errors[i].code = code;
        result->n_errors++;
    }
    result->errors[i].n++;
}

int serve_wait(void)
{
    char line[8];

    puts("ready");
    fflush(stdout);
    return fgets(line, sizeof(line), stdin) ? 0 : -EPIPE;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

/* Of 1000, as a place among N sorted ones. */
static double quantile_us(const struct times *times, uint32_t permille)
{
    size_t place = (times->n - 1) * permille / 1000;

    return (double)times->ns[place] / 1000;
}

static void tell_times(struct json *json, const char *key, struct times *times)
{
    json_object(json, key);
    json_u64(json, "n", times->n);
    if (times->n) {
        qsort(times->ns, times->n, sizeof(times->ns[0]), by_size);
        json_f64(json, "p50_us", quantile_us(times, 500));
        json_f64(json, "p99_us", quantile_us(times, 990));
        json_f64(json, "most_us", quantile_us(times, 1000));
    }
    json_object_end(json);
}

static int report(struct serve_result *result)
{
    struct json json = {0};
    int r;

    json_object(&json, NULL);
    json_f64(&json, "seconds", (double)(result->ended_ns - result->began_ns) / 1e9);
    json_u64(&json, "sent", result->n_sent);
    json_u64(&json, "right", result->n_right);
    json_u64(&json, "within", result->n_within);
    json_u64(&json, "held", result->n_held);
    json_u64(&json, "twice", result->n_twice);
    json_u64(&json, "lost", result->n_lost);
    json_u64(&json, "late", result->n_late);
    json_u64(&json, "late_here", result->n_late_here);
    json_f64(&json, "late_here_most_us", (double)result->late_here_most_ns / 1000);
    json_u64(&json, "run_most_us", result->run_most_us);
    json_object(&json, "errors");
    for (uint32_t i = 0; i < result->n_errors; i++)
        json_u64(&json, error_get(result->errors[i].code).wire_name, result->errors[i].n);
    json_object_end(&json);
    tell_times(&json, "calls", &result->calls);
    tell_times(&json, "pings", &result->pings);
    json_object_end(&json);
    r = json_end(&json);
    if (r == 0)
        r = fwrite(json.text.base, 1, json.text.size, stdout) == json.text.size ? 0 : -EIO;
    json_done(&json);
    return r;
}

enum {
    SOCKET,
    MODEL,
    RUNTIME,
    CLASS,
    OPTIONS,
    CLIENTS,
    OUTSTANDING,
    RATE,
    DEADLINE,
    MS,
    WARM,
    MODE,
    THREADS,
    RECONNECT,
};

static const struct args_option options[] = {
    [SOCKET] = {.name = "socket", .n_values = 1, .values = "PATH", .help = "the daemon's"},
    [MODEL] = {.name = "model",
               .n_values = 1,
               .values = "NAME",
               .help = "of the repository; with --mode local the container's path"},
    [RUNTIME] = {.name = "runtime", .n_values = 1, .values = "NAME", .help = "default: cpu"},
    [CLASS] = {.name = "class", .n_values = 1, .values = "CLASS", .help = "of the calls"},
    [OPTIONS] = {.name = "options",
                 .n_values = 1,
                 .values = "TEXT",
                 .help = "with --mode local: the runtime's"},
    [CLIENTS] = {.name = "clients", .n_values = 1, .values = "N", .help = "default 1"},
    [OUTSTANDING] = {.name = "outstanding",
                     .n_values = 1,
                     .values = "N",
                     .help = "calls of each client under way at a time; with --mode local sets of "
                             "tensors that take turns (default 1)"},
    [RATE] = {.name = "rate",
              .n_values = 1,
              .values = "N",
              .help = "calls a second, of all clients together, whatever the answers; default: "
                      "each when one is answered"},
    [DEADLINE] = {.name = "deadline-us",
                  .n_values = 1,
                  .values = "N",
                  .help = "of each call, from when it is made"},
    [MS] = {.name = "ms", .n_values = 1, .values = "N", .help = "how long (default 1000)"},
    [WARM] = {.name = "warm-ms",
              .n_values = 1,
              .values = "N",
              .help = "so long before that what is answered is not within the time"},
    [MODE] = {.name = "mode",
              .n_values = 1,
              .values = "MODE",
              .help = "run (default); ask: PING and STATS in turn; cancel: a run that is taken "
                      "back, then a PING; local: the engine in this process"},
    [THREADS] = {.name = "threads",
                 .n_values = 1,
                 .values = "N",
                 .help = "with --mode local: of a kernel; default: as many as there are cores"},
    [RECONNECT] = {.name = "reconnect",
                   .help = "a daemon that went away is waited for, and not asked again what it "
                           "had not answered"},
    {0},
};

static const char *const modes[] = {
    [SERVE_RUN] = "run", [SERVE_ASK] = "ask", [SERVE_CANCEL] = "cancel", [SERVE_LOCAL] = "local"};

static int take_mode(struct serve *serve, const char *word, struct fault *fault)
{
    for (size_t i = 0; i < ARRAY_SIZE(modes); i++)
        if (strcmp(modes[i], word) == 0) {
            serve->mode = (enum serve_mode)i;
            return 0;
        }
    return fail(fault, -EINVAL, "--mode: %.60s is none of run, ask, cancel, local", word);
}

static int take_number(struct serve *serve, size_t which, const char *word, struct fault *fault)
{
    uint32_t *const places[] = {[CLIENTS] = &serve->n_clients,
                                [OUTSTANDING] = &serve->n_outstanding,
                                [RATE] = &serve->rate,
                                [THREADS] = &serve->n_threads};
    uint64_t value;

    if (str_u64(word, 1, 1000000, &value) < 0)
        return fail(fault, -EINVAL, "--%s: expected 1 to 1000000", options[which].name);
    if (which == DEADLINE)
        serve->deadline_us = value;
    else if (which == WARM)
        serve->warm_ms = value;
    else if (which == MS)
        serve->ms = value;
    else
        *places[which] = (uint32_t)value;
    return 0;
}

static int take_option(void *context, const struct args_option *option, char *const *values,
                       struct fault *fault)
{
    struct serve *serve = context;
    const char **const texts[] = {[SOCKET] = &serve->socket,
                                  [MODEL] = &serve->model,
                                  [RUNTIME] = &serve->runtime,
                                  [CLASS] = &serve->job_class,
                                  [OPTIONS] = &serve->options};
    size_t which = (size_t)(option - options);

    if (which == MODE)
        return take_mode(serve, values[0], fault);
    if (which == RECONNECT) {
        serve->reconnect = 1;
        return 0;
    }
    if (which >= ARRAY_SIZE(texts))
        return take_number(serve, which, values[0], fault);
    *texts[which] = values[0];
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
        .program = "bench-serve",
        .version = SNPED_VERSION,
        .synopsis = "[options]",
        .about = "Clients of one kind on a daemon. Says \"ready\", begins when a line comes on "
                 "stdin, and prints what came of it as JSON.",
        .options = options,
    };
    struct serve serve = {.n_clients = 1, .n_outstanding = 1, .ms = 1000};
    struct serve_result result = {0};
    struct fault fault = {""};
    int r = args_parse(&spec, argc, argv, take_option, take_word, &serve, stdout, &fault);

    if (r > 0)
        return 0;
    if (r < 0)
        return args_refuse("bench-serve", &fault);
    r = serve.mode == SERVE_LOCAL ? serve_local(&serve, &result, &fault)
                                  : serve_call(&serve, &result, &fault);
    if (r == 0)
        r = report(&result);
    if (r < 0)
        fprintf(stderr, "bench-serve: %s\n", *fault.text ? fault.text : error_get(r).text);
    free(result.calls.ns);
    free(result.pings.ns);
    return r < 0 ? 1 : 0;
}
