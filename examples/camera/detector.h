#pragma once
/*
 * MTCNN, a cascade of three networks that run in snped: P-Net proposes faces over an image pyramid,
 * R-Net rejects most, O-Net decides and finds five landmarks.
 */
#include <stdint.h>

#include "client/snpe-client.h"
#include "examples/camera/boxes.h"
#include "examples/camera/picture.h"

struct detector {
    struct snpe_client *client;
    struct snpe_network *rnet, *onet;
    int min_face;              /* the smallest face looked for, in pixels */
    uint64_t queue_us, run_us; /* spent in the daemon, summed up */
    int n_runs, n_levels;
    uint64_t weight_bytes; /* that loading P-Net for the levels after the first added */
};

/* Loads FOLDER/pnet.dlc, rnet.dlc and onet.dlc. -1 after a sentence on stderr. */
int detector_open(struct detector *detector, struct snpe_client *client, const char *folder,
                  int min_face);
void detector_close(struct detector *detector);

/* Appends the faces of PICTURE, best first. -1 after a sentence on stderr. */
int detector_find(struct detector *detector, const struct picture *picture, struct boxes *faces);
