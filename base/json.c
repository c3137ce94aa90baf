#include "base/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"

static void put(struct json *json, const char *text, size_t size)
{
    if (json->error == 0)
        json->error = buf_append(&json->text, text, size);
}

static void put_word(struct json *json, const char *word)
{
    put(json, word, strlen(word));
}

/* TEXT's character of SIZE bytes as it stands in JSON. */
static void put_character(struct json *json, const char *text, size_t size)
{
    static const char hex[] = "0123456789abcdef";
    unsigned char c = (unsigned char)*text;
    char escape[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};

    if (size == 0)
        put_word(json, "\\ufffd");
    else if (c == '"' || c == '\\')
        put(json, (char[]){'\\', (char)c}, 2);
    else if (c < ' ' || c == 0x7f)
        put(json, escape, sizeof(escape));
    else
        put(json, text, size);
}

static void put_string(struct json *json, const char *text)
{
    put_word(json, "\"");
    while (*text) {
        size_t size = utf8_size(text);

        put_character(json, text, size);
        text += size ? size : 1;
    }
    put_word(json, "\"");
}

static void begin(struct json *json, const char *key)
{
    if (json->comma)
        put_word(json, ",");
    json->comma = true;
    if (key) {
        put_string(json, key);
        put_word(json, ":");
    }
}

void json_object(struct json *json, const char *key)
{
    begin(json, key);
    put_word(json, "{");
    json->comma = false;
}

void json_object_end(struct json *json)
{
    put_word(json, "}");
    json->comma = true;
}

void json_list(struct json *json, const char *key)
{
    begin(json, key);
    put_word(json, "[");
    json->comma = false;
}

void json_list_end(struct json *json)
{
    put_word(json, "]");
    json->comma = true;
}

void json_text(struct json *json, const char *key, const char *value)
{
    begin(json, key);
    put_string(json, value);
}

void json_u64(struct json *json, const char *key, uint64_t value)
{
    begin(json, key);
    if (json->error == 0)
        json->error = buf_printf(&json->text, "%" PRIu64, value);
}

void json_i64(struct json *json, const char *key, int64_t value)
{
    begin(json, key);
    if (json->error == 0)
        json->error = buf_printf(&json->text, "%" PRId64, value);
}

void json_f64(struct json *json, const char *key, double value)
{
    begin(json, key);
    if (!isfinite(value))
        put_word(json, "null");
    else if (json->error == 0)
        json->error = buf_printf(&json->text, "%.9g", value);
}

void json_bool(struct json *json, const char *key, bool value)
{
    begin(json, key);
    put_word(json, value ? "true" : "false");
}

int json_end(struct json *json)
{
    put_word(json, "\n");
    return json->error;
}

void json_done(struct json *json)
{
    buf_done(&json->text);
    *json = (struct json){0};
}
