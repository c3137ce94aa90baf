#include "convert/caffe/phase.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"

static int meets_phase(const struct pbtext_field *phase, bool *ret)
{
    if (!phase->text)
        return -EINVAL;
    *ret = strcmp(phase->text, "TEST") == 0 || strcmp(phase->text, "1") == 0;
    return *ret || strcmp(phase->text, "TRAIN") == 0 || strcmp(phase->text, "0") == 0 ? 0 : -EINVAL;
}

/* One line of a rule. */
static int meets_field(const struct pbtext_field *field, bool *ret)
{
    int64_t level = 0;
    int r = 0;

    *ret = true;
    if (strcmp(field->name, "phase") == 0)
        return meets_phase(field, ret);
    if (strcmp(field->name, "stage") == 0)
        *ret = false;
    if (strcmp(field->name, "min_level") == 0) {
        r = pbtext_whole(field, &level);
        *ret = level <= 0;
    }
    if (strcmp(field->name, "max_level") == 0) {
        r = pbtext_whole(field, &level);
        *ret = level >= 0;
    }
    return r;
}

static int meets_rule(const struct pbtext_field *rule, bool *ret, struct fault *fault)
{
    *ret = true;
    for (const struct pbtext_field *f = rule->first; f; f = f->next) {
        bool meets;

        if (meets_field(f, &meets) < 0)
            return fail(fault, E_CONVERT_SYNTAX, "line %u: \"%.60s\" of a rule cannot be \"%.60s\"",
                        f->line, f->name, f->text ? f->text : "a message");
        *ret &= meets;
    }
    return 0;
}

/* Does any rule of that name hold? */
static int meets_any(const struct pbtext_field *layer, const char *name, bool *ret,
                     struct fault *fault)
{
    int r = 0;

    *ret = false;
    for (const struct pbtext_field *f = pbtext_find(layer, name); r == 0 && f; f = pbtext_next(f)) {
        bool meets;

        r = meets_rule(f, &meets, fault);
        *ret |= r == 0 && meets;
    }
    return r;
}

int phase_includes(const struct pbtext_field *layer, bool *ret, struct fault *fault)
{
    bool any;
    int r;

    if (pbtext_find(layer, "include")) {
        r = meets_any(layer, "include", &any, fault);
        *ret = any;
    } else {
        r = meets_any(layer, "exclude", &any, fault);
        *ret = !any;
    }
    return r;
}
