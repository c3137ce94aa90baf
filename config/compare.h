#pragma once
/*
 * Two sets of settings held against each other, for a reload.
 */
#include <stdbool.h>

#include "config/config.h"
#include "config/models.h"

#define CONFIG_NAME_SIZE 80

/* LATER: it takes effect at the next start. */
typedef void (*config_change_fn)(void *context, const char *name, bool later);

/* Calls ON_CHANGE for each setting that differs, by the name that people write: "[quota] models",
 * "[device gpu] lanes". */
void config_compare(const struct config *before, const struct config *after,
                    config_change_fn on_change, void *context);

/* The settings of restart.def become what they are in FIRST, whose strings CONFIG then borrows. */
void config_keep_first(struct config *config, const struct config *first);

/* Does the row stand in restart.def? */
bool config_needs_restart(const struct value_row *row);

/* The same name and settings; of two that are right. */
bool model_config_equal(const struct model_config *a, const struct model_config *b);
