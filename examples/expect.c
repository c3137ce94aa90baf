#include "examples/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int read_line(char *text, struct expect_line *line)
{
    size_t length = strcspn(text, " \t\n");

    if (length == 0 || length >= sizeof(line->name))
        return -1;
    memcpy(line->name, text, length);
    for (text += length; line->n_numbers < EXPECT_NUMBERS; line->n_numbers++) {
        char *end;
        double number = strtod(text, &end);

        if (end == text)
            break;
        line->numbers[line->n_numbers] = number;
        text = end;
    }
    return text[strspn(text, " \t\n")] ? -1 : 0;
}

int expect_read(const char *path, struct expect *ret)
{
    FILE *file = fopen(path, "re");
    char text[256];
    int number = 0, r = file ? 0 : -1;

    *ret = (struct expect){.n_lines = 0};
    while (r == 0 && fgets(text, sizeof(text), file)) {
        number++;
        if (text[0] == '#' || text[0] == '\n')
            continue;
        r = ret->n_lines < EXPECT_LINES ? read_line(text, &ret->lines[ret->n_lines++]) : -1;
    }
    if (file)
        fclose(file);
    if (r < 0 && !file)
        perror(path);
    else if (r < 0)
        fprintf(stderr, "%s:%d: expected a name and numbers\n", path, number);
    return r;
}

const struct expect_line *expect_find(const struct expect *expect, const char *name, int i,
                                      int n_numbers)
{
    for (int k = 0; k < expect->n_lines; k++)
        if (strcmp(expect->lines[k].name, name) == 0 && i-- == 0)
            return expect->lines[k].n_numbers == n_numbers ? &expect->lines[k] : NULL;
    return NULL;
}

int expect_count(const struct expect *expect, const char *name)
{
    int n = 0;

    for (int k = 0; k < expect->n_lines; k++)
        n += strcmp(expect->lines[k].name, name) == 0;
    return n;
}
