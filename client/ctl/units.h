#pragma once
/* Numbers with units, for people. All return OUT, whose SIZE of UNITS_SIZE is enough. */
#include <stddef.h>
#include <stdint.h>

#include "client/snpe-client.h"

#define UNITS_SIZE 96

const char *units_bytes(uint64_t bytes, char *out, size_t size); /* "512 B", "1.5 MiB" */
const char *units_us(uint64_t us, char *out, size_t size);   /* "45 us", "1.2 ms", "3 min 5 s" */
const char *units_count(uint64_t n, char *out, size_t size); /* "999", "5.0 M" */
const char *units_dims(const struct snpe_dims *dims, char *out, size_t size); /* "1x224x224x3" */
