#pragma once
/*
 * models.d: one NAME.conf for each model that is made ready at start.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/base.h"
#include "config/value.h"

/* A file as stat tells it; all zeros: it is not there. */
struct file_stamp {
    uint64_t device, inode, size;
    int64_t changed_ns, written_ns;
};

struct model_config {
    char name[128]; /* the file's, without .conf */
#define MODEL_OPTION(key, type, repeated, preset, least, most, help) VALUE_C_##type key;
#include "config/model_options.def"
    /* Why it cannot be used: its code and sentence; the daemon lists the model as failed. 0: fine.
     */
    int error;
    struct fault fault;
    struct file_stamp stamp; /* of the model's file, when models_stamp was called last */
};

struct models_config {
    struct model_config *models; /* by name */
    uint32_t n;
    struct arena arena;
};

#define MODELS_CONFIG_MAX 256
#define MODEL_NAME_MAX    120

/*
 * What a model may be called, and so a file of the repository: 1 to MODEL_NAME_MAX bytes, no
 * leading dot, no slash, no control character. NAME need not end with a 0. 0, or E_BAD_PARAMS.
 */
int model_name_check(const char *name, size_t size, struct fault *fault);

/* One file. 0, E_SETTING with file, line and key, -errno; RET's strings are in ARENA. */
int models_read_bytes(const char *where, const void *text, size_t size, struct arena *arena,
                      struct model_config *ret, struct fault *fault);
int models_read_file(const char *path, struct arena *arena, struct model_config *ret,
                     struct fault *fault);

/*
 * Every NAME.conf of DIR. A file with a mistake is an entry with ERROR set. A DIR that is not there
 * holds no models. 0 and *RET, or -errno, -ENOMEM, E_SETTING (more than MODELS_CONFIG_MAX).
 */
int models_read_dir(const char *dir, struct models_config **ret, struct fault *fault);
void models_config_free(struct models_config *models); /* NULL is fine */
DEFINE_CLEANUP(struct models_config *, models_config_free);

/*
 * Where MODEL's file is: an absolute path, or in REPOSITORY as it is called or with .dlc. 0 and
 * PATH, or E_NO_MODEL with the file of models.d that means it.
 */
int models_find_file(const struct model_config *model, const char *repository, char *path,
                     size_t size, struct fault *fault);
/* Notes of every model's file how it is now; not of an entry that is wrong. */
void models_stamp(struct models_config *models, const char *repository);
void file_stamp(const char *path, struct file_stamp *ret);
