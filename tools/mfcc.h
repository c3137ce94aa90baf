#pragma once
/*
 * Mel-frequency cepstral coefficients by TensorFlow's definition: its operators AudioSpectrogram
 * (magnitude squared) and Mfcc, one after the other, as keyword models were trained on them.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/fault.h"

struct mfcc_spec {
    uint32_t rate;           /* Hz */
    uint32_t window, hop;    /* samples */
    uint32_t n_bins;         /* mel bins */
    uint32_t n_coefficients; /* at most n_bins */
    double low, high;        /* Hz, edges of the bins */
};

#define MFCC_WINDOW_MOST 65536u
#define MFCC_BINS_MOST   1024u

/* 0, or -EINVAL with a sentence that names the figure that cannot be. */
int mfcc_check(const struct mfcc_spec *spec, struct fault *fault);

/* Whole windows in N samples. */
size_t mfcc_frames(const struct mfcc_spec *spec, size_t n);

/*
 * mfcc_frames x n_coefficients floats into TO, for a SPEC that passed mfcc_check. Computed in
 * double. -ENOMEM.
 */
int mfcc_compute(const struct mfcc_spec *spec, const float *samples, size_t n, float *to);
