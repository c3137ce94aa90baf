/* snpectl: ask the daemon, from a shell. */
#include <errno.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "client/ctl/options.h"
#include "client/ctl/table.h"

#define EXIT_CODES                                                                                 \
    "Exit status: 0 done, 1 refused or failed (a sentence on stderr says what, where, why and "    \
    "what to do), 2 wrong usage, 3 no daemon."

static const struct args_option plain_options[] = {OPTIONS_EVERYWHERE, {0}};

static const struct args_option list_options[] = {{.name = "names"}, OPTIONS_EVERYWHERE, {0}};

static const struct args_option load_options[] = {
    {.name = "ttl",
     .n_values = 1,
     .values = "TIME",
     .help = "Keep it only until nobody has used it for so long: 500ms, 10s, 2min."},
    OPTIONS_OF_LOADING,
    OPTIONS_EVERYWHERE,
    {0},
};

static const struct args_option run_options[] = {
    {.name = "input",
     .letter = 'i',
     .n_values = 1,
     .values = "NAME=FILE",
     .help = "The raw file of an input, as many bytes as the input has; without NAME= the next "
             "one in order. One for each input."},
    {.name = "out",
     .letter = 'o',
     .n_values = 1,
     .values = "DIR",
     .help = "Write every output to DIR/TENSOR.raw; slashes in names become folders."},
    {.name = "count",
     .letter = 'n',
     .n_values = 1,
     .values = "N",
     .help = "Run N times with the same inputs and print how long it took."},
    OPTIONS_OF_LOADING,
    OPTIONS_EVERYWHERE,
    {0},
};

static const struct args_option status_options[] = {
    {.name = "no-wait", .help = "Do not wait while the daemon starts."}, OPTIONS_EVERYWHERE, {0}};

static const struct args_option watch_options[] = {
    {.name = "only",
     .n_values = 1,
     .values = "KIND[,KIND]",
     .help = "Print events of these kinds and no others."},
    OPTIONS_EVERYWHERE,
    {0},
};

static const struct args_option top_options[] = {
    {.name = "batch",
     .letter = 'b',
     .help = "Print one picture after another instead of taking over the terminal."},
    {.name = "count",
     .letter = 'n',
     .n_values = 1,
     .values = "N",
     .help = "End after N pictures (default: never)."},
    {.name = "interval",
     .letter = 'd',
     .n_values = 1,
     .values = "TIME",
     .help = "From one picture to the next, 50ms or more (default: 1s)."},
    OPTIONS_EVERYWHERE,
    {0},
};

static const struct args_option doctor_options[] = {
    {.name = "all", .help = "List what is well, too, and what could not be looked at."},
    {.name = "root", .n_values = 1, .values = "DIR"}, /* for tests */
    OPTIONS_EVERYWHERE,
    {0},
};

static const char kinds[] =
#define STRUCT(...)
#define FIELD(...)
#define END(...)
#define EVENT(id, name, mood, fields, help) name ": " help ".\n"
#include "protocol/events.def"
#undef STRUCT
#undef FIELD
#undef END
#undef EVENT
    "What each holds is in docs/EVENTS.md.";

static const struct ctl_command commands[] = {
    {"status", 0, 0, "[options]",
     "Prints how the daemon does. While it starts, waits until it is ready and says what for.",
     NULL, status_options, command_status, NULL},
    {"list", 0, 0, "[options]", "Lists the models that are loaded, are being loaded, or failed.",
     NULL, list_options, command_list, NULL},
    {"info", 1, 1, "NAME [options]", "Tells all about one loaded model and its networks.", NULL,
     plain_options, command_info, NULL},
    {"load", 1, 2, "NAME [FILE] [options]",
     "Makes a model ready and keeps it: FILE, which is handed to the daemon under the name NAME, "
     "or the file NAME of the daemon's repository.",
     "Loading a name again with other dims, outputs or types makes one more network of the same "
     "model.",
     load_options, command_load, NULL},
    {"unload", 1, 1, "NAME [options]", "Takes a model off the daemon's list.", NULL, plain_options,
     command_unload, NULL},
    {"reload", 0, 0, "[options]",
     "Has the daemon read its settings and models.d anew, and tells what that changed.",
     "If anything is wrong anywhere, nothing changes. For administrators: see [policy] admin_users "
     "and admin_groups.",
     plain_options, command_reload, NULL},
    {"run", 1, 2, "NAME [FILE] --input NAME=FILE... [--out DIR] [options]",
     "Runs a model once, or --count times: one that is loaded, one of the repository, or FILE, "
     "which is then loaded for this run only.",
     "Files are raw little-endian numbers in the layout that 'snpectl info' shows.", run_options,
     command_run, NULL},
    {"ps", 0, 0, "[options]",
     "Lists the clients that are connected, the networks that they hold and why these run where "
     "they run, and the jobs that wait or run.",
     "Who may not administer the daemon sees what belongs to its own user, and how many there are "
     "of others.",
     list_options, command_ps, NULL},
    {"why", 1, 1, "JOB [options]",
     "Tells what a job waited for: what had the device meanwhile, and why that went first.",
     "The number of a job is told by 'snpectl run --json', by 'snpectl ps', and with every result. "
     "The daemon remembers the last few thousand.",
     plain_options, command_why, "ps --names --timeout 1s"},
    {"top", 0, 0, "[options]",
     "Shows once a second how loaded the devices are, what waits, and the rates, times and losses "
     "of models and clients; with --batch as text, with --json as JSON. Rates are those of the "
     "interval, times those since the model was loaded or the client connected.",
     "Keys: q ends it, s sorts by another column, up and down move through the clients.",
     top_options, command_top, NULL},
    {"trace", 1, 1, "TIME [options]",
     "Records for TIME (5s) what loop, loader and devices do, and prints it as a trace that "
     "ui.perfetto.dev and chrome://tracing show: redirect it to a file.",
     NULL, plain_options, command_trace, NULL},
    {"metrics", 0, 0, "[options]",
     "Prints all counts and times in Prometheus' text format, for node_exporter's textfile "
     "collector or a scrape by inetd.",
     NULL, plain_options, command_metrics, NULL},
    {"ping", 0, 0, "[options]", "Asks whether the daemon is there, and how quickly it answers.",
     NULL, plain_options, command_ping, NULL},
    {"watch", 0, 0, "[options]",
     "Prints what happens in the daemon, a line an event, until it is interrupted. Goes on when "
     "the "
     "daemon is started again.",
     kinds, watch_options, command_watch, NULL},
    {"doctor", 0, 0, "[options]",
     "Looks for what keeps snped from working well on this machine: each thing with what was seen "
     "and the command that mends it.",
     "Exit status: 0 all is well, 1 something is to be looked at, 2 something has failed.",
     doctor_options, command_doctor, NULL},
};

static const char about[] = "Controls snped, the inference daemon.\n"
                            "\n"
                            "commands:\n"
                            "status         How the daemon does\n"
                            "list           All models\n"
                            "info NAME      One model and its networks\n"
                            "load NAME      Make a model ready and keep it\n"
                            "unload NAME    Let a model go\n"
                            "run NAME       One inference, from and to raw files\n"
                            "ps             Who is connected, and what is under way\n"
                            "why JOB        What a job waited for\n"
                            "top            The same live: load, rates, times, losses\n"
                            "trace TIME     Record what happens, for Perfetto\n"
                            "metrics        All numbers, for Prometheus\n"
                            "ping           Is the daemon there?\n"
                            "watch          What happens, as it happens\n"
                            "doctor         What is wrong here, and what mends it\n"
                            "\n"
                            "'snpectl COMMAND --help' tells about one of them.";

static const struct args_spec whole = {
    .program = "snpectl",
    .version = SNPED_VERSION,
    .synopsis = "COMMAND [WORDS] [options]",
    .about = about,
    .epilog = EXIT_CODES,
    .options = plain_options,
    .names = "list --names --timeout 1s",
};

static void describe(const struct ctl_command *command, struct args_spec *ret)
{
    *ret = whole;
    ret->program = command->name;
    ret->synopsis = command->synopsis;
    ret->about = command->about;
    ret->epilog = command->epilog;
    ret->options = command->options;
    ret->names = command->names ? command->names : whole.names;
}

static int take_word(void *context, char *word, struct fault *fault)
{
    struct ctl *ctl = context;

    if (!ctl->command)
        return fail(fault, -EINVAL, "there is no command '%.60s'; snpectl --help lists all", word);
    if (ctl->n_words == ctl->command->most_words)
        return fail(fault, -EINVAL, "'%.60s' is one word too many: snpectl %s %s", word,
                    ctl->command->name, ctl->command->synopsis);
    ctl->words[ctl->n_words++] = word;
    return 0;
}

/* The command is the first word that is neither an option nor --socket's or --timeout's value. */
static int find_command(struct ctl *ctl, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--socket") == 0 || strcmp(argv[i], "--timeout") == 0)
            i++;
        if (i >= argc || argv[i][0] == '-' || strcmp(argv[i - 1], "--socket") == 0 ||
            strcmp(argv[i - 1], "--timeout") == 0)
            continue;
        for (size_t k = 0; k < ARRAY_SIZE(commands); k++)
            if (strcmp(commands[k].name, argv[i]) == 0)
                ctl->command = &commands[k];
        return ctl->command ? i : 0;
    }
    return 0;
}

static int parse(struct ctl *ctl, int argc, char **argv)
{
    char program[40];
    struct args_spec spec = whole, all[ARRAY_SIZE(commands) + 1] = {{0}};
    int at = find_command(ctl, argc, argv), r;

    for (size_t i = 0; i < ARRAY_SIZE(commands); i++)
        describe(&commands[i], &all[i]);
    spec.commands = all;
    if (ctl->command) {
        snprintf(program, sizeof(program), "snpectl %s", ctl->command->name);
        describe(ctl->command, &spec);
        spec.program = program;
        if (!spec.epilog)
            spec.epilog = EXIT_CODES;
        memmove(argv + at, argv + at + 1, (size_t)(argc - at) * sizeof(*argv));
        argc--;
    }
    r = args_parse(&spec, argc, argv, options_take, take_word, ctl, stdout, ctl->fault);
    if (r == 0 && !ctl->command)
        return fail(ctl->fault, -EINVAL, "a command is missing; snpectl --help lists all");
    if (r == 0 && ctl->n_words < ctl->command->least_words)
        return fail(ctl->fault, -EINVAL, "a %s is missing: snpectl %s %s",
                    strncmp(ctl->command->synopsis, "NAME", 4) == 0 ? "name" : "word",
                    ctl->command->name, ctl->command->synopsis);
    return r;
}

static int make_client(struct ctl *ctl)
{
    const struct snpe_client_options options = {
        .size = sizeof(options),
        .socket = ctl->socket,
        .name = "snpectl",
        .call_ms = (uint32_t)ctl->timeout_ms,
        .load_ms = (uint32_t)ctl->timeout_ms,
        .no_reconnect = 1,
    };
    int r = snpe_client_new(&options, &ctl->client);

    if (r == -ENAMETOOLONG)
        return fail(ctl->fault, r, "the socket's path is too long: 107 bytes are the most");
    return r < 0 ? fail(ctl->fault, r, "--socket: %s", snpe_strerror(r)) : 0;
}

/* The failure on stderr, and with --json also on stdout. */
static void complain(struct ctl *ctl, int r)
{
    struct json json = {0};
    char clean[sizeof(struct fault)];

    fprintf(ctl->err, "snpectl: %s\n", table_clean(ctl->fault->text, clean, sizeof(clean)));
    if (!ctl->json)
        return;
    json_object(&json, NULL);
    json_object(&json, "error");
    json_text(&json, "name", snpe_error_name(r));
    json_i64(&json, "code", r);
    json_bool(&json, "retryable", snpe_retryable(r));
    json_text(&json, "message", ctl->fault->text);
    json_object_end(&json);
    json_object_end(&json);
    (void)ctl_print_json(ctl, &json);
}

static enum ctl_exit run(struct ctl *ctl)
{
    int r = make_client(ctl);

    if (r == 0)
        r = ctl->command->run(ctl);
    if (r == 0 && (fflush(ctl->out) != 0 || ferror(ctl->out)))
        r = fail(ctl->fault, -EIO, "what is to be printed cannot be written: %s", strerror(errno));
    if (r < 0 && !*ctl->fault->text)
        (void)fail(ctl->fault, r, "%s", snpe_strerror(r));
    if (r < 0)
        complain(ctl, r);
    snpe_client_free(ctl->client);
    return r == 0 ? ctl->exit : r == SNPE_E_DISCONNECTED ? CTL_NO_DAEMON : CTL_FAILED;
}

static bool wants_colour(void)
{
    const char *no = getenv("NO_COLOR"), *term = getenv("TERM");

    return isatty(STDOUT_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

int main(int argc, char **argv)
{
    struct fault fault = {{0}};
    struct ctl ctl = {
        .fault = &fault, .out = stdout, .err = stderr, .count = 1, .interval_ms = 1000};
    int r;

    setlocale(LC_CTYPE, "");
    ctl.colour = wants_colour();
    r = parse(&ctl, argc, argv);
    if (r < 0) {
        fprintf(stderr, "snpectl: %s\n", fault.text);
        return CTL_USAGE;
    }
    if (r > 0)
        return fflush(stdout) == 0 ? CTL_DONE : CTL_FAILED;
    return (int)run(&ctl);
}
