/* snped: the options, the order of birth. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "base/log.h"
#include "base/mem.h"
#include "config/settings.h"
#include "daemon/server.h"

#define CONFIG_PATH "/etc/snped/snped.conf"
#define FDS_LEAST   16

static const struct args_option options[] = {
    {.name = "config",
     .n_values = 1,
     .values = "FILE",
     .help = "Settings; without it " CONFIG_PATH " if that is there."},
    {.name = "socket",
     .n_values = 1,
     .values = "PATH",
     .help = "The socket to listen on, instead of the setting."},
    {.name = "models",
     .n_values = 1,
     .values = "DIR",
     .help = "The directory of models that clients load by name, instead of the setting."},
    {.name = "models-d",
     .n_values = 1,
     .values = "DIR",
     .help = "The directory of NAME.conf, a model to be made ready at start each."},
    {.name = "check-config",
     .help = "Say what is wrong with the settings and models.d, by file, line and key; else ok."},
    {.name = "print-config", .help = "Print a file with every setting and what it means."},
    {.name = "print-model-config", .help = "The same for a file of models.d."},
    {0},
};

static const struct args_spec spec = {
    .program = "snped",
    .version = SNPED_VERSION,
    .synopsis = "[options]",
    .about =
        "Runs neural networks for the programs of this machine: keeps models ready and takes "
        "inputs over a UNIX socket. Stays in the foreground and logs to stderr; SIGTERM ends it "
        "when what is under way has ended, a second one at once.",
    .options = options,
    .section = 8,
};

struct choice {
    struct config_source source;
    bool check;
    void (*print)(FILE *out); /* NULL: nothing is to be printed */
};

static int on_option(void *context, const struct args_option *option, char *const *values,
                     struct fault *fault)
{
    struct choice *choice = context;

    (void)fault;
    if (strcmp(option->name, "config") == 0) {
        choice->source.path = values[0];
        choice->source.optional = false;
    } else if (strcmp(option->name, "socket") == 0)
        choice->source.socket = values[0];
    else if (strcmp(option->name, "models") == 0)
        choice->source.models = values[0];
    else if (strcmp(option->name, "models-d") == 0)
        choice->source.models_d = values[0];
    else if (strcmp(option->name, "check-config") == 0)
        choice->check = true;
    else if (strcmp(option->name, "print-config") == 0)
        choice->print = config_print_sample;
    else
        choice->print = config_print_model_sample;
    return 0;
}

static int on_word(void *context, char *word, struct fault *fault)
{
    (void)context;
    return fail(fault, -EINVAL, "\"%.100s\" is one word too many", word);
}

static int complain(const struct fault *fault)
{
    fprintf(stderr, "snped: %s\n", fault->text);
    return EXIT_FAILURE;
}

static int check_models(const struct config *config)
{
    _cleanup_(models_config_freep) struct models_config *models = NULL;
    struct fault fault = {""};
    char path[PATH_MAX];
    int status = EXIT_SUCCESS;

    if (models_read_dir(config->daemon_models_d, &models, &fault) < 0)
        return complain(&fault);
    for (uint32_t i = 0; i < models->n; i++)
        if (models->models[i].error < 0 ||
            models_find_file(&models->models[i], config->daemon_models, path, sizeof(path),
                             &models->models[i].fault) < 0)
            status = complain(&models->models[i].fault);
    if (status == EXIT_SUCCESS)
        printf("ok\n");
    return status;
}

/* A failure of the start is one line, for a person or the journal. */
static int serve(const struct choice *choice, const struct config *config)
{
    struct server *server = calloc(1, sizeof(*server));
    struct fault fault = {""};
    int r = -ENOMEM;

    if (server)
        r = server_start(server, config, &choice->source, &clock_monotonic, &fault);
    if (r == 0)
        server_run(server);
    else
        log_error("server", "cannot start: %s", fault.text[0] ? fault.text : error_get(r).text);
    if (server)
        server_free(server);
    free(server);
    return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int act(const struct choice *choice)
{
    _cleanup_(config_freep) struct config *config = NULL;
    struct fault fault = {""};

    if (choice->print) {
        choice->print(stdout);
        return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
    }
    if (config_read_source(&choice->source, &config, &fault) < 0)
        return complain(&fault);
    if (choice->check)
        return check_models(config);
    server_set_log(config);
    signal(SIGPIPE, SIG_IGN);
    return serve(choice, config);
}

/*
 * libuv aborts the process when it cannot grow a table. It does so only while we start (see
 * server.c), when a sentence and exit 1 is the better end.
 */
static void *realloc_or_end(void *p, size_t size)
{
    void *moved = realloc(p, size);

    if (!moved && size) {
        log_error("server", "cannot start: out of memory");
        _exit(EXIT_FAILURE);
    }
    return moved;
}

/* libuv aborts without them; and a daemon that can take nobody in is none. */
static int check_fds(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= FDS_LEAST)
        return 0;
    fprintf(stderr,
            "snped: at least %d file descriptors are needed: raise LimitNOFILE or ulimit -n\n",
            FDS_LEAST);
    return -1;
}

int main(int argc, char **argv)
{
    struct choice choice = {.source = {.path = CONFIG_PATH, .optional = true}};
    struct fault fault = {""};
    int r = args_parse(&spec, argc, argv, on_option, on_word, &choice, stdout, &fault);

    if (r > 0)
        return EXIT_SUCCESS;
    if (r < 0) {
        fprintf(stderr, "snped: %s\nTry snped --help.\n", fault.text);
        return 2;
    }
    mem_large_apart();
    uv_replace_allocator(malloc, realloc_or_end, calloc, free);
    if (check_fds() < 0)
        return EXIT_FAILURE;
    r = act(&choice);
    uv_library_shutdown();
    return r;
}
