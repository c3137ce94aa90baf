#pragma once
/*
 * What models.d names: made ready at start, held against what is there by a reload, and loaded
 * again when a client asks by name for one that was let go. The loop's thread only.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct load;
struct models_config;
struct server;

struct entries {
    struct models_config *config;    /* as applied last; NULL before the start */
    uint32_t n_preload, n_preloaded; /* of the start: all, and those that are through */
};

/* Everything of models.d, in order; server_on_ready when it is through. -ENOMEM. */
int entries_start(struct server *server, struct models_config *take_models, struct fault *fault);

/* What a reload does to one model; WHY is NULL, or why it could not be loaded. */
typedef void (*entries_fn)(struct server *server, const char *name, const char *what,
                           const char *why);

/*
 * TAKE_MODELS takes the place of what was applied before: names that are gone are unloaded, those
 * that are new, changed, not there or failed are loaded beside what is there; the others are not
 * touched. Says so to ON_CHANGE, of a load when it has ended; returns how many loads that are.
 */
uint32_t entries_apply(struct server *server, struct models_config *take_models,
                       entries_fn on_change);

/* Of a model that was let go: puts its load in line, before the one that asks for it. */
void entries_wake(struct server *server, const char *name);

/* Does models.d name it? */
bool entries_name(const struct entries *entries, const char *name);

/* LOAD of models.d failed: the name is listed so; a generation that is there stays. */
void entries_fail(struct load *load, int code, const struct fault *fault);

void entries_done(struct entries *entries);
