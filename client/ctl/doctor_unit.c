/* Checks of what was installed: user, units, settings. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "client/ctl/doctor.h"

#define GROUP "snpe"
/* [quota] sessions, 256 unless set, of 25 files each, and 384 of the daemon's own: daemon/fds.c. */
#define FILES_WANTED 6784

static const char no_systemd[] = "systemd does not run this machine";

static const char *unit_value(const struct doctor *doctor, int unit, const char *key, char *out,
                              size_t size)
{
    if (!doctor_unit(doctor, unit, key, out, size))
        *out = '\0';
    return out;
}

static bool unit_is(const struct doctor *doctor, int unit, const char *key, const char *value)
{
    char text[DOCTOR_TEXT];

    return strcmp(unit_value(doctor, unit, key, text, sizeof(text)), value) == 0;
}

/* Is there a unit to look at? Else says why not. */
static bool has_unit(const struct doctor *doctor, struct finding *finding)
{
    if (!doctor->units[0] || !doctor->units[1])
        doctor_skip(finding, "%s", no_systemd);
    else if (!unit_is(doctor, 0, "LoadState", "loaded"))
        doctor_skip(finding, "snped.service is not installed");
    else
        return true;
    return false;
}

void doctor_check_user(const struct doctor *doctor, struct finding *finding)
{
    gid_t gid;

    if (!doctor->who.known && !doctor->units[0]) {
        doctor_skip(finding, "no user snped, and %s", no_systemd);
        return;
    }
    if (!doctor->who.known)
        doctor_find(finding, VERDICT_FAIL,
                    "/etc/passwd has no user snped, as whom the service runs");
    else if (!doctor_group(doctor, GROUP, &gid))
        doctor_find(finding, VERDICT_FAIL,
                    "/etc/group has no group " GROUP ", whose members may connect");
    else
        doctor_ok(finding, "user snped is %u, group " GROUP " is %u", doctor->who.uid, gid);
    if (finding->verdict == VERDICT_FAIL)
        doctor_mend(finding, "sudo systemd-sysusers");
}

void doctor_check_unit(const struct doctor *doctor, struct finding *finding)
{
    char path[DOCTOR_TEXT];

    if (!doctor->units[0] || !doctor->units[1]) {
        doctor_skip(finding, "%s", no_systemd);
        return;
    }
    for (int i = 0; i < 2; i++) {
        const char *name = i ? "snped.socket" : "snped.service";
        char state[32];

        unit_value(doctor, i, "LoadState", state, sizeof(state));
        if (strcmp(state, "loaded") != 0)
            doctor_find(finding, VERDICT_FAIL, "%s is %s", name, *state ? state : "unknown");
    }
    if (finding->verdict == VERDICT_FAIL)
        doctor_mend(finding, unit_is(doctor, 0, "LoadState", "masked")
                                 ? "sudo systemctl unmask snped.service snped.socket"
                                 : "install snped, then: sudo systemctl daemon-reload");
    else
        doctor_ok(finding, "%s", unit_value(doctor, 0, "FragmentPath", path, sizeof(path)));
}

void doctor_check_unit_changed(const struct doctor *doctor, struct finding *finding)
{
    if (!has_unit(doctor, finding))
        return;
    if (unit_is(doctor, 0, "NeedDaemonReload", "yes") ||
        unit_is(doctor, 1, "NeedDaemonReload", "yes")) {
        doctor_find(
            finding, VERDICT_WARN,
            "a unit of snped was changed on the disk, and systemd still goes by the old one");
        doctor_mend(finding, "sudo systemctl daemon-reload && sudo systemctl restart snped");
    } else {
        doctor_ok(finding, "systemd goes by the units that are on the disk");
    }
}

void doctor_check_unit_enabled(const struct doctor *doctor, struct finding *finding)
{
    char state[32];

    if (!has_unit(doctor, finding))
        return;
    unit_value(doctor, 1, "UnitFileState", state, sizeof(state));
    if (strcmp(state, "enabled") == 0) {
        doctor_ok(finding, "snped.socket is enabled");
        return;
    }
    doctor_find(finding, VERDICT_WARN,
                "snped.socket is %s: after the next start of the machine nobody finds snped",
                *state ? state : "not enabled");
    doctor_mend(finding, "sudo systemctl enable --now snped.socket");
}

void doctor_check_unit_failed(const struct doctor *doctor, struct finding *finding)
{
    if (!has_unit(doctor, finding))
        return;
    for (int i = 0; i < 2; i++) {
        char result[64];

        if (unit_is(doctor, i, "ActiveState", "failed"))
            doctor_find(finding, VERDICT_FAIL, "%s has failed: %s",
                        i ? "snped.socket" : "snped.service",
                        unit_value(doctor, i, "Result", result, sizeof(result)));
    }
    if (finding->verdict == VERDICT_FAIL)
        doctor_mend(finding,
                    "journalctl -u snped -n 50; then: sudo systemctl reset-failed snped.service "
                    "snped.socket && sudo systemctl restart snped.socket");
    else
        doctor_ok(finding, "neither service nor socket has failed");
}

void doctor_check_unit_files(const struct doctor *doctor, struct finding *finding)
{
    char text[32];
    uint64_t limit;

    if (!has_unit(doctor, finding))
        return;
    unit_value(doctor, 0, "LimitNOFILE", text, sizeof(text));
    if (str_u64(text, 0, UINT64_MAX, &limit) < 0) {
        doctor_ok(finding, "LimitNOFILE is %s", *text ? text : "not set");
    } else if (limit < FILES_WANTED) {
        doctor_find(finding, VERDICT_WARN,
                    "LimitNOFILE is %s: for fewer connections than [quota] sessions promises",
                    text);
        doctor_mend(finding, "sudo systemctl edit snped: [Service] LimitNOFILE=65536");
    } else {
        doctor_ok(finding, "LimitNOFILE is %s", text);
    }
}

/* snped of the same build, or as PATH finds it. */
static const char *find_snped(char *out, size_t size)
{
    ssize_t n = readlink("/proc/self/exe", out, size - sizeof("/snped"));
    char *slash;

    out[n > 0 ? n : 0] = '\0';
    slash = strrchr(out, '/');
    if (!slash)
        return "snped";
    memcpy(slash, "/snped", sizeof("/snped"));
    return access(out, X_OK) == 0 ? out : "snped";
}

void doctor_check_settings(const struct doctor *doctor, struct finding *finding)
{
    char program[DOCTOR_PATH], models[DOCTOR_PATH], models_d[DOCTOR_PATH], text[DOCTOR_TEXT];
    char value[DOCTOR_PATH];
    const char *argv[] = {find_snped(program, sizeof(program)),
                          "--check-config",
                          "--models-d",
                          models_d,
                          "--models",
                          models,
                          doctor->settings ? "--config" : NULL,
                          doctor->settings_path,
                          NULL};
    int status;

    doctor_path(
        doctor,
        doctor_setting(doctor, "daemon", "models_d", "/etc/snped/models.d", value, sizeof(value)),
        models_d);
    doctor_path(
        doctor,
        doctor_setting(doctor, "daemon", "models", "/var/lib/snped/models", value, sizeof(value)),
        models);
    status = doctor_run(argv, text, sizeof(text));
    text[strcspn(text, "\n")] = '\0';
    if (status < 0) {
        doctor_skip(finding, "%s cannot be run to ask it: %s", argv[0], strerror(-status));
    } else if (status == 0) {
        doctor_ok(finding,
                  doctor->settings ? "%s and models.d are right"
                                   : "models.d is right; %s is not there, the presets serve",
                  doctor->settings_path);
    } else {
        doctor_find(finding, VERDICT_FAIL, "%s", text);
        doctor_mend(finding, "correct that line (snped --print-config shows every setting), then: "
                             "snpectl reload");
    }
}

static bool check_rights(const struct doctor *doctor, const char *path, void *context)
{
    struct finding *finding = context;
    char whole[DOCTOR_PATH];
    struct stat st;

    if (stat(doctor_path(doctor, path, whole), &st) < 0)
        return true;
    if (st.st_mode & 0002 || (st.st_mode & 0020 && st.st_gid != 0)) {
        doctor_find(finding, VERDICT_FAIL,
                    "%s may be written by others than its owner (mode %04o): they say what the "
                    "daemon does",
                    whole, st.st_mode & 07777u);
        doctor_mend(finding, "sudo chmod go-w %s", whole);
        return false;
    }
    return true;
}

void doctor_check_settings_rights(const struct doctor *doctor, struct finding *finding)
{
    static const char *const patterns[] = {"/etc/snped", "/etc/snped/snped.conf",
                                           "/etc/snped/models.d", "/etc/snped/models.d/*.conf"};
    size_t n = 0;

    for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
        n += doctor_glob(doctor, patterns[i], check_rights, finding);
    if (n == 0)
        doctor_skip(finding, "there is no /etc/snped");
    else
        doctor_ok(finding, "only their owner may write to what is in /etc/snped");
}
