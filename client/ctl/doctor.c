/* doctor: the order of things, and how they are printed. */
#include "client/ctl/doctor.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/base.h"
#include "client/ctl/table.h"

#define SETTINGS     "/etc/snped/snped.conf"
#define SOCKET       "/run/snped/snped.sock"
#define USER         "snped"
#define CALL_MS      3000
#define UNIT_SIZE    8192
#define SETTINGS_MAX (1u << 20)
#define WIDTH        80
#define INDENT       22

static const struct doctor_check checks[] = {
#define CHECK(name, function, help) {name, function, help},
#include "client/ctl/doctor.def"
#undef CHECK
};

static const struct {
    const char *word, *colour;
} verdicts[] = {
    [VERDICT_OK] = {"ok", "\033[32m"},
    [VERDICT_SKIP] = {"skip", "\033[2m"},
    [VERDICT_WARN] = {"warn", "\033[33m"},
    [VERDICT_FAIL] = {"fail", "\033[31m"},
};

static void say(struct finding *finding, enum verdict verdict, const char *fmt, va_list args)
{
    if (finding->verdict >= VERDICT_WARN)
        return;
    finding->verdict = verdict;
    vsnprintf(finding->evidence, sizeof(finding->evidence), fmt, args);
}

void doctor_ok(struct finding *finding, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(finding, VERDICT_OK, fmt, args);
    va_end(args);
}

void doctor_skip(struct finding *finding, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(finding, VERDICT_SKIP, fmt, args);
    va_end(args);
}

void doctor_find(struct finding *finding, enum verdict verdict, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    say(finding, verdict, fmt, args);
    va_end(args);
}

void doctor_mend(struct finding *finding, const char *fmt, ...)
{
    va_list args;

    if (*finding->remedy)
        return;
    va_start(args, fmt);
    vsnprintf(finding->remedy, sizeof(finding->remedy), fmt, args);
    va_end(args);
}

/* Words of TEXT from column INDENT on; the first line begins there already. */
static void print_wrapped(FILE *out, const char *text)
{
    size_t column = INDENT;

    while (*text) {
        size_t word = strcspn(text, " ");

        if (column > INDENT && column + 1 + word > WIDTH) {
            fprintf(out, "\n%*s", INDENT, "");
            column = INDENT;
        } else if (column > INDENT) {
            fputc(' ', out);
            column++;
        }
        fprintf(out, "%.*s", (int)word, text);
        column += word;
        text += word + strspn(text + word, " ");
    }
    fputc('\n', out);
}

static void print_finding(const struct doctor *doctor, const struct doctor_check *check,
                          const struct finding *finding)
{
    const struct ctl *ctl = doctor->ctl;
    char clean[DOCTOR_TEXT];

    fprintf(ctl->out, "%s%-4s%s  %-16s", ctl->colour ? verdicts[finding->verdict].colour : "",
            verdicts[finding->verdict].word, ctl->colour ? "\033[0m" : "", check->name);
    print_wrapped(ctl->out, table_clean(finding->evidence, clean, sizeof(clean)));
    if (!*finding->remedy)
        return;
    fprintf(ctl->out, "%-*s", INDENT, "      mend by:");
    print_wrapped(ctl->out, table_clean(finding->remedy, clean, sizeof(clean)));
}

static void print_sum(const struct doctor *doctor, const size_t *n)
{
    fprintf(doctor->ctl->out, "%zu checks: %zu ok, %zu skipped, %zu to be looked at, %zu failed",
            ARRAY_SIZE(checks), n[VERDICT_OK], n[VERDICT_SKIP], n[VERDICT_WARN], n[VERDICT_FAIL]);
    fprintf(doctor->ctl->out, doctor->ctl->all ? "\n" : "; --all lists them\n");
}

static void json_finding(struct json *json, const struct doctor_check *check,
                         const struct finding *finding)
{
    json_object(json, NULL);
    json_text(json, "check", check->name);
    json_text(json, "verdict", verdicts[finding->verdict].word);
    json_text(json, "looks_at", check->help);
    json_text(json, "evidence", finding->evidence);
    json_text(json, "remedy", finding->remedy);
    json_object_end(json);
}

/* What is wrong comes out; with --all what is not, too. Returns the worst. */
static enum verdict look_at_all(const struct doctor *doctor, struct json *json)
{
    size_t n[_VERDICT_MAX] = {0};

    for (size_t i = 0; i < ARRAY_SIZE(checks); i++) {
        struct finding finding = {.verdict = VERDICT_OK};

        checks[i].look(doctor, &finding);
        n[finding.verdict]++;
        if (doctor->ctl->json)
            json_finding(json, &checks[i], &finding);
        else if (doctor->ctl->all || finding.verdict >= VERDICT_WARN)
            print_finding(doctor, &checks[i], &finding);
    }
    if (!doctor->ctl->json)
        print_sum(doctor, n);
    return n[VERDICT_FAIL] ? VERDICT_FAIL : n[VERDICT_WARN] ? VERDICT_WARN : VERDICT_OK;
}

/* The units, if the machine is run by systemd. */
static void ask_systemd(struct doctor *doctor)
{
    static const char *const names[] = {"snped.service", "snped.socket"};
    char path[DOCTOR_PATH];
    struct stat st;

    if (stat(doctor_path(doctor, "/run/systemd/system", path), &st) < 0)
        return;
    for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
        const char *const argv[] = {"systemctl", "show", names[i], NULL};

        doctor->units[i] = calloc(1, UNIT_SIZE);
        if (doctor->units[i] && doctor_run(argv, doctor->units[i], UNIT_SIZE) != 0) {
            free(doctor->units[i]);
            doctor->units[i] = NULL;
        }
    }
}

static void ask_daemon(struct doctor *doctor)
{
    struct snpe_client *client = doctor->ctl->client;

    doctor->connected = snpe_stats(client, &doctor->stats);
    if (doctor->connected == 0)
        doctor->connected = snpe_list(client, &doctor->models);
    if (doctor->connected < 0)
        snprintf(doctor->refusal, sizeof(doctor->refusal), "%s", snpe_last_error(client));
}

static void find_socket(struct doctor *doctor)
{
    const char *asked = doctor->ctl->socket ? doctor->ctl->socket : getenv("SNPED_SOCKET");

    if (asked && *asked)
        snprintf(doctor->socket, sizeof(doctor->socket), "%s", asked);
    else
        doctor_setting(doctor, "daemon", "socket", SOCKET, doctor->socket, sizeof(doctor->socket));
}

static void doctor_done(struct doctor *doctor)
{
    free(doctor->settings);
    free(doctor->units[0]);
    free(doctor->units[1]);
    snpe_free(doctor->stats);
    snpe_free(doctor->models);
}

int command_doctor(struct ctl *ctl)
{
    struct doctor doctor = {.ctl = ctl, .root = ctl->root ? ctl->root : ""};
    struct json json = {0};
    int r = 0;

    doctor_path(&doctor, SETTINGS, doctor.settings_path);
    doctor.settings = doctor_read_all(&doctor, SETTINGS, SETTINGS_MAX);
    doctor_somebody(&doctor, USER, &doctor.who);
    find_socket(&doctor);
    ask_systemd(&doctor);
    ask_daemon(&doctor);
    json_object(&json, NULL);
    json_list(&json, "checks");
    ctl->exit =
        (enum ctl_exit[]){CTL_DONE, CTL_DONE, CTL_FAILED, CTL_USAGE}[look_at_all(&doctor, &json)];
    json_list_end(&json);
    json_object_end(&json);
    if (ctl->json)
        r = ctl_print_json(ctl, &json);
    else
        json_done(&json);
    doctor_done(&doctor);
    return r;
}
