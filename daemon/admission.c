#include "daemon/admission.h"

#include "base/error.h"
#include "daemon/models.h"
#include "daemon/server.h"
#include "sched/admit.h"

void admission_init(struct admission *admission)
{
    *admission = (struct admission){.ready = NULL};
    list_init(&admission->link);
}

static struct admit_stream stream_of(const struct admission *admission)
{
    uint64_t period_ns = admission->period_ns, deadline_ns = admission->deadline_ns;

    return (struct admit_stream){
        .class = admission->class,
        .cost_ns = ready_cost_ns(admission->ready),
        .period_ns = period_ns,
        .deadline_ns = deadline_ns && deadline_ns < period_ns ? deadline_ns : period_ns,
    };
}

/* What runs on DEVICE outside of streams, by the classes that it has run in so far. */
static void find_longest(const struct server *server, enum device device, uint64_t *longest_ns)
{
    list_foreach (it, &server->models.networks) {
        const struct ready *ready = list_entry(it, struct ready, link);
        uint64_t cost_ns = ready_cost_ns(ready);

        for (int i = 0; i < _CLASS_MAX; i++)
            if (ready->classes & 1u << i && network_device(ready->network, 0) == device &&
                cost_ns > longest_ns[i])
                longest_ns[i] = cost_ns;
    }
}

int admission_join(struct server *server, struct admission *admission, struct fault *fault)
{
    enum device device = network_device(admission->ready->network, 0);
    struct admit_device on = {
        .most_percent = (uint32_t)server->config->queue_stream_load,
        .lanes = sched_lanes(&server->sched, device),
    };
    const struct admit_stream wanted = stream_of(admission);
    struct admit_stream streams[ADMISSION_MOST];
    uint32_t n = 0;
    int r;

    list_foreach (it, &server->admissions) {
        const struct admission *other = list_entry(it, struct admission, link);

        if (network_device(other->ready->network, 0) != device)
            continue;
        if (n == ADMISSION_MOST)
            return fail(fault, E_QUOTA, "%d streams with a period are the most for a device",
                        ADMISSION_MOST);
        streams[n++] = stream_of(other);
    }
    find_longest(server, device, on.longest_ns);
    sched_floors(&server->sched, on.floors);
    r = admit_check(&on, streams, n, &wanted, fault);
    if (r == E_NO_CAPACITY)
        events_post_overload(&server->events, device, admission->class, r);
    if (r == 0)
        list_append(&server->admissions, &admission->link);
    return r;
}

void admission_leave(struct admission *admission)
{
    list_remove(&admission->link);
}
