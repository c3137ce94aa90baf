#include "base/class.h"

#include <string.h>

static const char *const names[_CLASS_MAX] = {
#define CLASS(id, name, text) name,
#include "base/classes.def"
#undef CLASS
};

const char *class_name(enum job_class class)
{
    return names[class];
}

enum job_class class_find(const char *name, unsigned long size)
{
    int i = 0;

    while (i < _CLASS_MAX && (strlen(names[i]) != size || memcmp(names[i], name, size) != 0))
        i++;
    return i;
}
