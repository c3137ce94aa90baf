#include "base/perf.h"

#include <stddef.h>
#include <string.h>

#include "base/base.h"

static const struct {
    enum perf_profile profile;
    const char *name;
} profiles[] = {
#define PERF(ID, number, name) {PERF_##ID, name},
#include "base/perf.def"
};

static size_t rank(enum perf_profile profile)
{
    size_t i = 0;

    while (i + 1 < ARRAY_SIZE(profiles) && profiles[i].profile != profile)
        i++;
    return i;
}

const char *perf_name(enum perf_profile profile)
{
    return profiles[rank(profile)].name;
}

enum perf_profile perf_find(const char *name, unsigned long size)
{
    for (size_t i = 0; i < ARRAY_SIZE(profiles); i++)
        if (strlen(profiles[i].name) == size && memcmp(profiles[i].name, name, size) == 0)
            return profiles[i].profile;
    return _PERF_MAX;
}

enum perf_profile perf_max(enum perf_profile a, enum perf_profile b)
{
    return rank(a) > rank(b) ? a : b;
}
