#pragma once
/* The calls a client can make: the numbers, names and flags of methods.def. */
#include <stdint.h>

enum method_number {
#define METHOD(id, number, name, params, result, fds, flags, text) METHOD_##id = (number),
#include "protocol/methods.def"
#undef METHOD
};

enum method_flag {
    METHOD_BEFORE_HELLO = 1 << 0, /* the first frame of a session, and only that */
    METHOD_NOW = 1 << 1,          /* the loop answers at once */
    METHOD_LOADS = 1 << 2, /* the loader does it; the right to load is needed unless all is there */
    METHOD_RUNS = 1 << 3,  /* goes to a device's lane */
    METHOD_ADMIN = 1 << 4, /* the right to administer is needed; answered when it is done */
};

struct method {
    uint16_t number;
    const char *name; /* "run": in logs, metrics and sentences */
    uint16_t fds_most;
    uint32_t flags; /* of enum method_flag */
    const char *text;
};

/* NULL: this version knows no method of that number. */
const struct method *method_get(uint16_t number);
