#pragma once
/*
 * The settings of the daemon, from snped.conf. The struct has one member for each row of
 * options.def, named SECTION_KEY: quota_sessions, daemon_socket. It is filled once, before
 * anybody reads it, and never changed: a reload makes another one beside it.
 */
#include <stdint.h>
#include <stdio.h>

#include "base/base.h"
#include "config/value.h"

struct config_runtime {
#define RUNTIME_OPTION(key, type, preset, least, most, help) VALUE_C_##type key;
#include "config/options.def"
};

struct config_device {
#define DEVICE_OPTION(key, type, preset, least, most, help) VALUE_C_##type key;
#include "config/options.def"
};

struct config {
#define OPTION(section, key, type, preset, least, most, help) VALUE_C_##type section##_##key;
#include "config/options.def"
    struct config_runtime runtimes[_RUNTIME_MAX];
    struct config_device devices[_DEVICE_MAX];
    struct arena arena;
};

/* All presets. 0 and *RET, or -ENOMEM. */
int config_new(struct config **ret, struct fault *fault);
void config_free(struct config *config); /* NULL is fine */
DEFINE_CLEANUP(struct config *, config_free);

/*
 * Reads the file over the presets. 0, E_SETTING with file, line, section and key (unknown, given
 * twice, of the wrong form), -errno. After a failure CONFIG is only to be freed.
 */
int config_read(struct config *config, const char *path, struct fault *fault);
int config_read_bytes(struct config *config, const char *where, const void *text, size_t size,
                      struct fault *fault);

/* One setting from elsewhere, as a command line: wins over the file. E_SETTING with its name. */
int config_set(struct config *config, const char *section, const char *key, const char *value,
               struct fault *fault);

/* A file that holds every setting, commented out, with its sentence: the sample. */
void config_print_sample(FILE *out);
/* The same for models.d/NAME.conf. */
void config_print_model_sample(FILE *out);

/* docs/SETTINGS.md: both tables of settings and the environment. */
void config_print_markdown(FILE *out);
