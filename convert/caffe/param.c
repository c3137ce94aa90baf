#include "convert/caffe/param.h"

#include <math.h>
#include <string.h>

static const struct pbtext_field *find(const struct conversion *c, const char *name)
{
    return pbtext_find(caffe_source_of(c)->param, name);
}

static int wrong(struct conversion *c, const struct pbtext_field *field, const char *why)
{
    return conversion_unsupported(c, "check the prototxt", "%s (line %u) %s", field->name,
                                  field->line, why);
}

/* The field, which stands once or not at all. */
static int find_one(struct conversion *c, const char *name, const struct pbtext_field **ret)
{
    const struct pbtext_field *field = find(c, name);

    if (field && pbtext_next(field))
        return wrong(c, pbtext_next(field), "stands twice");
    *ret = field;
    return 0;
}

bool param_given(const struct conversion *c, const char *name)
{
    return find(c, name) != NULL;
}

static int read_i32(struct conversion *c, const struct pbtext_field *field, int32_t least,
                    int32_t most, int32_t *ret)
{
    int64_t number;

    if (pbtext_whole(field, &number) < 0)
        return wrong(c, field, "is no whole number");
    if (number < least || number > most)
        return conversion_unsupported(c, "check the prototxt", "%s (line %u) is outside %d..%d",
                                      field->name, field->line, least, most);
    *ret = (int32_t)number;
    return 0;
}

int param_i32(struct conversion *c, const char *name, int32_t preset, int32_t least, int32_t most,
              int32_t *ret)
{
    const struct pbtext_field *field;
    int r = find_one(c, name, &field);

    if (r < 0)
        return r;
    *ret = preset;
    return field ? read_i32(c, field, least, most, ret) : 0;
}

static int read_f32(struct conversion *c, const struct pbtext_field *field, float *ret)
{
    double number;

    if (pbtext_real(field, &number) < 0)
        return wrong(c, field, "is no number");
    if (!isfinite((float)number))
        return wrong(c, field, "is not finite");
    *ret = (float)number;
    return 0;
}

int param_f32(struct conversion *c, const char *name, float preset, float *ret)
{
    const struct pbtext_field *field;
    int r = find_one(c, name, &field);

    if (r < 0)
        return r;
    *ret = preset;
    return field ? read_f32(c, field, ret) : 0;
}

int param_bool(struct conversion *c, const char *name, bool preset, bool *ret)
{
    const struct pbtext_field *field;
    int r = find_one(c, name, &field);

    if (r < 0)
        return r;
    *ret = preset;
    return field && pbtext_bool(field, ret) < 0 ? wrong(c, field, "is not true or false") : 0;
}

int param_word(struct conversion *c, const char *name, const char *const *words, int preset,
               int *ret)
{
    const struct pbtext_field *field;
    int r = find_one(c, name, &field);
    int64_t number = -1;

    if (r < 0)
        return r;
    *ret = preset;
    if (!field)
        return 0;
    pbtext_whole(field, &number);
    for (int i = 0; words[i]; i++)
        if (number == i || (field->text && strcmp(field->text, words[i]) == 0)) {
            *ret = i;
            return 0;
        }
    return conversion_unsupported(c, WAY_REPLACE, "%s (line %u) is %.40s", field->name, field->line,
                                  field->text ? field->text : "a message");
}

static int too_many(struct conversion *c, const struct pbtext_field *field, uint32_t most)
{
    return conversion_unsupported(c, "check the prototxt", "%s (line %u) stands more than %u times",
                                  field->name, field->line, most);
}

int param_i32s(struct conversion *c, const char *name, int32_t least, int32_t most, uint32_t most_n,
               int32_t *ret, uint32_t *ret_n)
{
    int r = 0;

    *ret_n = 0;
    for (const struct pbtext_field *f = find(c, name); r == 0 && f; f = pbtext_next(f)) {
        if (*ret_n == most_n)
            return too_many(c, f, most_n);
        r = read_i32(c, f, least, most, &ret[(*ret_n)++]);
    }
    return r;
}

int param_f32s(struct conversion *c, const char *name, uint32_t most_n, float *ret, uint32_t *ret_n)
{
    int r = 0;

    *ret_n = 0;
    for (const struct pbtext_field *f = find(c, name); r == 0 && f; f = pbtext_next(f)) {
        if (*ret_n == most_n)
            return too_many(c, f, most_n);
        r = read_f32(c, f, &ret[(*ret_n)++]);
    }
    return r;
}

int param_axis(struct conversion *c, const char *name, int32_t preset, uint32_t rank, uint32_t *ret)
{
    int32_t axis;
    int r = param_i32(c, name, preset, INT32_MIN, INT32_MAX, &axis);

    if (r < 0)
        return r;
    if (axis < -(int32_t)rank || axis >= (int32_t)rank)
        return conversion_unsupported(c, "check the prototxt",
                                      "axis %d is outside a blob of %u dimensions", axis, rank);
    *ret = (uint32_t)(axis < 0 ? axis + (int32_t)rank : axis);
    return 0;
}
