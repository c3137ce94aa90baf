#pragma once
/*
 * All that people set, read in one go: snped.conf with what the command line says over it, and
 * models.d. A start reads it once; a reload reads it anew, beside what is in use.
 */
#include "base/digest.h"
#include "config/config.h"
#include "config/models.h"

/* Where it comes from: the same for every reload. */
struct config_source {
    const char *path; /* of snped.conf; NULL: none, all presets */
    bool optional;    /* it need not be there */
    /* What the command line says instead of the setting; NULL: nothing. */
    const char *socket, *models, *models_d;
};

/* snped.conf and the command line. 0 and *RET, or what config_read and config_set return. */
int config_read_source(const struct config_source *source, struct config **ret,
                       struct fault *fault);

struct settings {
    struct config *config;
    struct models_config *models; /* with the stamps of their files */
    struct digest stamp; /* of all the files of settings there are: differs when one was written */
};

/*
 * For a reload: 0 and *RET, freed by settings_done; or a negative code and a sentence with file,
 * line and key, if anything is wrong anywhere, and then only RET's stamp is set. A file whose last
 * line has no end is refused, and so is one of no bytes: somebody is about to write it.
 */
int settings_read(const struct config_source *source, struct settings *ret, struct fault *fault);
void settings_done(struct settings *settings);
