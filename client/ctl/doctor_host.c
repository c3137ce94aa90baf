/* Checks of the machine: devices, processors, memory, security modules. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "client/ctl/doctor.h"
#include "client/ctl/units.h"

#define TAIL_SIZE     (1u << 18) /* of a log */
#define MEMORY_LEAST  (64u << 20)
#define ICD_NAME_MOST 256

static bool check_node(const struct doctor *doctor, const char *path, void *context)
{
    char whole[DOCTOR_PATH], group[64];
    struct stat st;

    if (stat(doctor_path(doctor, path, whole), &st) < 0 ||
        doctor_reaches(doctor, path, &doctor->who, R_OK | W_OK))
        return true;
    doctor_group_name(doctor, st.st_gid, group, sizeof(group));
    doctor_find(context, VERDICT_WARN, "user snped may not open %s (mode %04o, group %s)", whole,
                st.st_mode & 07777u, group);
    if (st.st_mode & 0060 && st.st_gid != 0)
        doctor_mend(context, "sudo usermod -aG %s snped && sudo systemctl restart snped", group);
    else
        doctor_mend(context,
                    "echo 'KERNEL==\"%s\", GROUP=\"snpe\", MODE=\"0660\"' | sudo tee "
                    "/etc/udev/rules.d/70-snped.rules && sudo udevadm control --reload && sudo "
                    "udevadm trigger",
                    strrchr(path, '/') + 1);
    return false;
}

void doctor_check_nodes(const struct doctor *doctor, struct finding *finding)
{
    static const char *const patterns[] = {"/dev/kgsl-3d0", "/dev/fastrpc-*", "/dev/adsprpc-smd*",
                                           "/dev/dri/renderD*", "/dev/dma_heap/system"};
    size_t n = 0;

    if (!doctor->who.known) {
        doctor_skip(finding, "there is no user snped");
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
        n += doctor_glob(doctor, patterns[i], check_node, finding);
    if (n == 0)
        doctor_skip(finding, "this machine has no accelerator that snped knows");
    else
        doctor_ok(finding, "%zu device nodes can be opened by snped", n);
}

static bool check_remoteproc(const struct doctor *doctor, const char *path, void *context)
{
    char file[DOCTOR_PATH], recovery[32] = "", state[32] = "";

    snprintf(file, sizeof(file), "%s/recovery", path);
    doctor_read(doctor, file, recovery, sizeof(recovery));
    snprintf(file, sizeof(file), "%s/state", path);
    doctor_read(doctor, file, state, sizeof(state));
    if (strcmp(state, "crashed") == 0) {
        doctor_find(context, VERDICT_FAIL, "%s has crashed", path);
        doctor_mend(context,
                    "dmesg | grep remoteproc; then: echo stop | sudo tee %s/state; echo "
                    "start | sudo tee %s/state",
                    path, path);
        return false;
    }
    if (strcmp(recovery, "disabled") != 0)
        return true;
    doctor_find(context, VERDICT_WARN, "recovery of %s is disabled: a crash of that DSP lasts",
                path);
    doctor_mend(context, "echo enabled | sudo tee %s/recovery", path);
    return false;
}

void doctor_check_remoteproc(const struct doctor *doctor, struct finding *finding)
{
    size_t n = doctor_glob(doctor, "/sys/class/remoteproc/*", check_remoteproc, finding);

    if (n == 0)
        doctor_skip(finding, "this machine has no DSP of its kernel's");
    else
        doctor_ok(finding, "%zu DSPs, started again when they crash", n);
}

static bool is_library(const struct doctor *doctor, const char *name)
{
    static const char *const folders[] = {"/usr/lib",       "/usr/lib64",    "/lib",
                                          "/usr/local/lib", "/vendor/lib64", "/usr/lib/*"};
    char path[DOCTOR_PATH];
    struct stat st;

    if (strchr(name, '/'))
        return stat(doctor_path(doctor, name, path), &st) == 0;
    for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
        glob_t found = {0};
        char whole[DOCTOR_PATH];
        bool is;

        snprintf(path, sizeof(path), "%s/%s", folders[i], name);
        is = glob(doctor_path(doctor, path, whole), 0, NULL, &found) == 0;
        globfree(&found);
        if (is)
            return true;
    }
    return false;
}

static bool check_icd(const struct doctor *doctor, const char *path, void *context)
{
    char name[ICD_NAME_MOST];

    if (!doctor_read(doctor, path, name, sizeof(name)))
        return true;
    name[strcspn(name, "\r\n \t")] = '\0';
    if (*name && is_library(doctor, name))
        return true;
    doctor_find(context, VERDICT_WARN, "%s names %s, which is not there", path,
                *name ? name : "no library");
    doctor_mend(context, "install the driver's library, or: sudo rm %s", path);
    return false;
}

void doctor_check_opencl(const struct doctor *doctor, struct finding *finding)
{
    size_t n = doctor_glob(doctor, "/etc/OpenCL/vendors/*.icd", check_icd, finding);

    if (n == 0)
        doctor_skip(finding, "no OpenCL driver is installed");
    else
        doctor_ok(finding, "%zu OpenCL drivers", n);
}

/* Under these drivers "powersave" is what "schedutil" is elsewhere. */
static bool is_own_governor(const char *driver)
{
    return strcmp(driver, "intel_pstate") == 0 || strncmp(driver, "amd-pstate", 10) == 0;
}

static bool check_governor(const struct doctor *doctor, const char *path, void *context)
{
    char file[DOCTOR_PATH], governor[32] = "", driver[32] = "";

    snprintf(file, sizeof(file), "%s/scaling_governor", path);
    doctor_read(doctor, file, governor, sizeof(governor));
    snprintf(file, sizeof(file), "%s/scaling_driver", path);
    doctor_read(doctor, file, driver, sizeof(driver));
    if (strcmp(governor, "powersave") != 0 || is_own_governor(driver))
        return true;
    doctor_find(context, VERDICT_WARN, "%s: powersave keeps that processor at its slowest", path);
    doctor_mend(context, "echo schedutil | sudo tee "
                         "/sys/devices/system/cpu/cpu*/cpufreq/scaling_governor");
    return false;
}

void doctor_check_governor(const struct doctor *doctor, struct finding *finding)
{
    size_t n =
        doctor_glob(doctor, "/sys/devices/system/cpu/cpu[0-9]*/cpufreq", check_governor, finding);

    if (n == 0)
        doctor_skip(finding, "the speed of the processors is not this machine's to set");
    else
        doctor_ok(finding, "%zu processors, none kept slow", n);
}

void doctor_check_clock(const struct doctor *doctor, struct finding *finding)
{
    static const char *const slow[] = {"hpet", "acpi_pm", "jiffies", "refined-jiffies", "pit"};
    char source[64];

    if (!doctor_read(doctor, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
                     source, sizeof(source))) {
        doctor_skip(finding, "the kernel does not tell its clock source");
        return;
    }
    for (size_t i = 0; i < ARRAY_SIZE(slow); i++)
        if (strcmp(source, slow[i]) == 0)
            doctor_find(
                finding, VERDICT_WARN,
                "the clock source is %s: each reading is a call into the kernel, several a job",
                source);
    if (finding->verdict == VERDICT_WARN)
        doctor_mend(finding,
                    "dmesg | grep -i clocksource; perhaps clocksource=tsc tsc=reliable on the "
                    "kernel's command line");
    doctor_ok(finding, "the clock source is %s", source);
}

/* The number of KiB behind KEY in /proc/meminfo. */
static bool meminfo(const char *text, const char *key, uint64_t *ret)
{
    const char *at = text ? strstr(text, key) : NULL;
    char number[24];

    if (!at)
        return false;
    at += strlen(key);
    at += strspn(at, " :");
    snprintf(number, sizeof(number), "%.*s", (int)strspn(at, "0123456789"), at);
    return str_u64(number, 0, UINT64_MAX >> 10, ret) == 0;
}

void doctor_check_memory(const struct doctor *doctor, struct finding *finding)
{
    char *text = doctor_read_all(doctor, "/proc/meminfo", 1u << 16);
    uint64_t left = 0, models = doctor->stats ? doctor->stats->memory_bytes : 0;
    bool known = meminfo(text, "MemAvailable", &left);
    char a[UNITS_SIZE], b[UNITS_SIZE];

    free(text);
    left <<= 10;
    units_bytes(left, a, sizeof(a));
    units_bytes(models, b, sizeof(b));
    if (!known) {
        doctor_skip(finding, "/proc/meminfo does not tell what is available");
    } else if (left < MEMORY_LEAST) {
        doctor_find(finding, VERDICT_WARN, "%s of memory are available; models take %s", a, b);
        doctor_mend(finding,
                    "ps -eo rss,comm --sort=-rss | head; snpectl list; snpectl unload NAME");
    } else {
        doctor_ok(finding, "%s of memory are available; models take %s", a, b);
    }
}

void doctor_check_overcommit(const struct doctor *doctor, struct finding *finding)
{
    char mode[8];

    if (!doctor_read(doctor, "/proc/sys/vm/overcommit_memory", mode, sizeof(mode))) {
        doctor_skip(finding, "the kernel does not tell");
    } else if (strcmp(mode, "2") == 0) {
        doctor_find(
            finding, VERDICT_WARN,
            "vm.overcommit_memory is 2: memory that is asked for but not used is refused to "
            "others");
        doctor_mend(finding, "sudo sysctl vm.overcommit_memory=0");
    } else {
        doctor_ok(finding, "vm.overcommit_memory is %s", mode);
    }
}

/* The last line with both in it, and what comes behind it is cut. */
static const char *find_denial(char *text)
{
    const char *found = NULL;
    char *next;

    for (char *line = text; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next)
            *next++ = '\0';
        if ((strstr(line, "denied") || strstr(line, "DENIED")) && strstr(line, "snped"))
            found = line;
    }
    return found;
}

void doctor_check_denials(const struct doctor *doctor, struct finding *finding)
{
    char *text = doctor_read_tail(doctor, "/var/log/audit/audit.log", TAIL_SIZE);
    const char *line = find_denial(text);

    if (!text) {
        doctor_skip(finding, "there is no /var/log/audit/audit.log, or it is not yours to read");
    } else if (line) {
        doctor_find(finding, VERDICT_WARN, "%.300s", line);
        doctor_mend(finding, "sudo ausearch -m avc -c snped | audit2allow; for AppArmor: sudo "
                             "aa-logprof");
    } else {
        doctor_ok(finding, "the audit log holds no denial of snped's");
    }
    free(text);
}

/* Of who runs this. */
static void myself(struct somebody *ret)
{
    int n = getgroups(DOCTOR_GIDS - 1, ret->gids);

    ret->known = true;
    ret->uid = geteuid();
    ret->n_gids = n > 0 ? (size_t)n : 0;
    ret->gids[ret->n_gids++] = getegid();
}

static bool check_mine(const struct doctor *doctor, const char *path, void *context)
{
    char whole[DOCTOR_PATH], group[64];
    struct somebody me = {.known = false};
    struct stat st;

    myself(&me);
    if (stat(doctor_path(doctor, path, whole), &st) < 0 || doctor_allows(&st, &me, R_OK | W_OK))
        return true;
    doctor_group_name(doctor, st.st_gid, group, sizeof(group));
    doctor_find(context, VERDICT_WARN, "user %u may not open %s (mode %04o, group %s)", me.uid,
                whole, st.st_mode & 07777u, group);
    doctor_mend(context, "sudo usermod -aG %s \"$USER\", then log in again", group);
    return false;
}

void doctor_check_camera(const struct doctor *doctor, struct finding *finding)
{
    size_t n = doctor_glob(doctor, "/dev/video[0-9]*", check_mine, finding);

    if (n == 0)
        doctor_skip(finding, "there is no camera");
    else
        doctor_ok(finding, "%zu nodes of cameras can be opened", n);
}

void doctor_check_microphone(const struct doctor *doctor, struct finding *finding)
{
    size_t n = doctor_glob(doctor, "/dev/snd/pcm*c", check_mine, finding);

    if (n == 0)
        doctor_skip(finding, "there is no microphone");
    else
        doctor_ok(finding, "%zu microphones can be opened", n);
}
