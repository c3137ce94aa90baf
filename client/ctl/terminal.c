#include "client/ctl/terminal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/base.h"
#include "base/buf.h"
#include "client/ctl/table.h"

/* The other screen, cleared, without a cursor and without breaking long lines; and back. */
#define ENTER "\033[?1049h\033[?25l\033[?7l\033[2J"
#define LEAVE "\033[?7h\033[?25h\033[?1049l"

#define HOME       "\033[H"
#define REST_LINE  "\033[K"
#define REST_BELOW "\033[J"

static void write_all(const char *text, size_t size)
{
    while (size) {
        ssize_t n = write(STDOUT_FILENO, text, size);

        if (n < 0 && errno != EINTR)
            return; /* the terminal is gone; what follows sees it */
        text += n > 0 ? n : 0;
        size -= n > 0 ? (size_t)n : 0;
    }
}

static void measure(struct terminal *terminal)
{
    struct winsize size;

    terminal->rows = 24;
    terminal->width = 80;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col) {
        terminal->rows = size.ws_row;
        terminal->width = size.ws_col;
    }
}

static int take(struct terminal *terminal)
{
    struct termios raw = terminal->before;

    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) < 0)
        return -errno;
    write_all(ENTER, strlen(ENTER));
    measure(terminal);
    terminal->taken = true;
    return 0;
}

static void give_back(struct terminal *terminal)
{
    if (!terminal->taken)
        return;
    write_all(LEAVE, strlen(LEAVE));
    tcsetattr(STDIN_FILENO, TCSADRAIN, &terminal->before);
    terminal->taken = false;
}

int terminal_open(struct terminal *terminal)
{
    static const int watched[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, SIGWINCH};
    sigset_t set;
    int r;

    *terminal = (struct terminal){.signal_fd = -1};
    if (tcgetattr(STDIN_FILENO, &terminal->before) < 0)
        return -errno;
    sigemptyset(&set);
    for (size_t i = 0; i < ARRAY_SIZE(watched); i++)
        sigaddset(&set, watched[i]);
    terminal->signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (terminal->signal_fd < 0)
        return -errno;
    sigprocmask(SIG_BLOCK, &set, &terminal->signals);
    r = take(terminal);
    if (r < 0)
        terminal_close(terminal);
    return r;
}

void terminal_close(struct terminal *terminal)
{
    if (terminal->signal_fd < 0)
        return;
    give_back(terminal);
    close(terminal->signal_fd);
    terminal->signal_fd = -1;
    sigprocmask(SIG_SETMASK, &terminal->signals, NULL);
}

/* As ^Z does with any program; goes on when it is brought back. */
static void suspend(struct terminal *terminal)
{
    give_back(terminal);
    raise(SIGSTOP);
    take(terminal);
}

static enum terminal_event take_signal(struct terminal *terminal)
{
    struct signalfd_siginfo info;

    if (read(terminal->signal_fd, &info, sizeof(info)) != sizeof(info))
        return TERMINAL_NOTHING;
    if (info.ssi_signo == SIGTSTP)
        suspend(terminal);
    else if (info.ssi_signo != SIGWINCH)
        return TERMINAL_QUIT;
    measure(terminal);
    return TERMINAL_RESIZED;
}

/* The first key of what was typed. An arrow is escape, a bracket (or O) and a letter. */
static int next_key(struct terminal *terminal)
{
    const char *typed = terminal->typed;
    bool arrow =
        terminal->n_typed >= 3 && typed[0] == '\033' && (typed[1] == '[' || typed[1] == 'O');
    int key = (unsigned char)typed[0];

    if (arrow)
        key = typed[2] == 'A' ? TERMINAL_UP : typed[2] == 'B' ? TERMINAL_DOWN : 0;
    terminal->n_typed -= arrow ? 3 : 1;
    memmove(terminal->typed, typed + (arrow ? 3 : 1), terminal->n_typed);
    return key;
}

static enum terminal_event take_key(struct terminal *terminal, int *ret_key)
{
    ssize_t n = read(STDIN_FILENO, terminal->typed, sizeof(terminal->typed));

    if (n <= 0)
        return TERMINAL_QUIT; /* the terminal is gone */
    terminal->n_typed = (size_t)n;
    *ret_key = next_key(terminal);
    return TERMINAL_KEY;
}

enum terminal_event terminal_wait(struct terminal *terminal, int wait_ms, int *ret_key)
{
    struct pollfd fds[] = {
        {.fd = terminal->signal_fd, .events = POLLIN},
        {.fd = STDIN_FILENO, .events = POLLIN},
    };

    if (terminal->n_typed) {
        *ret_key = next_key(terminal);
        return TERMINAL_KEY;
    }
    if (poll(fds, ARRAY_SIZE(fds), wait_ms) <= 0)
        return TERMINAL_NOTHING;
    if (fds[0].revents)
        return take_signal(terminal);
    return take_key(terminal, ret_key);
}

/* Bytes of LINE that fit into WIDTH columns; escapes (ours: all else is clean) take none. */
static size_t fitting(const char *line, size_t size, uint32_t width)
{
    size_t at = 0, used = 0;

    while (at < size) {
        size_t n, columns;

        if (line[at] == '\033') {
            while (at < size && line[at] != 'm')
                at++;
            at += at < size;
            continue;
        }
        columns = table_width(line + at, &n);
        if (used + columns > width)
            break;
        used += columns;
        at += n;
    }
    return at;
}

/* A line that does not fit ends in "+", as a name that is cut does: a number would look whole. */
static int append_line(struct buf *out, const char *line, size_t size, uint32_t width)
{
    bool fits = fitting(line, size, width) == size || width < 2;
    int r = buf_append(out, line, fitting(line, size, fits ? width : width - 1));

    return r == 0 && !fits ? buf_append(out, "+", 1) : r;
}

void terminal_paint(const struct terminal *terminal, const char *text, size_t size)
{
    _cleanup_(buf_done) struct buf out = {0};
    uint32_t row = 0;
    int r = buf_append(&out, HOME, strlen(HOME));

    for (; size && row < terminal->rows && r == 0; row++) {
        const char *end = memchr(text, '\n', size);
        size_t length = end ? (size_t)(end - text) : size;

        /* Cleared before it is written: behind a full line the cursor is still on its last column.
         */
        r = buf_printf(&out, "%s" REST_LINE, row ? "\r\n" : "");
        if (r == 0)
            r = append_line(&out, text, length, terminal->width);
        if (r == 0)
            r = buf_printf(&out, "\033[0m");
        length += end != NULL;
        text += length;
        size -= length;
    }
    if (r == 0)
        r = row < terminal->rows ? buf_printf(&out, "\r\n" REST_BELOW) : 0;
    if (r == 0)
        write_all((const char *)out.base, out.size);
}
