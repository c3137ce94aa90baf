#include "model/dlc/survey.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

int survey_layer(struct survey *survey, int32_t id, const char *name, struct fault *fault)
{
    int r = names_add(&survey->names, name);

    if (r == -EEXIST)
        return fail(fault, E_DLC_RECORD, "record model: two layers are called %.100s", name);
    if (r == 0 && id < survey->next_id)
        return fail(fault, E_DLC_RECORD,
                    "record model: layer %.100s has the id %d, the one before it %lld; ids must "
                    "grow",
                    name, id, (long long)survey->next_id - 1);
    survey->next_id = (int64_t)id + 1;
    return r;
}

void survey_unknown(struct survey *survey, const char *name, const char *kind)
{
    char one[sizeof(survey->unknown)];
    int n = snprintf(one, sizeof(one), "%s%.60s (%.60s)", survey->n_named ? ", " : "", name, kind);

    survey->n_unknown++;
    if (survey->unknown_size + (size_t)n >= sizeof(survey->unknown))
        return;
    memcpy(survey->unknown + survey->unknown_size, one, (size_t)n + 1);
    survey->unknown_size += (size_t)n;
    survey->n_named++;
}

int survey_end(const struct survey *survey, struct fault *fault)
{
    bool one = survey->n_unknown == 1;

    if (survey->n_unknown == 0)
        return 0;
    return fail(fault, E_DLC_LAYER,
                "%u layer%s of a kind that cannot be read: %s%s; convert the model without %s",
                survey->n_unknown, one ? "" : "s", survey->unknown,
                survey->n_unknown > survey->n_named ? " and more" : "", one ? "it" : "them");
}

void survey_done(struct survey *survey)
{
    names_done(&survey->names);
}
