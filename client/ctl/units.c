#include "client/ctl/units.h"

#include <stdio.h>
#include <string.h>

#include "base/shape.h"
#include "base/str.h"

static const char *scaled(double value, double step, const char *const *words, char *out,
                          size_t size)
{
    size_t i = 0;

    while (value >= step && words[i + 1]) {
        value /= step;
        i++;
    }
    snprintf(out, size, i ? "%.1f %s" : "%.0f %s", value, words[i]);
    if (!*words[i])
        out[strlen(out) - 1] = '\0';
    return out;
}

const char *units_bytes(uint64_t bytes, char *out, size_t size)
{
    static const char *const words[] = {"B", "KiB", "MiB", "GiB", "TiB", NULL};

    return scaled((double)bytes, 1024, words, out, size);
}

const char *units_count(uint64_t n, char *out, size_t size)
{
    static const char *const words[] = {"", "k", "M", "G", "T", NULL};

    return scaled((double)n, 1000, words, out, size);
}

const char *units_us(uint64_t us, char *out, size_t size)
{
    uint64_t s = us / 1000000;

    if (us < 1000)
        snprintf(out, size, "%u us", (unsigned)us);
    else if (s == 0)
        snprintf(out, size, "%.1f ms", (double)us / 1000);
    else if (s < 60)
        snprintf(out, size, "%.1f s", (double)us / 1000000);
    else if (s < 3600)
        snprintf(out, size, "%u min %u s", (unsigned)(s / 60), (unsigned)(s % 60));
    else if (s < 86400)
        snprintf(out, size, "%u h %u min", (unsigned)(s / 3600), (unsigned)(s / 60 % 60));
    else
        snprintf(out, size, "%llu days %u h", (unsigned long long)s / 86400,
                 (unsigned)(s / 3600 % 24));
    return out;
}

const char *units_dims(const struct snpe_dims *dims, char *out, size_t size)
{
    struct shape shape = {.rank = dims->rank < SHAPE_RANK_MAX ? dims->rank : SHAPE_RANK_MAX};

    memcpy(shape.dim, dims->dim, sizeof(shape.dim));
    return str_shape(&shape, out, size);
}
