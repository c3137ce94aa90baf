#pragma once
/*
 * JSON, written piece by piece into a buffer. Text may be any bytes: what is no UTF-8 becomes
 * U+FFFD, control characters are escaped. An error (-ENOMEM) is kept and told by json_end.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json {   /* zero-initialise to begin */
    bool comma; /* something stands before in the innermost object or list */
    int error;
    struct buf text;
};

/* KEY is that of a member; NULL in a list, and for the outermost value. */
void json_object(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_list(struct json *json, const char *key);
void json_list_end(struct json *json);
void json_text(struct json *json, const char *key, const char *value);
void json_u64(struct json *json, const char *key, uint64_t value);
void json_i64(struct json *json, const char *key, int64_t value);
void json_f64(struct json *json, const char *key, double value); /* null if it is not finite */
void json_bool(struct json *json, const char *key, bool value);

/* 0 and the whole as a line in json->text, or -ENOMEM. */
int json_end(struct json *json);
void json_done(struct json *json);
