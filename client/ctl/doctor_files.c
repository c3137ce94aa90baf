/* Checks of what lies in folders: models, cache, the socket. */
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "client/ctl/doctor.h"
#include "client/ctl/units.h"

#define MODELS      "/var/lib/snped/models"
#define CACHE       "/var/cache/snped"
#define SPACE_LEAST (64u << 20)

static const char *models_dir(const struct doctor *doctor, char *out)
{
    return doctor_setting(doctor, "daemon", "models", MODELS, out, DOCTOR_PATH);
}

/* No such user here, or nothing installed: nobody's rights to be looked at. */
static bool has_user(const struct doctor *doctor, struct finding *finding)
{
    if (!doctor->who.known)
        doctor_skip(finding, "there is no user snped");
    return doctor->who.known;
}

void doctor_check_repository(const struct doctor *doctor, struct finding *finding)
{
    char path[DOCTOR_PATH], whole[DOCTOR_PATH];
    struct stat st;

    if (!has_user(doctor, finding))
        return;
    models_dir(doctor, path);
    if (stat(doctor_path(doctor, path, whole), &st) < 0 && errno == ENOENT) {
        doctor_find(finding, VERDICT_WARN, "%s is not there: no model is found by its name", whole);
        doctor_mend(finding, "sudo systemd-tmpfiles --create snped.conf");
    } else if (!doctor_reaches(doctor, path, &doctor->who, R_OK | X_OK)) {
        doctor_find(finding, VERDICT_FAIL, "user snped cannot read %s (mode %04o, owner %u:%u)",
                    whole, st.st_mode & 07777u, st.st_uid, st.st_gid);
        doctor_mend(finding, "sudo chmod a+rx %s", whole);
    } else {
        doctor_ok(finding, "%s can be read by snped", whole);
    }
}

static bool check_model(const struct doctor *doctor, const char *path, void *context)
{
    char whole[DOCTOR_PATH];
    struct stat st;

    if (stat(doctor_path(doctor, path, whole), &st) == 0 && doctor_allows(&st, &doctor->who, R_OK))
        return true;
    doctor_find(context, VERDICT_WARN, "user snped cannot read %s", whole);
    doctor_mend(context, "sudo chmod a+r %s", whole);
    return false;
}

void doctor_check_model_files(const struct doctor *doctor, struct finding *finding)
{
    char path[DOCTOR_PATH], pattern[DOCTOR_PATH + 8];
    size_t n;

    if (!has_user(doctor, finding))
        return;
    snprintf(pattern, sizeof(pattern), "%s/*.dlc", models_dir(doctor, path));
    n = doctor_glob(doctor, pattern, check_model, finding);
    if (n == 0)
        doctor_skip(finding, "%s holds no .dlc", path);
    else
        doctor_ok(finding, "%zu models can be read", n);
}

void doctor_check_cache(const struct doctor *doctor, struct finding *finding)
{
    char path[DOCTOR_PATH], whole[DOCTOR_PATH];
    struct stat st;

    if (!has_user(doctor, finding))
        return;
    doctor_setting(doctor, "daemon", "cache_dir", CACHE, path, sizeof(path));
    if (stat(doctor_path(doctor, path, whole), &st) < 0)
        doctor_find(finding, VERDICT_WARN, "%s: %s; every start compiles anew", whole,
                    strerror(errno));
    else if (!doctor_reaches(doctor, path, &doctor->who, R_OK | W_OK | X_OK))
        doctor_find(finding, VERDICT_WARN,
                    "user snped cannot write to %s (mode %04o, owner %u:%u); every start compiles "
                    "anew",
                    whole, st.st_mode & 07777u, st.st_uid, st.st_gid);
    else
        doctor_ok(finding, "%s can be written by snped", whole);
    if (finding->verdict == VERDICT_WARN)
        doctor_mend(finding, "sudo install -d -o snped -g snpe -m 0750 %s", whole);
}

static void check_space(const struct doctor *doctor, const char *path, struct finding *finding)
{
    char whole[DOCTOR_PATH], text[UNITS_SIZE];
    struct statvfs fs;
    uint64_t left;

    if (statvfs(doctor_path(doctor, path, whole), &fs) < 0)
        return;
    left = (uint64_t)fs.f_bavail * fs.f_frsize;
    units_bytes(left, text, sizeof(text));
    if (left == 0 || fs.f_favail == 0)
        doctor_find(finding, VERDICT_FAIL, "the disk of %s is full", whole);
    else if (left < SPACE_LEAST)
        doctor_find(finding, VERDICT_WARN, "%s are left on the disk of %s", text, whole);
    else
        doctor_ok(finding, "%s are left on the disk of %s", text, whole);
    if (finding->verdict >= VERDICT_WARN)
        doctor_mend(finding, "du -xh --max-depth=2 %s | sort -h", whole);
}

void doctor_check_space(const struct doctor *doctor, struct finding *finding)
{
    char path[DOCTOR_PATH];

    doctor_skip(finding, "neither repository nor cache is there");
    check_space(doctor, models_dir(doctor, path), finding);
    doctor_setting(doctor, "daemon", "cache_dir", CACHE, path, sizeof(path));
    check_space(doctor, path, finding);
}

void doctor_check_socket(const struct doctor *doctor, struct finding *finding)
{
    struct stat st;

    if (stat(doctor->socket, &st) < 0) {
        doctor_find(finding, VERDICT_FAIL, "%s: %s", doctor->socket, strerror(errno));
        doctor_mend(finding, "sudo systemctl start snped.socket");
    } else if (!S_ISSOCK(st.st_mode)) {
        doctor_find(finding, VERDICT_FAIL, "%s is no socket", doctor->socket);
        doctor_mend(finding, "sudo rm -r %s && sudo systemctl restart snped.socket",
                    doctor->socket);
    } else if (doctor->connected == SNPE_E_DISCONNECTED) {
        doctor_find(finding, VERDICT_FAIL, "%s is there, but nobody listens: %s", doctor->socket,
                    doctor->refusal);
        doctor_mend(finding, "sudo systemctl restart snped.socket");
    } else {
        doctor_ok(finding, "%s is there", doctor->socket);
    }
}

void doctor_check_socket_rights(const struct doctor *doctor, struct finding *finding)
{
    struct stat st;

    if (stat(doctor->socket, &st) < 0 || !S_ISSOCK(st.st_mode)) {
        doctor_skip(finding, "there is no socket");
    } else if (st.st_mode & 0002) {
        doctor_find(finding, VERDICT_WARN, "everybody may connect to %s (mode %04o)",
                    doctor->socket, st.st_mode & 07777u);
        doctor_mend(finding,
                    "sudo chmod 0660 %s, and SocketMode=0660 in snped.socket or [daemon] "
                    "socket_mode",
                    doctor->socket);
    } else {
        doctor_ok(finding, "mode %04o, owner %u:%u", st.st_mode & 07777u, st.st_uid, st.st_gid);
    }
}

/* Is this very process in the group, whatever /etc/group says by now? */
static bool in_group(gid_t gid)
{
    gid_t gids[256];
    int n = getgroups((int)ARRAY_SIZE(gids), gids);

    for (int i = 0; i < n; i++)
        if (gids[i] == gid)
            return true;
    return getegid() == gid;
}

static void explain_group(const struct doctor *doctor, gid_t gid, struct finding *finding)
{
    const struct passwd *me = getpwuid(getuid());
    struct somebody who;
    char group[64];

    doctor_group_name(doctor, gid, group, sizeof(group));
    doctor_somebody(doctor, me ? me->pw_name : "", &who);
    for (size_t i = 0; i < who.n_gids; i++)
        if (who.gids[i] == gid) {
            doctor_find(finding, VERDICT_FAIL,
                        "%s is in group %s, but this session began before that", who.name, group);
            doctor_mend(finding, "log out and in again, or: newgrp %s", group);
            return;
        }
    doctor_find(finding, VERDICT_FAIL, "user %u is not in group %s, whose members may connect",
                getuid(), group);
    doctor_mend(finding, "sudo usermod -aG %s %s, then log in again", group,
                me ? me->pw_name : "USER");
}

void doctor_check_group(const struct doctor *doctor, struct finding *finding)
{
    struct stat st;

    if (stat(doctor->socket, &st) < 0 || !S_ISSOCK(st.st_mode))
        doctor_skip(finding, "there is no socket");
    else if (access(doctor->socket, W_OK) == 0 || in_group(st.st_gid))
        doctor_ok(finding, "user %u may connect", getuid());
    else
        explain_group(doctor, st.st_gid, finding);
}
