#include "client/ctl/top.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"
#include "client/ctl/terminal.h"

#define RETRY_MS 1000

static const char *const sort_words[_TOP_SORT_MAX] = {"runs/s", "device time", "wait p99", "losses",
                                                      "name"};

static int print_one(struct ctl *ctl, const struct picture *picture, bool more)
{
    int r = ctl->json ? top_print_json(ctl, picture) : top_print(picture, ctl->out);

    if (r == 0 && !ctl->json && more)
        fputs("\n", ctl->out);
    if (fflush(ctl->out) != 0)
        return fail(ctl->fault, -EIO, "what is to be printed cannot be written: %s",
                    strerror(errno));
    return r;
}

/* What has gone by since the last one counts, so that N pictures take N intervals. */
static void wait_for(uint64_t at_ns)
{
    uint64_t now_ns = clock_now_ns(&clock_monotonic);

    while (now_ns < at_ns) {
        (void)poll(NULL, 0, (int)((at_ns - now_ns) / 1000000 + 1));
        now_ns = clock_now_ns(&clock_monotonic);
    }
}

static int run_batch(struct ctl *ctl)
{
    struct sample *before = NULL, *now = NULL;
    int r = sample_take(ctl, NULL, &before);

    for (uint64_t i = 0; r == 0 && (!ctl->counted || i < ctl->count); i++) {
        struct picture picture = {.before = before, .sort = TOP_BY_RATE, .bold = ctl->colour};

        wait_for(before->at_ns + ctl->interval_ms * 1000000);
        r = sample_take(ctl, before, &now);
        if (r < 0)
            break;
        picture.now = now;
        r = print_one(ctl, &picture, !ctl->counted || i + 1 < ctl->count);
        sample_free(before);
        before = take_ptr(now);
    }
    sample_free(before);
    return r;
}

struct screen {
    struct ctl *ctl;
    struct terminal terminal;
    struct sample *before, *now;
    enum top_sort sort;
    uint32_t first;
    uint64_t next_ns; /* when the next sample is due */
    bool lost;        /* the daemon did not answer the last time */
};

static void add_foot(const struct screen *screen, FILE *out)
{
    if (screen->lost)
        fprintf(out, "\nno daemon answers; trying again. q quits");
    else
        fprintf(out, "\nq quits, s sorts (now by %s), up and down scroll",
                sort_words[screen->sort]);
}

/* What there is to see, in as many lines as the screen has. */
static int paint(struct screen *screen)
{
    const struct picture picture = {
        .before = screen->before,
        .now = screen->now,
        .sort = screen->sort,
        .first = screen->first,
        .rows = screen->terminal.rows > 2 ? screen->terminal.rows - 2 : 1,
        .width = screen->terminal.width,
        .bold = screen->ctl->colour,
    };
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    int r = 0;

    if (!out)
        return -ENOMEM;
    if (screen->before && screen->now)
        r = top_print(&picture, out);
    else
        fputs("looking for a second\n", out);
    add_foot(screen, out);
    if (fclose(out) != 0)
        r = -ENOMEM;
    if (r == 0)
        terminal_paint(&screen->terminal, text, size);
    free(text);
    return r;
}

/* A daemon that went away may come back: then it is another one, and counts from 0. */
static int look(struct screen *screen)
{
    struct ctl *ctl = screen->ctl;
    struct sample *now = NULL;
    int r = screen->lost ? snpe_connect(ctl->client) : 0;

    if (r == 0)
        r = sample_take(ctl, screen->now, &now);
    screen->lost = r == SNPE_E_DISCONNECTED || r == SNPE_E_DRAINING || r == SNPE_E_TIMEOUT;
    screen->next_ns =
        clock_now_ns(&clock_monotonic) + (screen->lost ? RETRY_MS : ctl->interval_ms) * 1000000;
    if (screen->lost)
        return 0;
    if (r < 0)
        return r;
    sample_free(screen->before);
    screen->before = take_ptr(screen->now);
    screen->now = now;
    return 0;
}

/* False: it is the end. */
static bool take_key(struct screen *screen, int key)
{
    uint32_t n = screen->now ? screen->now->overview->n_sessions : 0;

    if (key == 'q' || key == 'Q')
        return false;
    if (key == 's')
        screen->sort = (screen->sort + 1) % _TOP_SORT_MAX;
    if (key == TERMINAL_DOWN && screen->first + 1 < n)
        screen->first++;
    if (key == TERMINAL_UP && screen->first > 0)
        screen->first--;
    return true;
}

static int left_ms(uint64_t next_ns)
{
    uint64_t now_ns = clock_now_ns(&clock_monotonic);

    return next_ns > now_ns ? (int)((next_ns - now_ns) / 1000000 + 1) : 0;
}

static int run_screen(struct screen *screen)
{
    uint64_t n = 0;
    int r = look(screen);

    while (r == 0) {
        enum terminal_event event;
        int key = 0;

        r = paint(screen);
        if (r < 0)
            break;
        event = terminal_wait(&screen->terminal, left_ms(screen->next_ns), &key);
        if (event == TERMINAL_QUIT || (event == TERMINAL_KEY && !take_key(screen, key)))
            break;
        if (event != TERMINAL_NOTHING)
            continue;
        r = look(screen);
        if (screen->ctl->counted && ++n > screen->ctl->count)
            break;
    }
    return r;
}

static int top_screen(struct ctl *ctl)
{
    struct screen screen = {.ctl = ctl};
    int r = ctl_check(ctl, snpe_connect(ctl->client));

    if (r < 0)
        return r;
    r = terminal_open(&screen.terminal);
    if (r < 0)
        return fail(ctl->fault, r, "this terminal cannot be taken over (%s): use --batch",
                    strerror(-r));
    r = run_screen(&screen);
    terminal_close(&screen.terminal);
    sample_free(screen.before);
    sample_free(screen.now);
    return r;
}

/* A terminal that knows no moves of its cursor would only be littered with them. */
static bool can_draw(void)
{
    const char *kind = getenv("TERM");

    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO) && kind && *kind &&
           strcmp(kind, "dumb") != 0;
}

int command_top(struct ctl *ctl)
{
    if (ctl->batch || ctl->json)
        return run_batch(ctl);
    if (!can_draw())
        return fail(ctl->fault, -ENOTTY, "there is no terminal to draw on: use --batch");
    return top_screen(ctl);
}
