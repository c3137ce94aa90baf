#pragma once
/* Classes of jobs: a lower number is more urgent. */

enum job_class {
#define CLASS(id, name, text) CLASS_##id,
#include "base/classes.def"
#undef CLASS
    _CLASS_MAX,
};

const char *class_name(enum job_class class);
/* _CLASS_MAX if no class has that name. */
enum job_class class_find(const char *name, unsigned long size);
