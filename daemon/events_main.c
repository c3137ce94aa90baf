/*
 * snped-events: takes events from the daemon, a datagram each on standard input, and publishes
 * them. It is a program of its own because nanomsg ends the process that it lives in when memory is
 * out. The daemon starts it, hears its only words and logs them, and starts it again should it end.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nanomsg/nn.h>
#include <nanomsg/pubsub.h>

#include "base/args.h"
#include "base/base.h"

#define EVENT_MOST 4096 /* bytes of one; the daemon's are at most EVENT_SIZE_MAX */

static const char scheme[] = "ipc://";

static const struct args_option options[] = {{0}};

static const struct args_spec spec = {
    .program = "snped-events",
    .version = SNPED_VERSION,
    .synopsis = "ADDRESS MODE",
    .about =
        "Publishes what happens in snped at a nanomsg address, ipc:// and the path of a socket "
        "that gets the file mode MODE. Started by snped, as the settings in [events] say, and "
        "of no use alone; 'snpectl watch' listens to it.",
    .options = options,
    .section = 8,
};

struct words {
    const char *words[2];
    uint32_t n;
};

static int on_option(void *context, const struct args_option *option, char *const *values,
                     struct fault *fault)
{
    (void)context;
    (void)option;
    (void)values;
    (void)fault;
    return 0;
}

static int on_word(void *context, char *word, struct fault *fault)
{
    struct words *words = context;

    if (words->n == ARRAY_SIZE(words->words))
        return fail(fault, -EINVAL, "\"%.100s\" is one word too many", word);
    words->words[words->n++] = word;
    return 0;
}

/* Is standard input what the daemon gives us? */
static bool has_daemon(void)
{
    int type = 0;
    socklen_t size = sizeof(type);

    return getsockopt(STDIN_FILENO, SOL_SOCKET, SO_TYPE, &type, &size) == 0 &&
           type == SOCK_SEQPACKET;
}

static void tell(const char *words)
{
    (void)!send(STDIN_FILENO, words, strlen(words), MSG_NOSIGNAL);
}

/* The socket, or -1 after telling why not. */
static int open_at(const char *address, const char *mode)
{
    const char *path = address + strlen(scheme);
    char why[200];
    int socket = nn_socket(AF_SP, NN_PUB);

    umask(0177); /* nobody else before it has its mode */
    if (socket >= 0 && nn_bind(socket, address) >= 0 &&
        chmod(path, (mode_t)strtoul(mode, NULL, 8) & 0777) == 0)
        return socket;
    snprintf(why, sizeof(why), "%.120s: %s", path, nn_strerror(errno));
    tell(why);
    return -1;
}

/* A subscriber that does not read is passed over. Ends with the daemon, or because of it. */
static int publish(int socket)
{
    char event[EVENT_MOST];
    ssize_t n;

    for (;;) {
        n = recv(STDIN_FILENO, event, sizeof(event), 0);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        (void)nn_send(socket, event, (size_t)n, NN_DONTWAIT);
    }
}

int main(int argc, char **argv)
{
    struct words words = {{NULL}, 0};
    struct fault fault = {""};
    int socket, r = args_parse(&spec, argc, argv, on_option, on_word, &words, stdout, &fault);

    if (r > 0)
        return EXIT_SUCCESS;
    if (r == 0 && (words.n < 2 || strncmp(words.words[0], scheme, strlen(scheme)) != 0))
        r = fail(&fault, -EINVAL, "an ipc:// address and a file mode are needed");
    if (r == 0 && !has_daemon())
        r = fail(&fault, -EINVAL, "standard input is not snped, which starts this program itself");
    if (r < 0)
        return args_refuse("snped-events", &fault);
    /* Whoever stops the daemon signals us, too; but it has something left to tell. */
    signal(SIGTERM, SIG_IGN);
    signal(SIGINT, SIG_IGN);
    signal(SIGHUP, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    socket = open_at(words.words[0], words.words[1]);
    if (socket < 0)
        return EXIT_FAILURE;
    tell("ready");
    /* The socket's file is left to the daemon: who follows us may have made it anew by now. */
    return publish(socket);
}
