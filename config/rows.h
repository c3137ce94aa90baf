#pragma once
/*
 * What the files of config/ know of the tables: their rows, and how one setting is put in place.
 */
#include "config/config.h"
#include "config/ini.h"

#define ROW(struct_, member_, section_, key_, type_, repeated_, preset_, least_, most_, help_)     \
    {                                                                                              \
        .section = section_, .key = #key_, .type = VALUE_##type_, .repeated = (repeated_),         \
        .preset = (preset_), .least = (least_), .most = (most_), .help = (help_),                  \
        .offset = offsetof(struct_, member_)                                                       \
    }

struct rows {
    const struct value_row *rows;
    uint32_t n;
};

extern const struct rows config_rows, config_runtime_rows, config_device_rows, models_rows;

/* The row of that key in SECTION ("daemon"; "runtime" and "device" without the name); or NULL. */
const struct value_row *rows_find(const struct rows *rows, const char *section, const char *key);

/* All presets of ROWS into BASE. */
int rows_preset(const struct rows *rows, void *base, struct arena *arena, struct fault *fault);

/* E_SETTING: "there is no such key; there are: a b c". */
int rows_unknown(const struct rows *rows, const char *section, struct fault *fault);

/* Puts WHERE, the line, section and key in front of the sentence in FAULT; returns CODE. */
int rows_blame(const char *where, const struct ini_line *line, int code, struct fault *fault);

/*
 * Which settings a file has given so far, to refuse one that comes twice: 0 and noted, or the line
 * that gave it before.
 */
#define ROWS_GIVEN_MAX 512
struct rows_given {
    const void *members[ROWS_GIVEN_MAX];
    uint32_t lines[ROWS_GIVEN_MAX];
    uint32_t n;
};
uint32_t rows_note(struct rows_given *given, const void *member, uint32_t line);
