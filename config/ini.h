#pragma once
/*
 * The door to the INI parser. A file is read whole and every line of it checked before the first is
 * handed on, so a file with a mistake changes nothing.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct ini_line {
    const char *section, *key, *value; /* borrowed for the call */
    uint32_t number;
};

/* May return a negative code with FAULT, which ends the reading. */
typedef int (*ini_line_fn)(void *context, const struct ini_line *line, struct fault *fault);

#define INI_FILE_MOST  ((size_t)256 << 10)
#define INI_LINES_MOST 1024

/*
 * Hands the lines of SIZE bytes at TEXT to ON_LINE, in order; WHERE names them in sentences. 0,
 * E_SETTING with file and line (a line of more than 195 bytes, a byte 0, neither key nor section),
 * -ENOMEM, or what ON_LINE returned.
 */
int ini_parse_bytes(const char *where, const void *text, size_t size, ini_line_fn on_line,
                    void *context, struct fault *fault);

/* The same for a file; also -errno with its name if it cannot be read. */
int ini_parse_path(const char *path, ini_line_fn on_line, void *context, struct fault *fault);
