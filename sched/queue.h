#pragma once
/*
 * What waits for one device, and who is next. Pure: no thread, no loop, no clock of its own; the
 * daemon holds a lock around it, a simulation turns the clock's hands.
 *
 * The next is found in this order:
 *
 *   1. A class that is owed its floor: while it waits, a class earns its share of the time that
 *      the device gives to others, and spends what it is given. Its earliest deadline, else its
 *      oldest item. But who waits in a higher class is kept from the device by lower ones for no
 *      longer than the longest run there was.
 *   2. The highest rank that can run. An item's rank is its class, but when a client has been given
 *      nothing there for `aging_ns`, its first item without a deadline rises a rank. Others of it
 *      do not: who floods a queue is not starving.
 *   3. In a rank, the earliest deadline. An item with a deadline never rises: its deadline says
 *      when, and one that cannot be kept is refused before it waits (sched/ahead.h). But a deadline
 *      later than somebody without one would rise is no hurry: these take turns, so that nobody
 *      gets a device to himself by deadlines in an hour.
 *   4. Among those without, deficit round-robin over clients: who has credit is served in turn, one
 *      item at a time, and pays what the device measured; when nobody has any, all get as many
 *      quanta as bring the first of them into it.
 *
 * What cannot run now (its network has no free job slot) lets those behind it pass.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/class.h"
#include "base/list.h"

struct queue_flow {
    struct list link;  /* in its rank's round; on none while it has no items */
    struct list items; /* without a deadline, in order of arrival */
    struct list riser; /* among its rank's, in the order in which their first items rise */
    uint64_t rises_ns; /* when its first item rises a rank */
    int64_t credit_ns;
    uint64_t ended_ns; /* when its last run did */
};

/* A client's place at one device; embedded in what stands for the client. */
struct queue_client {
    struct queue_flow flows[_CLASS_MAX]; /* by rank */
    uint32_t n[_CLASS_MAX];              /* items that wait, by class */
};

/* Why an item was the next. */
enum queue_reason {
#define REASON(id, name, text) QUEUE_##id,
#include "sched/reasons.def"
#undef REASON
    _QUEUE_REASON_MAX,
};

const char *queue_reason_name(enum queue_reason reason);
const char *queue_reason_text(enum queue_reason reason);

/* Embedded in a job. The caller fills what stands below the blank line before queue_add. */
struct queue_item {
    struct list order;  /* in its rank's deadlines, or in its flow */
    struct list member; /* of its class, in order of arrival */
    enum job_class rank;
    enum queue_reason reason;
    bool keep; /* never shed */

    struct queue_client *client;
    enum job_class class;
    uint64_t deadline_ns; /* 0: none */
    uint64_t cost_ns;     /* expected on the device */
    uint64_t most_ns;     /* the longest that one like it took there */
};

struct queue_options {
    uint32_t depth;              /* items at most; 0: no limit */
    uint64_t aging_ns;           /* 0: nothing rises */
    uint64_t quantum_ns;         /* of the round-robin; above 0 */
    uint32_t floors[_CLASS_MAX]; /* percent of the device's time; together below 100 */
};

struct queue_class {
    struct list members; /* in order of arrival */
    uint32_t n;
    uint64_t cost_ns; /* of its members, together */
    int64_t owed_ns;  /* of its floor */
};

struct queue_rank {
    struct list deadlines; /* items, the earliest first */
    struct list flows;     /* that have items, in turn */
    struct list risers;    /* flows, the first to rise first */
    bool gave_deadline;    /* who was taken last had one */
};

struct queue {
    struct queue_options options;
    uint64_t longest_ns;          /* of all runs so far */
    uint64_t lent_ns[_CLASS_MAX]; /* to lower ranks, since one of this or a higher was taken */
    struct queue_class classes[_CLASS_MAX];
    struct queue_rank ranks[_CLASS_MAX];
    uint32_t n;
};

void queue_init(struct queue *queue, const struct queue_options *options);
void queue_client_init(struct queue_client *client);

/*
 * ITEM waits from NOW_NS on. When the queue is full, *RET_SHED is the item that had to make room
 * (else NULL): the last of the lowest class if that is below ITEM's, or the last of ITEM's class
 * whose client has at least two more there than ITEM's. 0, or E_QUEUE_FULL and nothing changed.
 */
int queue_add(struct queue *queue, struct queue_item *item, uint64_t now_ns,
              struct queue_item **ret_shed);
/* The same, however full it is: one that goes on with its next step, or runs again. */
void queue_add_always(struct queue *queue, struct queue_item *item, uint64_t now_ns);
/* The same, in front of all that its client has there: one that has run in vain. */
void queue_add_again(struct queue *queue, struct queue_item *item, uint64_t now_ns);
/* An item that waits does not any more. */
void queue_remove(struct queue *queue, struct queue_item *item);

/* May ITEM run now? Called in order until one may; may take what the item needs for it. */
typedef bool (*queue_may_fn)(struct queue_item *item, void *context);
/* The next, taken out, with its reason; NULL if none may run. */
struct queue_item *queue_take(struct queue *queue, uint64_t now_ns, queue_may_fn may,
                              void *context);
/* An item that was taken out has kept the device for RAN_NS, until NOW_NS. */
void queue_charge(struct queue *queue, const struct queue_item *item, uint64_t ran_ns,
                  uint64_t now_ns);

/* Would somebody without a deadline rise out of RANK before DEADLINE_NS? They then take turns. */
bool queue_is_far(const struct queue_rank *rank, uint64_t deadline_ns);
/* The one that came first of the highest class in which any waits; NULL if none does. */
struct queue_item *queue_oldest(const struct queue *queue);
/* The one with the earliest deadline of all that wait; NULL if none has one. */
struct queue_item *queue_first_deadline(const struct queue *queue);
