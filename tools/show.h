#pragma once
/* What snpe-show-results says about results: the ways to read a tensor, each a file of its own. */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/json.h"
#include "base/mem.h"
#include "tools/picture.h"

enum show_mode { SHOW_TOP, SHOW_BOXES, SHOW_SEGMENTS, SHOW_EVENTS };

struct show_options {
    enum show_mode mode;
    bool json;
    const char *labels, *tensor, *scores, *picture, *out; /* NULL: not given */
    uint32_t top, classes;                                /* classes 0: not given */
    uint32_t width, height; /* of a segmentation, or of the picture that boxes count pixels of */
    bool background;        /* class 0 of scores is none */
    float threshold, overlap;
    double hop; /* seconds of a step; 0: not given */
    char **paths;
    uint32_t n_paths;
};

/* One line of a text each; the names of classes from 0 on. Zero-initialise to begin. */
struct show_labels {
    char *text;
    const char **names;
    uint32_t n;
};

/* 0, or the file's own error, -ENOMEM. */
int show_labels_read(const char *path, struct show_labels *ret, struct fault *fault);
void show_labels_done(struct show_labels *labels);
const char *show_labels_get(const struct show_labels *labels, uint64_t index); /* "" if none */

/* The tensor files that are meant, in order; all in an arena. */
struct show_files {
    const char **paths;
    uint32_t n;
    struct arena arena;
};

/*
 * Each of PATHS is a tensor file, or a folder of snpe-net-run: then the tensor is taken from each
 * of its Result_0, Result_1, ..., or from itself if it has none. Without --tensor there must be
 * only one in a folder. E_BAD_PARAMS, -ENOMEM, the folder's own error.
 */
int show_files_find(const struct show_options *options, struct show_files *ret,
                    struct fault *fault);
void show_files_done(struct show_files *files);

/* All bytes of a tensor; freed by mem_free. */
int show_bytes_read(const char *path, void **ret, size_t *ret_size, struct fault *fault);
/* All floats of one, at least one. */
int show_floats_read(const char *path, float **ret, size_t *ret_n, struct fault *fault);

/* What is said and drawn, kept until all went well. Zero-initialise to begin. */
struct show_out {
    bool as_json;
    int error; /* the first -ENOMEM of show_say */
    struct buf text;
    struct json json;
    struct picture picture; /* for --out */
};

void show_say(struct show_out *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void show_out_done(struct show_out *out);

/* Each says what is in one file, except events, whose steps are those of all files together. */
int show_top(const struct show_options *options, const struct show_labels *labels, const char *path,
             struct show_out *out, struct fault *fault);
int show_boxes(const struct show_options *options, const struct show_labels *labels,
               const char *path, struct show_out *out, struct fault *fault);
int show_segments(const struct show_options *options, const struct show_labels *labels,
                  const char *path, struct show_out *out, struct fault *fault);
int show_events(const struct show_options *options, const struct show_labels *labels,
                const struct show_files *files, struct show_out *out, struct fault *fault);

/* A colour for each class, as PASCAL VOC's palette spreads them: 0 is black. */
void show_colour(uint32_t index, uint8_t ret[3]);
