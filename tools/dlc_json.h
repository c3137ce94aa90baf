#pragma once
/* A container as JSON: what snpe-dlc-info --json prints and snpe-dlc-viewer's page holds. */
#include "base/json.h"
#include "tools/dlc_facts.h"

/* Adds members to the object of layer I; what went wrong sticks in JSON. */
typedef void (*dlc_json_more)(void *context, const struct dlc_facts *facts, uint32_t i,
                              struct json *json);

/* The whole as an object, the member KEY if that is not NULL; MORE may be NULL. 0 or -ENOMEM. */
int dlc_json_write(const struct dlc_facts *facts, const char *key, dlc_json_more more,
                   void *context, struct json *json);
