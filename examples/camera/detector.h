#pragma once
/*
 * MTCNN, a cascade of three networks that run in snped: P-Net proposes faces over an image pyramid,
 * R-Net rejects most, O-Net decides and finds five landmarks.
 */
#include <stdint.h>

#include "client/snpe-client.h"
#include "examples/camera/boxes.h"
#include "examples/camera/picture.h"

/* One size at which P-Net looks at the picture: a network of its own, and memory for its tensors.
 */
struct level {
    struct snpe_network *network;
    struct snpe_region *region; /* NULL: the tensors are small and travel inline */
    float *memory;              /* input, shifts, scores; each at a multiple of 64 bytes */
    size_t input_size, shifts_size, scores_size; /* bytes */
    size_t shifts_at, scores_at, size;           /* bytes */
    uint32_t out_width, out_height;
    int width, height;
    float scale;
};

#define LEVELS_MOST 24 /* each has half the pixels of the one before */

struct detector {
    struct snpe_client *client;
    struct snpe_network *rnet, *onet;
    int min_face;              /* the smallest face looked for, in pixels */
    uint64_t queue_us, run_us; /* spent in the daemon, summed up */
    int n_runs, n_levels;
    struct level levels[LEVELS_MOST]; /* the largest first */
};

/* Loads FOLDER/pnet.dlc, rnet.dlc and onet.dlc. -1 after a sentence on stderr. */
int detector_open(struct detector *detector, struct snpe_client *client, const char *folder,
                  int min_face);
/* Makes the levels for pictures of that size. */
int detector_fit(struct detector *detector, int width, int height);
void detector_close(struct detector *detector);

/* Where a level's tensors are, for runs and pushes. Memory other than the level's own may be given
 * by another region and an offset in it. */
void level_tensors(const struct level *level, struct snpe_region *region, size_t offset,
                   struct snpe_input *in, struct snpe_output out[2]);
/* What P-Net is to look at, into MEMORY. */
int level_fill(const struct level *level, const struct picture *picture, float *memory);

/*
 * Appends the faces of PICTURE, of the size that was fitted, best first. LEAD, if not NULL, is
 * memory in which the first level has been run on it already. -1 after a sentence on stderr.
 */
int detector_find(struct detector *detector, const struct picture *picture, const float *lead,
                  struct boxes *faces);
