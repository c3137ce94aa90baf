#pragma once
/*
 * Is it text? Names out of containers and foreign models are printed on terminals, put into
 * sentences, messages and file names: they are UTF-8 (RFC 3629) without control characters, or they
 * are refused.
 */
#include <stddef.h>

/* How many bytes from the beginning of TEXT are that; SIZE if all of them. */
size_t text_good(const char *text, size_t size);
