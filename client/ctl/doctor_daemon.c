/* Checks of the daemon itself, by what it tells. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "client/ctl/doctor.h"

#define ANSWER_MS 1000
#define AGAIN_MS  20
/* Of a hundred jobs so many past their deadline are more than chance. */
#define LATE_PERCENT 5

static bool has_daemon(const struct doctor *doctor, struct finding *finding)
{
    if (!doctor->models)
        doctor_skip(finding, "the daemon does not answer");
    return doctor->models != NULL;
}

void doctor_check_daemon(const struct doctor *doctor, struct finding *finding)
{
    /* Those have a check of their own. */
    if (doctor->connected == SNPE_E_DISCONNECTED || doctor->connected == -EACCES) {
        doctor_skip(finding, "nobody can be asked: see the socket and the group");
    } else if (doctor->connected < 0) {
        doctor_find(finding, VERDICT_FAIL, "%s", doctor->refusal);
        doctor_mend(finding, "journalctl -u snped -n 50");
    } else if (strcmp(doctor->stats->state, "ready") != 0) {
        doctor_find(finding, VERDICT_WARN, "the daemon is %s%s%s", doctor->stats->state,
                    *doctor->stats->waits_for ? ": waits for " : "", doctor->stats->waits_for);
        doctor_mend(finding, "snpectl status");
    } else {
        doctor_ok(finding, "snped %s is ready", doctor->stats->version);
    }
}

void doctor_check_version(const struct doctor *doctor, struct finding *finding)
{
    if (!has_daemon(doctor, finding))
        return;
    if (strcmp(doctor->stats->version, SNPED_VERSION) == 0) {
        doctor_ok(finding, "both are " SNPED_VERSION);
        return;
    }
    doctor_find(finding, VERDICT_WARN, "the daemon is %s, this is " SNPED_VERSION,
                doctor->stats->version);
    doctor_mend(finding, "install one version, then: sudo systemctl restart snped");
}

void doctor_check_models(const struct doctor *doctor, struct finding *finding)
{
    if (!has_daemon(doctor, finding))
        return;
    for (uint32_t i = 0; i < doctor->models->n_models; i++) {
        const struct snpe_model *model = doctor->models->models[i];

        if (strcmp(model->state, "failed") != 0)
            continue;
        doctor_find(finding, VERDICT_FAIL, "model %s: %s", model->name, model->error);
        doctor_mend(finding, "mend the file or its .conf in models.d, then: snpectl load %s",
                    model->name);
    }
    doctor_ok(finding, "%u models, none failed", doctor->models->n_models);
}

void doctor_check_devices(const struct doctor *doctor, struct finding *finding)
{
    if (!has_daemon(doctor, finding))
        return;
    for (uint32_t i = 0; i < doctor->models->n_models; i++) {
        const struct snpe_model *model = doctor->models->models[i];

        if (strcmp(model->state, "recovering") == 0 || strcmp(model->state, "quarantined") == 0)
            doctor_find(finding, VERDICT_WARN, "model %s is %s: its runtime %s was lost",
                        model->name, model->state, model->runtime);
    }
    for (uint32_t i = 0; i < doctor->stats->n_devices; i++) {
        const struct snpe_device *device = doctor->stats->devices[i];

        if (device->failed)
            doctor_find(finding, VERDICT_WARN, "device %s failed %llu of %llu jobs", device->name,
                        (unsigned long long)device->failed, (unsigned long long)device->jobs);
    }
    if (finding->verdict == VERDICT_WARN)
        doctor_mend(finding, "journalctl -u snped -p warning; dmesg | tail -n 50");
    doctor_ok(finding, "%u devices, no job failed on any", doctor->stats->n_devices);
}

void doctor_check_overload(const struct doctor *doctor, struct finding *finding)
{
    if (!has_daemon(doctor, finding))
        return;
    for (uint32_t i = 0; i < doctor->stats->n_devices; i++) {
        const struct snpe_device *device = doctor->stats->devices[i];

        if (device->expired * 100 > device->jobs * LATE_PERCENT)
            doctor_find(finding, VERDICT_WARN, "device %s let %llu of %llu deadlines pass",
                        device->name, (unsigned long long)device->expired,
                        (unsigned long long)device->jobs);
    }
    if (finding->verdict == VERDICT_WARN)
        doctor_mend(finding, "snpectl top, and snpectl watch --only overload,frame-dropped");
    doctor_ok(finding, "deadlines are kept");
}

/* Greets whoever listens there as a subscriber would, and is greeted. */
static int greet_publisher(const char *path)
{
    static const char subscriber[8] = {0, 'S', 'P', 0, 0, 0x21, 0, 0};
    struct sockaddr_un there = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0), r = 0;
    struct pollfd answer = {.fd = fd, .events = POLLIN};
    char word[8];

    if (fd < 0)
        return -errno;
    snprintf(there.sun_path, sizeof(there.sun_path), "%.107s", path);
    if (connect(fd, (const struct sockaddr *)&there, sizeof(there)) < 0 ||
        send(fd, subscriber, sizeof(subscriber), MSG_NOSIGNAL) < 0)
        r = -errno;
    else if (poll(&answer, 1, ANSWER_MS) != 1 || read(fd, word, sizeof(word)) <= 0)
        r = -ETIMEDOUT;
    close(fd);
    return r;
}

/* Our own first call may just have started the daemon, which then has just started its publisher.
 */
static int find_publisher(const char *path)
{
    int r = greet_publisher(path);

    for (int ms = 0; ms < ANSWER_MS && (r == -ENOENT || r == -ECONNREFUSED); ms += AGAIN_MS) {
        (void)poll(NULL, 0, AGAIN_MS);
        r = greet_publisher(path);
    }
    return r;
}

void doctor_check_events(const struct doctor *doctor, struct finding *finding)
{
    char address[SNPE_EVENTS_SIZE] = "", enabled[16];
    int r;

    if (!has_daemon(doctor, finding))
        return;
    doctor_setting(doctor, "events", "enabled", "yes", enabled, sizeof(enabled));
    r = snpe_events_address(doctor->ctl->client, address, sizeof(address));
    if (r == 0 && *address && strncmp(address, "ipc://", 6) == 0)
        r = find_publisher(address + 6);
    if (strcmp(enabled, "no") == 0)
        doctor_skip(finding, "[events] enabled = no");
    else if (!*address)
        doctor_find(finding, VERDICT_WARN,
                    "the daemon publishes no events: snped-events does not "
                    "run, and its log says why");
    else if (r < 0)
        doctor_find(finding, VERDICT_WARN, "nobody answers at %s: %s", address, strerror(-r));
    else
        doctor_ok(finding, "published at %s", address);
    if (finding->verdict == VERDICT_WARN)
        doctor_mend(finding, "journalctl -u snped -g events; then: sudo systemctl restart snped");
}
