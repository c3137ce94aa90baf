#pragma once
/*
 * The log: one line a call on stderr. For a journal (stderr is the stream that JOURNAL_STREAM
 * names) or with SNPED_LOG_PREFIX=1 a line is "<4>topic: text", 4 being the level; for people it is
 * "warning: topic: text", with the word for warnings and errors only. Library folders never log
 * above debug; daemon/ and tools/ log once, where an error stops.
 * SNPED_LOG=debug|info|notice|warning|error sets the least level (default notice). Thread safe; a
 * line is one write, control characters in it become '?', what is longer than 1000 bytes is cut.
 * The same call site is limited to 20 lines in 10 seconds; the rest are counted and said in one
 * line, with the first line that anybody logs after the 10 seconds.
 */
struct clock;

enum log_level {
    LOG_LEVEL_ERROR = 3,
    LOG_LEVEL_WARNING = 4,
    LOG_LEVEL_NOTICE = 5,
    LOG_LEVEL_INFO = 6,
    LOG_LEVEL_DEBUG = 7
};

/* TOPIC is the folder or file that speaks: "session", "lane", "dlc". */
void log_line(enum log_level level, const char *topic, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

void log_set_level(enum log_level level);
void log_set_clock(const struct clock *clock); /* of the limit; clock_monotonic until then */
/* 0, or -EINVAL: no such word. */
int log_level_parse(const char *word, enum log_level *ret);

#define log_error(topic, ...)   log_line(LOG_LEVEL_ERROR, topic, __VA_ARGS__)
#define log_warning(topic, ...) log_line(LOG_LEVEL_WARNING, topic, __VA_ARGS__)
#define log_notice(topic, ...)  log_line(LOG_LEVEL_NOTICE, topic, __VA_ARGS__)
#define log_info(topic, ...)    log_line(LOG_LEVEL_INFO, topic, __VA_ARGS__)
#define log_debug(topic, ...)   log_line(LOG_LEVEL_DEBUG, topic, __VA_ARGS__)
