#pragma once
/*
 * Calibration: what ranges the values of a model have over inputs that stand for those to come. The
 * float network runs on the cpu with every value as an output, several inputs at a time.
 */
#include "engine/engine.h"
#include "model/quant/observe.h"

/* Where inputs come from. */
struct calibration {
    uint32_t n; /* runs */
    void *context;
    /*
     * Fills DATA, float32, with what input INPUT of the model's graph is in run RUN. Called from
     * any of the threads, several at a time. 0, or an error that ends the calibration.
     */
    int (*fill)(void *context, uint32_t run, uint32_t input, void *data, size_t size,
                struct fault *fault);
    /* What a person knows that tensor as, for sentences: a file's path. */
    const char *(*name)(void *context, uint32_t run, uint32_t input);
    /* After runs of the calling thread: DONE of them all are done. May be NULL. */
    void (*progress)(void *context, uint32_t done);
    uint32_t n_threads; /* runs at a time; 0: as many as there are cores */
    bool spread;        /* observe how numbers are spread, too */
    bool means;         /* and the means of channels, of the last axis */
};

/*
 * *RET has one observation for each value of model_graph(MODEL), none for constants; *RET_ZEROS is
 * how many runs had nothing but zeros for inputs. The result has the same bits for any number of
 * threads. 0, or E_ENCODING if an input or what comes of it is not finite, with run, tensor, place
 * and number; errors of network_new and fill; -ENOMEM. A run takes as much memory as all values of
 * the model together; of several at a time no more than 1 GiB, or there are fewer.
 */
int calibrate(struct model *model, const struct calibration *calibration, struct observations *ret,
              uint32_t *ret_zeros, struct fault *fault);
