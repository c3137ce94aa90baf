#pragma once
/*
 * snpectl doctor: what is wrong with this machine, as far as snped goes, and the command that mends
 * it. Checks are rows of doctor.def, each a function that looks at one thing and says how it found
 * it. What several look at is fetched once, before the first.
 *
 * Files are looked for below ROOT, "" for the machine itself; tests give a folder of theirs.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "base/base.h"
#include "client/ctl/ctl.h"

#define DOCTOR_TEXT 400
#define DOCTOR_PATH 512
#define DOCTOR_GIDS 32

enum verdict { VERDICT_OK, VERDICT_SKIP, VERDICT_WARN, VERDICT_FAIL, _VERDICT_MAX };

struct finding {
    enum verdict verdict;
    char evidence[DOCTOR_TEXT];
    char remedy[DOCTOR_TEXT]; /* a command; "" of what is well */
};

/* Somebody who may or may not open a file. */
struct somebody {
    char name[64];
    bool known;
    uid_t uid;
    gid_t gids[DOCTOR_GIDS];
    size_t n_gids;
};

struct doctor {
    struct ctl *ctl;
    const char *root;
    char settings_path[DOCTOR_PATH];
    char *settings;      /* the text of snped.conf; NULL: there is none */
    char *units[2];      /* what systemctl tells of snped.service and snped.socket; NULL */
    struct somebody who; /* the daemon's user */
    char socket[128];
    int connected; /* 0, or the error of the first call */
    char refusal[DOCTOR_TEXT];
    struct snpe_daemon_stats *stats; /* NULL without a daemon */
    struct snpe_models *models;
};

struct doctor_check {
    const char *name;
    void (*look)(const struct doctor *doctor, struct finding *finding);
    const char *help;
};

#define CHECK(name, function, help)                                                                \
    void function(const struct doctor *doctor, struct finding *finding);
#include "client/ctl/doctor.def"
#undef CHECK

/* What a check says. The first that is worse than OK counts; those after it are not heard. */
void doctor_ok(struct finding *finding, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void doctor_skip(struct finding *finding, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* WARN or FAIL; doctor_mend then says the command. */
void doctor_find(struct finding *finding, enum verdict verdict, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
void doctor_mend(struct finding *finding, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* PATH below the root, into OUT of DOCTOR_PATH bytes. Returns OUT. */
const char *doctor_path(const struct doctor *doctor, const char *path, char *out);
/* The first SIZE - 1 bytes of PATH below the root, without the line end: false if it cannot be
 * read. */
bool doctor_read(const struct doctor *doctor, const char *path, char *out, size_t size);
/* All of it; NULL. Freed by free(). */
char *doctor_read_all(const struct doctor *doctor, const char *path, size_t most);
/* The last MOST bytes of it. */
char *doctor_read_tail(const struct doctor *doctor, const char *path, size_t most);
/* The paths below the root that match PATTERN, without the root; each in turn to EACH, until it
 * returns false. How many there are. */
size_t doctor_glob(const struct doctor *doctor, const char *pattern,
                   bool (*each)(const struct doctor *doctor, const char *path, void *context),
                   void *context);

/* What snped.conf says, or PRESET. Returns OUT. */
const char *doctor_setting(const struct doctor *doctor, const char *section, const char *key,
                           const char *preset, char *out, size_t size);
/* A line "KEY=value" of systemctl's, of unit 0 (service) or 1 (socket): false if there is none. */
bool doctor_unit(const struct doctor *doctor, int unit, const char *key, char *out, size_t size);

/* May WHO do WANT (R_OK, W_OK, X_OK) to a file of these rights? And on all the way to PATH? */
bool doctor_allows(const struct stat *st, const struct somebody *who, int want);
bool doctor_reaches(const struct doctor *doctor, const char *path, const struct somebody *who,
                    int want);
/* Of /etc/passwd and /etc/group below the root. */
void doctor_somebody(const struct doctor *doctor, const char *name, struct somebody *ret);
bool doctor_group(const struct doctor *doctor, const char *name, gid_t *ret);
const char *doctor_group_name(const struct doctor *doctor, gid_t gid, char *out, size_t size);

/* Runs ARGV, found by PATH, for at most five seconds: what it wrote, into OUT. Its exit status, or
 * negative if it could not be run. */
int doctor_run(const char *const *argv, char *out, size_t size);
