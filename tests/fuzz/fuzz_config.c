/* NEEDS: config base */
/*
 * The first byte picks the file, snped.conf or a model's, the rest is what stands in it. What is
 * refused says so in a sentence that begins with the file.
 */
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "config/config.h"
#include "config/ini.h"
#include "config/models.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(int r, const struct fault *fault)
{
    if (r > 0 || (r < 0 && strncmp(fault->text, "a.conf", 6) != 0))
        abort();
}

static void read_config(const uint8_t *data, size_t size)
{
    _cleanup_(config_freep) struct config *config = NULL;
    struct fault fault = {""};

    if (config_new(&config, &fault) < 0)
        abort();
    check(config_read_bytes(config, "a.conf", data, size, &fault), &fault);
}

static void read_model(const uint8_t *data, size_t size)
{
    struct arena arena = {0};
    struct model_config model;
    struct fault fault = {""};

    check(models_read_bytes("a.conf", data, size, &arena, &model, &fault), &fault);
    arena_done(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0 || size > INI_FILE_MOST)
        return 0;
    if (data[0] & 1)
        read_config(data + 1, size - 1);
    else
        read_model(data + 1, size - 1);
    return 0;
}
