#pragma once
/*
 * The best few of many, without memory of their own: a heap of what was kept so far, the worst on
 * top. Orders are total, so that the result does not depend on the order of offers.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ranked {
    float score; /* never NaN */
    uint32_t group, place;
    uint32_t what; /* the caller's */
};

/* Does A come before B? */
typedef bool (*rank_order)(const struct ranked *a, const struct ranked *b);

/* By group, then by place. */
static inline bool rank_by_place(const struct ranked *a, const struct ranked *b)
{
    return a->group != b->group ? a->group < b->group : a->place < b->place;
}

/* The higher score first, then by group and place. */
static inline bool rank_by_score(const struct ranked *a, const struct ranked *b)
{
    return a->score != b->score ? a->score > b->score : rank_by_place(a, b);
}

static inline void rank_swap(struct ranked *a, struct ranked *b)
{
    struct ranked c = *a;

    *a = *b;
    *b = c;
}

/* LIST[AT] goes down to where no child comes behind it. */
static inline void rank_sink(struct ranked *list, size_t n, size_t at, rank_order before)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && before(&list[child], &list[child + 1]))
            child++;
        if (!before(&list[at], &list[child]))
            return;
        rank_swap(&list[at], &list[child]);
    }
}

static inline void rank_rise(struct ranked *list, size_t at, rank_order before)
{
    while (at > 0 && before(&list[(at - 1) / 2], &list[at])) {
        rank_swap(&list[(at - 1) / 2], &list[at]);
        at = (at - 1) / 2;
    }
}

/* Keeps IT in LIST, which holds N of the first MOST by score that were offered. */
static inline void rank_offer(struct ranked *list, size_t *n, size_t most, struct ranked it)
{
    if (*n < most) {
        list[*n] = it;
        rank_rise(list, (*n)++, rank_by_score);
    } else if (most > 0 && rank_by_score(&it, &list[0])) {
        list[0] = it;
        rank_sink(list, most, 0, rank_by_score);
    }
}

/* What comes first goes first. */
static inline void rank_sort(struct ranked *list, size_t n, rank_order before)
{
    for (size_t i = n / 2; i-- > 0;)
        rank_sink(list, n, i, before);
    while (n > 1) {
        rank_swap(&list[0], &list[--n]);
        rank_sink(list, n, 0, before);
    }
}
