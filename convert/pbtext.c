#include "convert/pbtext.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/error.h"

#define STRING_MAX ((size_t)64 << 10) /* bytes of one string */

struct reader {
    const char *what, *at, *end;
    uint32_t line, depth, n_fields;
    struct pbtext_field *open[PBTEXT_DEPTH_MAX + 1]; /* messages that are not closed yet */
    char closer[PBTEXT_DEPTH_MAX + 1];
    struct arena *arena;
    struct buf string;
    struct fault *fault;
};

static int broken(struct reader *reader, const char *why)
{
    return fail(reader->fault, E_CONVERT_SYNTAX, "this is no %s: line %u: %s", reader->what,
                reader->line, why);
}

/* A byte that has no place where it stands. */
static int unexpected(struct reader *reader)
{
    unsigned char byte = reader->at < reader->end ? (unsigned char)*reader->at : 0;

    if (reader->at >= reader->end)
        return broken(reader, "the file ends in the middle of a field");
    return fail(reader->fault, E_CONVERT_SYNTAX,
                isgraph(byte) ? "this is no %s: line %u: \"%c\" has no place here"
                              : "this is no %s: line %u: a byte 0x%02x has no place here",
                reader->what, reader->line, byte);
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Numbers and words: 1e-05, -0.5f, MAX. */
static bool is_word(char c)
{
    return is_name(c) || c == '.' || c == '+' || c == '-';
}

static char peek(const struct reader *reader)
{
    return reader->at < reader->end ? *reader->at : 0;
}

static void skip_blanks(struct reader *reader)
{
    for (; reader->at < reader->end; reader->at++) {
        if (*reader->at == '#')
            while (reader->at < reader->end && *reader->at != '\n')
                reader->at++;
        if (reader->at == reader->end)
            return;
        if (*reader->at == '\n')
            reader->line++;
        else if (!strchr(" \t\r\v\f", *reader->at) || !*reader->at)
            return;
    }
}

/* Takes C if it is next. */
static bool take(struct reader *reader, char c)
{
    if (reader->at >= reader->end || *reader->at != c)
        return false;
    reader->at++;
    skip_blanks(reader);
    return true;
}

struct pbtext_field *pbtext_add(struct arena *arena, struct pbtext_field *message, const char *name,
                                const char *text, uint32_t line)
{
    struct pbtext_field *field = arena_alloc(arena, sizeof(*field));

    if (!field)
        return NULL;
    *field = (struct pbtext_field){.name = name, .text = text, .line = line};
    if (message->last)
        message->last->next = field;
    else
        message->first = field;
    message->last = field;
    return field;
}

static int add_field(struct reader *reader, const char *name, const char *text, uint32_t line,
                     struct pbtext_field **ret)
{
    if (reader->n_fields++ >= PBTEXT_FIELDS_MAX)
        return fail(reader->fault, E_TOO_LARGE, "line %u: more than %u fields", reader->line,
                    PBTEXT_FIELDS_MAX);
    *ret = pbtext_add(reader->arena, reader->open[reader->depth], name, text, line);
    return *ret ? 0 : -ENOMEM;
}

static int open_message(struct reader *reader, const char *name, uint32_t line, char closer)
{
    struct pbtext_field *field;
    int r;

    if (reader->depth >= PBTEXT_DEPTH_MAX)
        return fail(reader->fault, E_TOO_LARGE, "line %u: messages nest deeper than %d",
                    reader->line, PBTEXT_DEPTH_MAX);
    r = add_field(reader, name, NULL, line, &field);
    if (r < 0)
        return r;
    reader->open[++reader->depth] = field;
    reader->closer[reader->depth] = closer;
    return 0;
}

static int close_message(struct reader *reader)
{
    if (reader->depth == 0 || reader->closer[reader->depth] != *reader->at)
        return unexpected(reader);
    reader->depth--;
    reader->at++;
    return 0;
}

/* Up to N digits of BASE. */
static unsigned take_digits(struct reader *reader, int base, int n)
{
    static const char digits[] = "0123456789abcdef";
    unsigned number = 0;

    for (; n > 0 && reader->at < reader->end; n--, reader->at++) {
        const char *digit = memchr(digits, tolower((unsigned char)*reader->at), (size_t)base);

        if (!digit)
            break;
        number = number * (unsigned)base + (unsigned)(digit - digits);
    }
    return number;
}

/* What stands behind a backslash. */
static int take_escape(struct reader *reader)
{
    static const char letters[] = "abfnrtv\\'\"?", meanings[] = "\a\b\f\n\r\t\v\\'\"?";
    const char *letter;
    char byte = peek(reader);

    if (byte >= '0' && byte <= '7') {
        byte = (char)take_digits(reader, 8, 3);
    } else if (byte == 'x' || byte == 'X') {
        reader->at++;
        byte = (char)take_digits(reader, 16, 2);
    } else {
        letter = byte ? strchr(letters, byte) : NULL;
        if (!letter)
            return broken(reader, "a backslash in a string before something it cannot precede");
        byte = meanings[letter - letters];
        reader->at++;
    }
    if (!byte)
        return broken(reader, "a string with a zero byte inside");
    return buf_append(&reader->string, &byte, 1);
}

/* One string in quotes, behind what is in reader->string already. */
static int take_piece(struct reader *reader)
{
    char quote = *reader->at++;
    int r = 0;

    while (r == 0 && reader->at < reader->end && *reader->at != quote) {
        char byte = *reader->at++;

        if (byte == '\n' || !byte)
            return broken(reader, "a string that does not end on its line");
        if (reader->string.size >= STRING_MAX)
            return fail(reader->fault, E_TOO_LARGE, "line %u: a string of more than %zu bytes",
                        reader->line, STRING_MAX);
        r = byte == '\\' ? take_escape(reader) : buf_append(&reader->string, &byte, 1);
    }
    if (r == 0 && reader->at >= reader->end)
        return broken(reader, "a string that does not end");
    reader->at++;
    skip_blanks(reader);
    return r;
}

/* A string, of one piece or several one after the other. */
static int take_string(struct reader *reader, const char **ret)
{
    int r = 0;

    reader->string.size = 0;
    while (r == 0 && (peek(reader) == '"' || peek(reader) == '\''))
        r = take_piece(reader);
    if (r < 0)
        return r;
    *ret = arena_text(reader->arena, (const char *)reader->string.base, reader->string.size);
    return *ret ? 0 : -ENOMEM;
}

static int take_word(struct reader *reader, bool (*fits)(char), const char **ret)
{
    const char *begin = reader->at;

    while (reader->at < reader->end && fits(*reader->at))
        reader->at++;
    if (reader->at == begin)
        return unexpected(reader);
    if ((size_t)(reader->at - begin) > STRING_MAX)
        return broken(reader, "a word without an end");
    *ret = arena_text(reader->arena, begin, (size_t)(reader->at - begin));
    skip_blanks(reader);
    return *ret ? 0 : -ENOMEM;
}

static int take_scalar(struct reader *reader, const char *name, uint32_t line)
{
    bool quoted = peek(reader) == '"' || peek(reader) == '\'';
    struct pbtext_field *field;
    const char *text;
    int r = quoted ? take_string(reader, &text) : take_word(reader, is_word, &text);

    if (r == 0)
        r = add_field(reader, name, text, line, &field);
    if (r == 0)
        field->quoted = quoted;
    return r;
}

/* name: [1, 2, 3], behind the bracket. */
static int take_list(struct reader *reader, const char *name, uint32_t line)
{
    int r = 0;

    if (take(reader, ']'))
        return 0;
    do {
        if (peek(reader) == '{' || peek(reader) == '<')
            return fail(reader->fault, E_NOT_BUILT,
                        "line %u: messages in brackets are not supported: write \"%.60s {\" for "
                        "each",
                        reader->line, name);
        r = take_scalar(reader, name, line);
    } while (r == 0 && take(reader, ','));
    if (r == 0 && !take(reader, ']'))
        r = unexpected(reader);
    return r;
}

/* A field up to its value's end, or into a message. */
static int take_field(struct reader *reader)
{
    uint32_t line = reader->line;
    const char *name;
    bool colon;
    int r;

    if (peek(reader) == '[')
        return fail(reader->fault, E_NOT_BUILT,
                    "line %u: extensions (names in brackets) are not supported", line);
    if (isdigit((unsigned char)peek(reader)))
        return unexpected(reader);
    r = take_word(reader, is_name, &name);
    if (r < 0)
        return r;
    colon = take(reader, ':');
    if (take(reader, '{'))
        return open_message(reader, name, line, '}');
    if (take(reader, '<'))
        return open_message(reader, name, line, '>');
    if (!colon)
        return fail(reader->fault, E_CONVERT_SYNTAX,
                    "this is no %s: line %u: \"%.60s\" is followed by no value", reader->what, line,
                    name);
    return take(reader, '[') ? take_list(reader, name, line) : take_scalar(reader, name, line);
}

static int read_all(struct reader *reader)
{
    int r = 0;

    if (reader->end - reader->at >= 3 && memcmp(reader->at, "\xef\xbb\xbf", 3) == 0)
        reader->at += 3; /* what some editors put in front of UTF-8 */
    skip_blanks(reader);
    while (r == 0 && reader->at < reader->end) {
        r = *reader->at == '}' || *reader->at == '>' ? close_message(reader) : take_field(reader);
        if (r < 0)
            break;
        skip_blanks(reader);
        if (!take(reader, ','))
            take(reader, ';');
    }
    if (r == 0 && reader->depth)
        r = fail(reader->fault, E_CONVERT_SYNTAX,
                 "this is no %s: the file ends inside \"%.60s\", which begins in line %u",
                 reader->what, reader->open[reader->depth]->name,
                 reader->open[reader->depth]->line);
    return r;
}

int pbtext_parse(const char *bytes, size_t size, const char *what, struct arena *arena,
                 struct pbtext_field **ret, struct fault *fault)
{
    struct pbtext_field *root = arena_alloc(arena, sizeof(*root));
    struct reader reader = {.what = what,
                            .at = bytes,
                            .end = bytes + size,
                            .line = 1,
                            .open = {root},
                            .arena = arena,
                            .fault = fault};
    int r;

    if (size > PBTEXT_SIZE_MAX)
        return fail(fault, E_TOO_LARGE, "a %s of %zu bytes: %zu are the limit", what, size,
                    PBTEXT_SIZE_MAX);
    if (!root)
        return -ENOMEM;
    *root = (struct pbtext_field){.name = "", .line = 1};
    r = read_all(&reader);
    buf_done(&reader.string);
    if (r == 0)
        *ret = root;
    return r;
}

static struct pbtext_field *find_from(struct pbtext_field *field, const char *name)
{
    while (field && strcmp(field->name, name) != 0)
        field = field->next;
    return field;
}

struct pbtext_field *pbtext_find(const struct pbtext_field *message, const char *name)
{
    return message ? find_from(message->first, name) : NULL;
}

struct pbtext_field *pbtext_next(const struct pbtext_field *field)
{
    return find_from(field->next, field->name);
}

uint32_t pbtext_count(const struct pbtext_field *message, const char *name)
{
    uint32_t n = 0;

    for (const struct pbtext_field *f = pbtext_find(message, name); f; f = pbtext_next(f))
        n++;
    return n;
}

/* Only what begins as a number does: strtoll and strtod would skip blanks and take words. */
static bool is_number(const char *text)
{
    text += *text == '-' || *text == '+';
    return isdigit((unsigned char)*text) || (*text == '.' && isdigit((unsigned char)text[1]));
}

int pbtext_whole(const struct pbtext_field *field, int64_t *ret)
{
    char *end;
    long long number;

    if (!field->text || field->quoted || !is_number(field->text))
        return -EINVAL;
    errno = 0;
    number = strtoll(field->text, &end, 0);
    if (*end || errno == EINVAL)
        return -EINVAL;
    if (errno)
        return -ERANGE;
    *ret = number;
    return 0;
}

/* inf, -inf, nan, as protobuf spells them. */
static bool is_special(const char *text)
{
    text += *text == '-';
    return strcasecmp(text, "inf") == 0 || strcasecmp(text, "infinity") == 0 ||
           strcasecmp(text, "nan") == 0;
}

int pbtext_real(const struct pbtext_field *field, double *ret)
{
    char *end;
    double number;

    if (!field->text || field->quoted || !(is_number(field->text) || is_special(field->text)))
        return -EINVAL;
    number = strtod(field->text, &end);
    end += *end == 'f' || *end == 'F';
    if (*end)
        return -EINVAL;
    *ret = number;
    return 0;
}

int pbtext_bool(const struct pbtext_field *field, bool *ret)
{
    static const char *const words[2][4] = {{"false", "False", "f", "0"},
                                            {"true", "True", "t", "1"}};

    if (!field->text || field->quoted)
        return -EINVAL;
    for (size_t i = 0; i < 8; i++)
        if (strcmp(words[i / 4][i % 4], field->text) == 0) {
            *ret = i / 4;
            return 0;
        }
    return -EINVAL;
}
