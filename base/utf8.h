#pragma once
#include <stddef.h>

/*
 * Bytes of the UTF-8 character that TEXT, ended by a 0, begins with; 0 if it begins with none
 * (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF). TEXT is not empty.
 */
size_t utf8_size(const char *text);
