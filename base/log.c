#include "base/log.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"
#include "base/clock.h"

#define LINE_MAX_SIZE 1000
#define LIMIT_LINES   20
#define LIMIT_NS      10000000000u
#define N_SITES       64

/* A call site is known by its format, of which every place has its own. */
struct site {
    const char *fmt; /* NULL: free */
    char topic[16];
    enum log_level level;
    uint64_t since_ns;
    uint32_t n_lines, n_left_out;
};

static const char *const level_words[] = {
    [LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_NOTICE] = "notice",
    [LOG_LEVEL_INFO] = "info",   [LOG_LEVEL_DEBUG] = "debug",
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static atomic_int least_level = LOG_LEVEL_NOTICE;
static bool with_prefix;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of what follows */
static const struct clock *limit_clock = &clock_monotonic;
static struct site sites[N_SITES];

int log_level_parse(const char *word, enum log_level *ret)
{
    for (int i = LOG_LEVEL_ERROR; i <= LOG_LEVEL_DEBUG; i++) {
        if (strcmp(word, level_words[i]) == 0) {
            *ret = (enum log_level)i;
            return 0;
        }
    }
    return -EINVAL;
}

/* systemd gives the stream's device and inode, so that a stderr led elsewhere is not taken for it.
 */
static bool is_journal(void)
{
    const char *stream = getenv("JOURNAL_STREAM");
    char ours[48];
    struct stat st;

    if (!stream || fstat(STDERR_FILENO, &st) < 0)
        return false;
    (void)snprintf(ours, sizeof(ours), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    return strcmp(stream, ours) == 0;
}

static void read_environment(void)
{
    const char *word = getenv("SNPED_LOG"), *prefix = getenv("SNPED_LOG_PREFIX");
    enum log_level level;

    if (word && log_level_parse(word, &level) == 0)
        atomic_store_explicit(&least_level, (int)level, memory_order_relaxed);
    with_prefix = (prefix && strcmp(prefix, "1") == 0) || is_journal();
}

void log_set_level(enum log_level level)
{
    (void)pthread_once(&once, read_environment);
    atomic_store_explicit(&least_level, (int)level, memory_order_relaxed);
}

void log_set_clock(const struct clock *clock)
{
    pthread_mutex_lock(&lock);
    limit_clock = clock;
    pthread_mutex_unlock(&lock);
}

/* SIZE bytes of room, USED of them; the last is the line's end. */
struct line {
    char text[LINE_MAX_SIZE + 1];
    size_t used;
};

static void __attribute__((format(printf, 2, 0)))
line_append(struct line *line, const char *fmt, va_list args)
{
    size_t room = sizeof(line->text) - line->used;
    int n = vsnprintf(line->text + line->used, room, fmt, args);

    if (n > 0)
        line->used += (size_t)n < room ? (size_t)n : room - 1;
}

static void __attribute__((format(printf, 2, 3)))
line_printf(struct line *line, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    line_append(line, fmt, args);
    va_end(args);
}

static void line_begin(struct line *line, enum log_level level, const char *topic)
{
    line->used = 0;
    if (with_prefix)
        line_printf(line, "<%d>%s: ", level, topic);
    else if (level <= LOG_LEVEL_WARNING)
        line_printf(line, "%s: %s: ", level_words[level], topic);
    else
        line_printf(line, "%s: ", topic);
}

/* What a client named may hold anything; it must not begin a line of its own. */
static void line_write(struct line *line)
{
    ssize_t n;

    for (size_t i = 0; i < line->used; i++)
        if ((unsigned char)line->text[i] < ' ' || line->text[i] == 0x7f)
            line->text[i] = '?';
    line->text[line->used++] = '\n';
    do
        n = write(STDERR_FILENO, line->text, line->used);
    while (n < 0 && errno == EINTR);
}

/* Says what SITE left out, and frees it. */
static void site_end(struct site *site)
{
    struct line line;

    if (site->n_left_out) {
        line_begin(&line, site->level, site->topic);
        line_printf(&line, "%u more lines like \"%s\" were left out", site->n_left_out, site->fmt);
        line_write(&line);
    }
    *site = (struct site){0};
}

/* FMT's site, or one that is free for it, or NULL: then there is no limit. */
static struct site *site_find(const char *fmt)
{
    struct site *free_site = NULL;

    for (size_t i = 0; i < N_SITES; i++) {
        if (sites[i].fmt == fmt)
            return &sites[i];
        if (!sites[i].fmt && !free_site)
            free_site = &sites[i];
    }
    return free_site;
}

static bool site_admits(enum log_level level, const char *topic, const char *fmt)
{
    uint64_t now_ns = clock_now_ns(limit_clock);
    struct site *site;

    for (size_t i = 0; i < N_SITES; i++)
        if (sites[i].fmt && now_ns - sites[i].since_ns >= LIMIT_NS)
            site_end(&sites[i]);
    site = site_find(fmt);
    if (!site)
        return true;
    if (!site->fmt) {
        *site = (struct site){.fmt = fmt, .level = level, .since_ns = now_ns};
        (void)snprintf(site->topic, sizeof(site->topic), "%s", topic);
    }
    if (site->n_lines < LIMIT_LINES) {
        site->n_lines++;
        return true;
    }
    site->n_left_out++;
    return false;
}

void log_line(enum log_level level, const char *topic, const char *fmt, ...)
{
    int error = errno;
    struct line line;
    va_list args;

    (void)pthread_once(&once, read_environment);
    if ((int)level > atomic_load_explicit(&least_level, memory_order_relaxed))
        return;
    pthread_mutex_lock(&lock);
    if (site_admits(level, topic, fmt)) {
        line_begin(&line, level, topic);
        va_start(args, fmt);
        line_append(&line, fmt, args);
        va_end(args);
        line_write(&line);
    }
    pthread_mutex_unlock(&lock);
    errno = error;
}
