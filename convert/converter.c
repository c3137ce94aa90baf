#include "convert/convert.h"

static const struct converter_def converters[] = {
#define CONVERTER(id, function, framework, program) {function, framework, program},
#include "convert/converters.def"
#undef CONVERTER
};

const struct converter_def *converter_get(enum converter converter)
{
    return &converters[converter];
}
