/* reload. */
#include "base/error.h"
#include "client/ctl/ctl.h"
#include "client/ctl/table.h"

static void json_names(struct json *json, const char *key, const char *const *names, uint32_t n)
{
    json_list(json, key);
    for (uint32_t i = 0; i < n; i++)
        json_text(json, NULL, names[i]);
    json_list_end(json);
}

static int print_json(struct ctl *ctl, const struct snpe_reload_report *report)
{
    struct json json = {0};

    json_object(&json, NULL);
    json_names(&json, "changed", report->changed, report->n_changed);
    json_names(&json, "later", report->later, report->n_later);
    json_list(&json, "models");
    for (uint32_t i = 0; i < report->n_models; i++) {
        json_object(&json, NULL);
        json_text(&json, "name", report->models[i]->name);
        json_text(&json, "what", report->models[i]->what);
        json_text(&json, "error", report->models[i]->error);
        json_object_end(&json);
    }
    json_list_end(&json);
    json_object_end(&json);
    return ctl_print_json(ctl, &json);
}

static void print_names(struct ctl *ctl, const char *const *names, uint32_t n, const char *words)
{
    char name[128];

    for (uint32_t i = 0; i < n; i++)
        fprintf(ctl->out, "%s %s\n", table_clean(names[i], name, sizeof(name)), words);
}

static uint32_t print_models(struct ctl *ctl, const struct snpe_reload_report *report)
{
    uint32_t n_failed = 0;
    char name[256], why[300];

    for (uint32_t i = 0; i < report->n_models; i++) {
        const struct snpe_reloaded_model *model = report->models[i];
        const char *mark = model->error[0] ? ": " : "";

        fprintf(ctl->out, "model '%s' %s%s%s\n", table_clean(model->name, name, sizeof(name)),
                model->what, mark, table_clean(model->error, why, sizeof(why)));
        n_failed += model->error[0] != 0;
    }
    return n_failed;
}

static int print(struct ctl *ctl, const struct snpe_reload_report *report)
{
    uint32_t n_failed;

    print_names(ctl, report->changed, report->n_changed, "changed");
    print_names(ctl, report->later, report->n_later, "changed, takes effect at the next start");
    n_failed = print_models(ctl, report);
    if (report->n_changed + report->n_later + report->n_models == 0)
        fprintf(ctl->out, "nothing has changed\n");
    if (n_failed == 0)
        return 0;
    return fail(
        ctl->fault, E_NO_MODEL,
        "%u of the models could not be loaded; what was there before goes on: mend the files "
        "and reload again",
        n_failed);
}

int command_reload(struct ctl *ctl)
{
    struct snpe_reload_report *report;
    int r = ctl_check(ctl, snpe_reload(ctl->client, &report));

    if (r < 0)
        return r;
    r = ctl->json ? print_json(ctl, report) : print(ctl, report);
    snpe_free(report);
    return r;
}
