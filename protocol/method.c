#include "protocol/method.h"

#include <stddef.h>

#include "base/base.h"

static const struct method methods[] = {
#define METHOD(id, number, name, params, result, fds, flags, text) {number, name, fds, flags, text},
#include "protocol/methods.def"
#undef METHOD
};

const struct method *method_get(uint16_t number)
{
    for (size_t i = 0; i < ARRAY_SIZE(methods); i++)
        if (methods[i].number == number)
            return &methods[i];
    return NULL;
}
