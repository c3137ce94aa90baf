#include "sched/ahead.h"

static const struct queue_item *of_order(struct list *link)
{
    return list_entry(link, struct queue_item, order);
}

static uint64_t sum_ahead(const struct queue *queue, enum job_class class, uint64_t deadline_ns)
{
    uint64_t sum_ns = 0, own_ns = 0;

    for (int i = 0; i < (int)class; i++)
        sum_ns += queue->classes[i].cost_ns;
    if (!deadline_ns)
        return sum_ns + queue->classes[class].cost_ns;
    list_foreach (it, &queue->ranks[class].deadlines) {
        if (of_order(it)->deadline_ns > deadline_ns)
            break;
        own_ns += of_order(it)->cost_ns;
    }
    return sum_ns + (queue_is_far(&queue->ranks[class], deadline_ns) ? 2 * own_ns : own_ns);
}

/* What the first of CLASS costs if its floor may be due before AHEAD_NS and the run that has begun,
 * which takes no longer than the longest, are over. */
static uint64_t owed_soon_ns(const struct queue *queue, enum job_class id, uint64_t ahead_ns)
{
    const struct queue_class *class = &queue->classes[id];
    uint64_t earned_ns = (ahead_ns + queue->longest_ns) * queue->options.floors[id] / 100;
    uint64_t cost_ns = list_entry(class->members.next, struct queue_item, member)->cost_ns;

    return class->owed_ns + (int64_t)earned_ns >= (int64_t)cost_ns ? cost_ns : 0;
}

uint64_t ahead_of_ns(const struct queue *queue, enum job_class class, uint64_t deadline_ns)
{
    uint64_t ahead_ns = sum_ahead(queue, class, deadline_ns), owed_ns = 0;
    uint32_t percent = 100;

    for (int i = (int)class + 1; i < _CLASS_MAX; i++)
        if (queue->classes[i].n > 0)
            percent -= queue->options.floors[i];
    ahead_ns = ahead_ns * 100 / percent;
    for (int i = (int)class + 1; i < _CLASS_MAX; i++)
        if (queue->classes[i].n > 0 && queue->options.floors[i] > 0)
            owed_ns += owed_soon_ns(queue, i, ahead_ns);
    return ahead_ns + owed_ns;
}
