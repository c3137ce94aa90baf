#include "sched/queue.h"

#include "base/error.h"

static const struct {
    const char *name, *text;
} reasons[_QUEUE_REASON_MAX] = {
#define REASON(id, name, text) {name, text},
#include "sched/reasons.def"
#undef REASON
};

const char *queue_reason_name(enum queue_reason reason)
{
    return reasons[reason].name;
}

const char *queue_reason_text(enum queue_reason reason)
{
    return reasons[reason].text;
}

void queue_init(struct queue *queue, const struct queue_options *options)
{
    *queue = (struct queue){.options = *options};
    for (int i = 0; i < _CLASS_MAX; i++) {
        list_init(&queue->classes[i].members);
        list_init(&queue->ranks[i].deadlines);
        list_init(&queue->ranks[i].flows);
        list_init(&queue->ranks[i].risers);
    }
}

void queue_client_init(struct queue_client *client)
{
    *client = (struct queue_client){.n = {0}};
    for (int i = 0; i < _CLASS_MAX; i++) {
        list_init(&client->flows[i].link);
        list_init(&client->flows[i].items);
        list_init(&client->flows[i].riser);
    }
}

static struct queue_item *of_order(struct list *link)
{
    return list_entry(link, struct queue_item, order);
}

/* Behind those whose deadline is not later; most come in order, so it looks from the end. */
static void insert_deadline(struct list *deadlines, struct queue_item *item)
{
    struct list *behind = deadlines->prev;

    while (behind != deadlines && of_order(behind)->deadline_ns > item->deadline_ns)
        behind = behind->prev;
    list_append(behind->next, &item->order); /* that is, in front of the next */
}

static struct queue_flow *flow_of(const struct queue_item *item)
{
    return &item->client->flows[item->rank];
}

/* FLOW was given something, or has begun to wait: from now on it starves. */
static void starve(struct queue *queue, struct queue_flow *flow, enum job_class rank,
                   uint64_t now_ns)
{
    list_remove(&flow->riser);
    if (rank == 0 || !queue->options.aging_ns || list_empty(&flow->items))
        return;
    flow->rises_ns = now_ns + queue->options.aging_ns;
    list_append(&queue->ranks[rank].risers, &flow->riser);
}

/* A client that comes back has no more credit than a quantum; of its debts as much is forgotten as
 * the device could have given it since its last run. */
static void enter_flow(struct queue *queue, struct queue_item *item, uint64_t now_ns)
{
    struct queue_flow *flow = flow_of(item);
    bool was_empty = list_empty(&flow->items);
    int64_t most_ns = (int64_t)queue->options.quantum_ns;

    list_append(&flow->items, &item->order);
    if (!was_empty)
        return;
    list_append(&queue->ranks[item->rank].flows, &flow->link);
    if (flow->credit_ns < 0 && now_ns > flow->ended_ns)
        flow->credit_ns += (int64_t)(now_ns - flow->ended_ns);
    flow->credit_ns = flow->credit_ns < most_ns ? flow->credit_ns : most_ns;
    starve(queue, flow, item->rank, now_ns);
}

static void leave_flow(struct queue_item *item)
{
    struct queue_flow *flow = flow_of(item);

    list_remove(&item->order);
    if (!list_empty(&flow->items))
        return;
    list_remove(&flow->link);
    list_remove(&flow->riser);
}

static void enter_rank(struct queue *queue, struct queue_item *item, uint64_t now_ns)
{
    if (item->deadline_ns)
        insert_deadline(&queue->ranks[item->rank].deadlines, item);
    else
        enter_flow(queue, item, now_ns);
}

static void leave_rank(struct queue_item *item)
{
    if (item->deadline_ns)
        list_remove(&item->order);
    else
        leave_flow(item);
}

static void enter(struct queue *queue, struct queue_item *item, uint64_t now_ns)
{
    struct queue_class *class = &queue->classes[item->class];

    list_append(&class->members, &item->member);
    class->n++;
    class->cost_ns += item->cost_ns;
    item->client->n[item->class]++;
    queue->n++;
    item->rank = item->class;
    enter_rank(queue, item, now_ns);
}

static void leave(struct queue *queue, struct queue_item *item)
{
    struct queue_class *class = &queue->classes[item->class];

    leave_rank(item);
    list_remove(&item->member);
    class->n--;
    class->cost_ns -= item->cost_ns;
    item->client->n[item->class]--;
    queue->n--;
}

/* The last of CLASS that may be shed and whose client has at least LEAST there. */
static struct queue_item *find_last(struct queue *queue, enum job_class class, uint32_t least)
{
    struct list *members = &queue->classes[class].members;

    for (struct list *it = members->prev; it != members; it = it->prev) {
        struct queue_item *item = list_entry(it, struct queue_item, member);

        if (!item->keep && item->client->n[class] >= least)
            return item;
    }
    return NULL;
}

static struct queue_item *find_victim(struct queue *queue, const struct queue_item *item)
{
    struct queue_item *victim = NULL;

    for (int i = _CLASS_MAX - 1; !victim && i > (int)item->class; i--)
        victim = find_last(queue, i, 1);
    if (!victim)
        victim = find_last(queue, item->class, item->client->n[item->class] + 2);
    return victim;
}

int queue_add(struct queue *queue, struct queue_item *item, uint64_t now_ns,
              struct queue_item **ret_shed)
{
    struct queue_item *victim = NULL;

    if (queue->options.depth && queue->n >= queue->options.depth) {
        victim = find_victim(queue, item);
        if (!victim)
            return E_QUEUE_FULL;
        leave(queue, victim);
    }
    item->keep = false;
    enter(queue, item, now_ns);
    *ret_shed = victim;
    return 0;
}

void queue_add_always(struct queue *queue, struct queue_item *item, uint64_t now_ns)
{
    item->keep = true;
    enter(queue, item, now_ns);
}

void queue_add_again(struct queue *queue, struct queue_item *item, uint64_t now_ns)
{
    queue_add_always(queue, item, now_ns);
    if (item->deadline_ns)
        return;
    list_remove(&item->order);
    list_append(item->client->flows[item->rank].items.next, &item->order); /* before the first */
}

void queue_remove(struct queue *queue, struct queue_item *item)
{
    leave(queue, item);
}

/* The first item of each flow that has starved for long enough. */
static void rise(struct queue *queue, uint64_t now_ns)
{
    for (int rank = 1; rank < _CLASS_MAX; rank++)
        list_foreach (it, &queue->ranks[rank].risers) {
            struct queue_flow *flow = list_entry(it, struct queue_flow, riser);
            struct queue_item *item = of_order(flow->items.next);

            if (flow->rises_ns > now_ns)
                break;
            leave_rank(item);
            item->rank--;
            enter_rank(queue, item, now_ns);
            starve(queue, flow, rank, now_ns);
        }
}

bool queue_is_far(const struct queue_rank *rank, uint64_t deadline_ns)
{
    struct list *first = rank->risers.next;

    return first != &rank->risers &&
           list_entry(first, struct queue_flow, riser)->rises_ns < deadline_ns;
}

static struct queue_item *find_deadline(struct queue_rank *rank, queue_may_fn may, void *context)
{
    list_foreach (it, &rank->deadlines)
        if (may(of_order(it), context))
            return of_order(it);
    return NULL;
}

/* Its earliest deadline, which is the rank's, as nothing with a deadline rises; else its oldest. */
static struct queue_item *find_of_class(struct queue *queue, enum job_class class, queue_may_fn may,
                                        void *context)
{
    struct queue_item *first = find_deadline(&queue->ranks[class], may, context);

    if (first)
        return first;
    list_foreach (it, &queue->classes[class].members) {
        struct queue_item *item = list_entry(it, struct queue_item, member);

        if (!item->deadline_ns && may(item, context))
            return item;
    }
    return NULL;
}

static enum job_class highest(const struct queue *queue)
{
    int i = 0;

    while (i < _CLASS_MAX && queue->classes[i].n == 0)
        i++;
    return i;
}

/* Is ITEM's class owed what it costs, and would who waits in class FIRST not wait too long? */
static bool is_due(const struct queue *queue, const struct queue_item *item, enum job_class first)
{
    uint64_t most_ns = item->most_ns ? item->most_ns : queue->longest_ns;

    return queue->classes[item->class].owed_ns >= (int64_t)item->cost_ns &&
           queue->lent_ns[first] + most_ns <= queue->longest_ns;
}

/* One of a class below the highest, for its floor. */
static struct queue_item *find_owed(struct queue *queue, queue_may_fn may, void *context)
{
    enum job_class first = highest(queue);

    for (int i = (int)first + 1; i < _CLASS_MAX; i++) {
        struct queue_item *item;

        if (queue->classes[i].n == 0 || queue->classes[i].owed_ns <= 0)
            continue;
        item = find_of_class(queue, i, may, context);
        if (item && is_due(queue, item, first))
            return item;
    }
    return NULL;
}

static struct queue_item *find_in_flow(struct queue_flow *flow, queue_may_fn may, void *context)
{
    list_foreach (it, &flow->items)
        if (may(of_order(it), context))
            return of_order(it);
    return NULL;
}

/* As many quanta for all as bring the first of them that can run into credit; who can do without
 * keeps no more than one. */
static void replenish(struct queue *queue, struct list *flows, int64_t best_ns)
{
    int64_t quantum_ns = (int64_t)queue->options.quantum_ns;
    int64_t given_ns = (-best_ns / quantum_ns + 1) * quantum_ns;

    list_foreach (it, flows) {
        struct queue_flow *flow = list_entry(it, struct queue_flow, link);

        flow->credit_ns += given_ns;
        flow->credit_ns = flow->credit_ns < quantum_ns ? flow->credit_ns : quantum_ns;
    }
}

/* The item of the first client in turn that has credit; if none has, of the one that has most. */
static struct queue_item *find_turn(struct queue *queue, struct list *flows, queue_may_fn may,
                                    void *context)
{
    struct queue_item *richest = NULL;
    int64_t most_ns = INT64_MIN;

    list_foreach (it, flows) {
        struct queue_flow *flow = list_entry(it, struct queue_flow, link);
        struct queue_item *item;

        if (flow->credit_ns <= most_ns)
            continue;
        item = find_in_flow(flow, may, context);
        if (item && flow->credit_ns > 0)
            return item;
        if (item) {
            richest = item;
            most_ns = flow->credit_ns;
        }
    }
    if (richest)
        replenish(queue, flows, most_ns);
    return richest;
}

static struct queue_item *find_in_rank(struct queue *queue, struct queue_rank *rank,
                                       queue_may_fn may, void *context)
{
    struct queue_item *first = find_deadline(rank, may, context), *turn = NULL;

    if (!first || (rank->gave_deadline && queue_is_far(rank, first->deadline_ns)))
        turn = find_turn(queue, &rank->flows, may, context);
    return turn ? turn : first;
}

/* Does anything wait in ITEM's rank but ITEM? */
static bool has_rivals(const struct queue *queue, const struct queue_item *item)
{
    const struct queue_rank *rank = &queue->ranks[item->rank];
    const struct list *flows = &rank->flows;
    uint32_t n = !list_empty(&rank->deadlines) + !list_empty(flows);

    if (item->deadline_ns)
        return n > 1 || rank->deadlines.next != rank->deadlines.prev;
    return flows->next != flows->prev;
}

static enum queue_reason reason_of(const struct queue *queue, const struct queue_item *item)
{
    if (queue->n == 1)
        return QUEUE_ONLY;
    if (has_rivals(queue, item))
        return item->deadline_ns ? QUEUE_DEADLINE : QUEUE_TURN;
    if (item->rank < item->class)
        return QUEUE_AGED;
    return queue->classes[item->class].n == queue->n ? QUEUE_TURN : QUEUE_CLASS;
}

static void take(struct queue *queue, struct queue_item *item, enum queue_reason reason,
                 uint64_t now_ns)
{
    struct queue_flow *flow = flow_of(item);
    struct list *flows = &queue->ranks[item->rank].flows;

    item->reason = reason;
    queue->ranks[item->rank].gave_deadline = item->deadline_ns > 0;
    leave(queue, item);
    for (int i = (int)item->rank; i < _CLASS_MAX; i++)
        queue->lent_ns[i] = 0;
    if (item->deadline_ns)
        return;
    flow->credit_ns -= (int64_t)item->cost_ns; /* until it is known what it takes */
    if (list_empty(&flow->items))
        return;
    list_remove(&flow->link); /* the others' turn */
    list_append(flows, &flow->link);
    starve(queue, flow, item->rank, now_ns);
}

struct queue_item *queue_take(struct queue *queue, uint64_t now_ns, queue_may_fn may, void *context)
{
    struct queue_item *item;

    if (queue->n == 0)
        return NULL;
    rise(queue, now_ns);
    item = find_owed(queue, may, context);
    if (item) {
        take(queue, item, QUEUE_FLOOR, now_ns);
        return item;
    }
    for (int rank = 0; !item && rank < _CLASS_MAX; rank++)
        item = find_in_rank(queue, &queue->ranks[rank], may, context);
    if (item)
        take(queue, item, reason_of(queue, item), now_ns);
    return item;
}

/*
 * A class earns its floor of what the device gave while it waited, or had it itself. What it is
 * given beside its floor pays the floor, and no debt comes of it; what cannot run for want of a
 * slot does not save up more than a run or two.
 */
static void account(struct queue *queue, enum job_class id, const struct queue_item *item,
                    int64_t ran_ns)
{
    struct queue_class *class = &queue->classes[id];
    int64_t most_ns = 2 * (int64_t)queue->longest_ns;
    bool own = id == item->class;
    int64_t least_ns = class->owed_ns < 0 ? class->owed_ns : 0;

    if (class->n > 0 || own)
        class->owed_ns += ran_ns * queue->options.floors[id] / 100;
    if (own)
        class->owed_ns -= ran_ns;
    if (own && item->reason != QUEUE_FLOOR && class->owed_ns < least_ns)
        class->owed_ns = least_ns;
    if (class->owed_ns > most_ns)
        class->owed_ns = most_ns;
}

void queue_charge(struct queue *queue, const struct queue_item *item, uint64_t ran_ns,
                  uint64_t now_ns)
{
    struct queue_flow *flow = flow_of(item);

    if (!item->deadline_ns)
        flow->credit_ns += (int64_t)item->cost_ns - (int64_t)ran_ns;
    flow->ended_ns = now_ns;
    if (ran_ns > queue->longest_ns)
        queue->longest_ns = ran_ns;
    for (int i = 0; i < (int)item->rank; i++)
        queue->lent_ns[i] += ran_ns;
    for (int i = 0; i < _CLASS_MAX; i++)
        account(queue, i, item, (int64_t)ran_ns);
}

struct queue_item *queue_oldest(const struct queue *queue)
{
    enum job_class class = highest(queue);

    if (class == _CLASS_MAX)
        return NULL;
    return list_entry(queue->classes[class].members.next, struct queue_item, member);
}

struct queue_item *queue_first_deadline(const struct queue *queue)
{
    struct queue_item *first = NULL;

    for (int i = 0; i < _CLASS_MAX; i++) {
        struct list *link = queue->ranks[i].deadlines.next;

        if (link == &queue->ranks[i].deadlines)
            continue;
        if (!first || of_order(link)->deadline_ns < first->deadline_ns)
            first = of_order(link);
    }
    return first;
}
