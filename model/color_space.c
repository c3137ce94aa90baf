#include "model/color_space.h"

#include <string.h>

#include "base/base.h"
#include "model/ops/color_convert.h"

static const struct color_space spaces[] = {
#define COLOR_SPACE(name, code, color) {name, code, color},
#include "model/color_spaces.def"
#undef COLOR_SPACE
};

const struct color_space *color_space_get(int32_t code)
{
    for (size_t i = 0; i < ARRAY_SIZE(spaces); i++)
        if (spaces[i].code == code)
            return &spaces[i];
    return NULL;
}

const struct color_space *color_space_find(const char *name)
{
    for (size_t i = 0; i < ARRAY_SIZE(spaces); i++)
        if (strcmp(spaces[i].name, name) == 0)
            return &spaces[i];
    return NULL;
}
