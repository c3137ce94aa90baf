#pragma once
/*
 * Loads, one after another:
 *
 *   WAITING --begin--> READING --on_read--> BUILDING --on_built--> WARMING --on_warm--> finish
 *
 * begin leaves READING out when a model of that name is there and no bytes came, and everything up
 * to finish when its network is there, too; on_read leaves BUILDING and WARMING out when the bytes
 * are known and their network is there. Each arrow is taken on the loop; READING and BUILDING run
 * on the loader's thread, WARMING is a job like any other on the network's device. What is loaded
 * is in the table only from finish on: a load that fails or is taken back changes nothing.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/list.h"

struct load;
struct server;

struct loads {
    struct list waiting;
    struct load *active;
    bool advancing;
};

void loads_init(struct loads *loads);

/* Takes over LOAD: answers at once if all it wants is there, else queues it. */
void loads_submit(struct server *server, struct load *take_load);
/* Begins what waits, if nothing is under way. */
void loads_advance(struct server *server);
/* Its client takes it back, or is gone: at once if it waits, else when its phase ends. */
void loads_cancel(struct load *load, int code);
/* Those that wait are answered with CODE; the one under way when its phase ends. */
void loads_cancel_all(struct server *server, int code);
bool loads_idle(const struct loads *loads);
/* What is being loaded, for STATS and STATUS=: "" when nothing is. Returns OUT. */
const char *loads_text(const struct server *server, char *out, size_t size);
