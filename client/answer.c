#include "client/answer.h"

#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"

#define ERRNO_MOST 4095 /* the kernel's own limit */
#define OURS_LEAST (-5999)
#define OURS_MOST  (-5001)

struct answer {
    struct arena arena;
    alignas(max_align_t) unsigned char body[];
};

static bool is_code(int32_t code)
{
    return (code < 0 && code >= -ERRNO_MOST) || (code >= OURS_LEAST && code <= OURS_MOST);
}

static void say(struct text text, struct fault *fault)
{
    size_t size = text.size < sizeof(fault->text) - 1 ? text.size : sizeof(fault->text) - 1;

    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text.base[i];

        fault->text[i] = (char)(c < ' ' || c == 0x7f ? ' ' : c);
    }
    fault->text[size] = '\0';
}

int answer_error(const struct wire_frame *frame, struct fault *fault)
{
    struct error_result result;

    if (!message_is_error(frame->map, frame->map_size))
        return 0;
    if (unpack_error_result(frame->map, frame->map_size, &result, fault) < 0)
        return E_BAD_FRAME;
    if (!is_code(result.code))
        return fail(fault, E_BAD_FRAME, "the daemon answered with error %d, which is none",
                    result.code);
    say(result.message, fault);
    return result.code;
}

void *answer_new(size_t size)
{
    struct answer *answer = calloc(1, sizeof(*answer) + size);

    return answer ? answer->body : NULL;
}

struct arena *answer_arena(void *answer)
{
    return &container_of(answer, struct answer, body)->arena;
}

void snpe_free(void *answer)
{
    if (!answer)
        return;
    arena_done(answer_arena(answer));
    free(container_of(answer, struct answer, body));
}

const char *answer_text(struct arena *arena, struct text text)
{
    return arena_text(arena, text.size ? text.base : "", text.size);
}

static const struct snpe_tensor_info *copy_tensor(struct arena *arena,
                                                  const struct tensor_desc *from)
{
    struct snpe_tensor_info *to = arena_alloc(arena, sizeof(*to));

    if (!to)
        return NULL;
    to->name = answer_text(arena, from->name);
    to->type = answer_text(arena, from->type);
    to->dims.rank = from->dims.rank;
    memcpy(to->dims.dim, from->dims.dim, sizeof(to->dims.dim));
    to->size = from->size;
    to->min = from->min;
    to->max = from->max;
    return to->name && to->type ? to : NULL;
}

const struct snpe_tensor_info *const *
answer_tensors(struct arena *arena, const struct tensor_desc *tensors, uint32_t n_tensors)
{
    const struct snpe_tensor_info **list = arena_alloc(arena, (n_tensors + 1) * sizeof(*list));

    for (uint32_t i = 0; list && i < n_tensors; i++) {
        list[i] = copy_tensor(arena, &tensors[i]);
        if (!list[i])
            return NULL;
    }
    return list;
}

_Static_assert(SNPE_RANK_MAX == SHAPE_RANK_MAX, "dims are copied whole");
