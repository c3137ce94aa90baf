#include "base/str.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/base.h"

struct unit {
    const char *name;
    uint64_t factor;
};

/* The digits that *TEXT begins with, which then points behind them. */
static int read_digits(const char **text, uint64_t *ret)
{
    const char *p = *text;
    uint64_t n = 0;

    if (*p < '0' || *p > '9')
        return -EINVAL;
    for (; *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(n, (uint64_t)10, &n) ||
            __builtin_add_overflow(n, (uint64_t)(*p - '0'), &n))
            return -ERANGE;
    *text = p;
    *ret = n;
    return 0;
}

static int read_with_unit(const char *text, const struct unit *units, size_t n_units, uint64_t *ret)
{
    uint64_t n;
    int r = read_digits(&text, &n);

    if (r < 0)
        return r;
    for (size_t i = 0; i < n_units; i++) {
        if (strcmp(text, units[i].name) != 0)
            continue;
        if (__builtin_mul_overflow(n, units[i].factor, &n))
            return -ERANGE;
        *ret = n;
        return 0;
    }
    return -EINVAL;
}

int str_u64(const char *text, uint64_t least, uint64_t most, uint64_t *ret)
{
    uint64_t n;
    int r = read_digits(&text, &n);

    if (r < 0 || *text)
        return *text && r == 0 ? -EINVAL : r;
    if (n < least || n > most)
        return -ERANGE;
    *ret = n;
    return 0;
}

int str_size(const char *text, uint64_t *ret)
{
    static const struct unit units[] = {{"", 1}, {"K", 1 << 10}, {"M", 1 << 20}, {"G", 1 << 30}};

    return read_with_unit(text, units, ARRAY_SIZE(units), ret);
}

int str_duration_ms(const char *text, uint64_t *ret)
{
    static const struct unit units[] = {
        {"", 1000}, {"ms", 1}, {"s", 1000}, {"min", 60000}, {"h", 3600000}};

    return read_with_unit(text, units, ARRAY_SIZE(units), ret);
}

int str_bool(const char *text, bool *ret)
{
    static const char *const words[] = {"no", "yes", "false", "true", "off", "on", "0", "1"};

    for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
        if (strcmp(text, words[i]) == 0) {
            *ret = i % 2;
            return 0;
        }
    }
    return -EINVAL;
}

int str_dims(const char *text, struct shape *ret)
{
    struct shape shape = {0};
    char separator = 0;

    for (;; text++) {
        uint64_t n;
        int r = read_digits(&text, &n);

        if (r < 0)
            return r;
        if (shape.rank == SHAPE_RANK_MAX || n < 1 || n > UINT32_MAX)
            return -ERANGE;
        shape.dim[shape.rank++] = (uint32_t)n;
        if (!*text)
            break;
        if ((*text != ',' && *text != 'x') || (separator && *text != separator))
            return -EINVAL;
        separator = *text;
    }
    *ret = shape;
    return 0;
}

const char *str_shape(const struct shape *shape, char *out, size_t size)
{
    size_t used = 0;

    if (size)
        (void)snprintf(out, size, "scalar");
    for (uint32_t i = 0; i < shape->rank && i < SHAPE_RANK_MAX && used < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%u", i ? "x" : "", shape->dim[i]);
    return out;
}
