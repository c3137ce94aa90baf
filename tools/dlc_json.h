#pragma once
/* A container as JSON: what snpe-dlc-info --json prints and snpe-dlc-viewer's page holds. */
#include "base/json.h"
#include "tools/dlc_facts.h"

/* Adds a member to the object of layer I; 0 or -ENOMEM. */
typedef int (*dlc_json_more)(const struct dlc_facts *facts, uint32_t i, struct json *json);

/* The whole as an object; MORE may be NULL. 0 or -ENOMEM. */
int dlc_json_write(const struct dlc_facts *facts, dlc_json_more more, struct json *json);
