#pragma once
/*
 * An intrusive doubly linked list: a struct list is both a head and a member. A head or a member
 * that is on no list points at itself.
 */
#include <stdbool.h>

#include "base/base.h"

struct list {
    struct list *prev, *next;
};

static inline void list_init(struct list *list)
{
    list->prev = list->next = list;
}

static inline bool list_empty(const struct list *head)
{
    return head->next == head;
}

static inline void list_append(struct list *head, struct list *member)
{
    member->prev = head->prev;
    member->next = head;
    head->prev->next = member;
    head->prev = member;
}

/* Off its list; harmless if it is on none. */
static inline void list_remove(struct list *member)
{
    member->prev->next = member->next;
    member->next->prev = member->prev;
    list_init(member);
}

/* The first member off HEAD, or NULL. */
static inline struct list *list_pop(struct list *head)
{
    struct list *first = head->next;

    if (first == head)
        return NULL;
    list_remove(first);
    return first;
}

/* All of FROM to the end of TO; FROM is then empty. */
static inline void list_splice(struct list *to, struct list *from)
{
    if (list_empty(from))
        return;
    from->next->prev = to->prev;
    from->prev->next = to;
    to->prev->next = from->next;
    to->prev = from->prev;
    list_init(from);
}

/* IT walks from the first to the last; the body may remove IT. */
#define list_foreach(it, head)                                                                     \
    for (struct list *it = (head)->next, *_next = it->next; it != (head);                          \
         it = _next, _next = it->next)

#define list_entry(it, type, member) container_of(it, type, member)
