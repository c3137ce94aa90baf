#pragma once
/*
 * One walk over all layers of a container before anything is built: ids grow, names differ, and the
 * layers of kinds that we do not know are gathered into one sentence. Names are borrowed.
 * Zero-initialise to begin.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"
#include "model/names.h"

struct survey {
    struct names names;
    int64_t next_id; /* the least that may come */
    char unknown[160];
    size_t unknown_size;
    uint32_t n_unknown, n_named;
};

/* The next layer. 0, -ENOMEM, or E_DLC_RECORD. */
int survey_layer(struct survey *survey, int32_t id, const char *name, struct fault *fault);

/* The layer NAME is of the KIND that we do not know: "Neuron, type 7". */
void survey_unknown(struct survey *survey, const char *name, const char *kind);

/* 0, or E_DLC_LAYER with all that are unknown. */
int survey_end(const struct survey *survey, struct fault *fault);

void survey_done(struct survey *survey);
