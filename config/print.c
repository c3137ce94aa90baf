#include <inttypes.h>
#include <string.h>

#include "config/compare.h"
#include "config/rows.h"

static void print_limits(FILE *out, const struct value_row *row)
{
    switch (row->type) {
    case VALUE_COUNT:
    case VALUE_SIZE:
        fprintf(out, ", %" PRIu64 " to %" PRIu64, row->least, row->most);
        break;
    case VALUE_DURATION:
        fprintf(out, ", %" PRIu64 " ms to %" PRIu64 " ms", row->least, row->most);
        break;
    default:
        break;
    }
}

static void sample_row(FILE *out, const struct value_row *row)
{
    fprintf(out, "# %s (%s", row->help, value_type_help(row->type));
    print_limits(out, row);
    fprintf(out, ")\n#%s =%s%s\n", row->key, row->preset[0] ? " " : "", row->preset);
}

static void sample_rows(FILE *out, const struct rows *rows, const char *name)
{
    const char *section = "";

    for (uint32_t i = 0; i < rows->n; i++) {
        const struct value_row *row = &rows->rows[i];

        if (strcmp(section, row->section) != 0)
            fprintf(out, "\n[%s%s%s]\n", row->section, name[0] ? " " : "", name);
        section = row->section;
        sample_row(out, row);
    }
}

void config_print_sample(FILE *out)
{
    fprintf(out, "# Settings of snped. Every line that is commented out shows the preset.\n"
                 "# \"snped --check-config\" tells whether this file is right.\n");
    sample_rows(out, &config_rows, "");
    for (int i = 0; i < _RUNTIME_MAX; i++)
        sample_rows(out, &config_runtime_rows, runtime_get(i)->name);
    for (int i = 0; i < _DEVICE_MAX; i++)
        sample_rows(out, &config_device_rows, device_get(i)->name);
}

void config_print_model_sample(FILE *out)
{
    fprintf(out, "# NAME.conf in models.d: the model NAME is made ready when snped starts.\n");
    sample_rows(out, &models_rows, "");
}

static void markdown_row(FILE *out, const struct value_row *row)
{
    fprintf(out, "| `%s` | `%s` | %s", row->key, row->preset, value_type_help(row->type));
    print_limits(out, row);
    fprintf(out, "%s | %s%s |\n", row->repeated ? "; may be given again" : "", row->help,
            config_needs_restart(row) ? " (at the next start)" : "");
}

static void markdown_rows(FILE *out, const struct rows *rows, const char *name)
{
    const char *section = "";

    for (uint32_t i = 0; i < rows->n; i++) {
        const struct value_row *row = &rows->rows[i];

        if (strcmp(section, row->section) != 0)
            fprintf(out, "\n### [%s%s]\n\n| key | preset | value | meaning |\n|---|---|---|---|\n",
                    row->section, name);
        section = row->section;
        markdown_row(out, row);
    }
}

static void markdown_environment(FILE *out)
{
    fprintf(out, "\n## Environment\n\n| variable | read by | meaning |\n|---|---|---|\n");
#define ENVIRONMENT(name, who, help) fprintf(out, "| `%s` | %s | %s |\n", #name, who, help);
#include "config/environment.def"
}

void config_print_markdown(FILE *out)
{
    fprintf(out,
            "# Settings\n\n"
            "Printed by `scripts/make-settings` from `config/options.def`, "
            "`config/model_options.def` and `config/environment.def`; a test tells when it is "
            "stale. `snped --print-config` prints a file with all of them; "
            "`snped --check-config` names file, line and key of what is wrong.\n\n"
            "Lines are at most 195 bytes, comments begin with `#` or `;`, what is given twice "
            "or unknown is refused. A reload (`snpectl reload`, `systemctl reload snped`) puts "
            "all of it into use, but for the settings marked so, which wait for the next "
            "start.\n\n"
            "## snped.conf\n\nRead from `/etc/snped/snped.conf`, or what `--config` names.\n");
    markdown_rows(out, &config_rows, "");
    markdown_rows(out, &config_runtime_rows, " NAME");
    markdown_rows(out, &config_device_rows, " NAME");
    fprintf(out, "\n## models.d/NAME.conf\n\nOne for each model that is made ready at start, under "
                 "the file's name.\n");
    markdown_rows(out, &models_rows, "");
    markdown_environment(out);
}
