#pragma once
/*
 * top: samples of what the daemon tells, taken again and again; two of them make the rates that a
 * picture shows, as JSON, as text or on a screen.
 */
#include "client/ctl/ctl.h"

#define TOP_MODELS 256

/* Everything asked for at one moment; its own. */
struct sample {
    uint64_t at_ns;
    struct snpe_daemon_stats *stats;
    struct snpe_overview *overview;
    struct snpe_models *models;
    struct snpe_model_info *infos[TOP_MODELS]; /* of each model; NULL: it is not ready */
};

/* BEFORE may be NULL; what has not changed since is taken from it. CTL's fault tells what failed.
 */
int sample_take(struct ctl *ctl, struct sample *before, struct sample **ret);
void sample_free(struct sample *sample); /* NULL is fine */

/* A second's share of what was added between the two; 0 if BEFORE did not have it. */
double sample_rate(const struct sample *before, const struct sample *now, uint64_t was,
                   uint64_t is);
double sample_model_rate(const struct sample *before, const struct sample *now, uint32_t model);
double sample_client_rate(const struct sample *before, const struct sample *now, uint32_t session);
double sample_device_rate(const struct sample *before, const struct sample *now, uint32_t device);
/* Of 1: how much of one device's time a client took. */
double sample_client_share(const struct sample *before, const struct sample *now, uint32_t session);

/* The columns that clients are sorted by. */
enum top_sort { TOP_BY_RATE, TOP_BY_TIME, TOP_BY_WAIT, TOP_BY_LOSS, TOP_BY_NAME, _TOP_SORT_MAX };

struct picture {
    const struct sample *before, *now;
    enum top_sort sort;
    uint32_t first; /* client that is shown first */
    uint32_t rows;  /* lines at most; 0: as many as there are */
    uint32_t width; /* columns, for how long names are cut; 0: as batch output */
    bool bold;
};

int top_print_json(struct ctl *ctl, const struct picture *picture);
int top_print(const struct picture *picture, FILE *out);
