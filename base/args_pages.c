#include "base/args_pages.h"

#include <stdbool.h>
#include <string.h>

/* What roff would take for its own or print as another character; NULL: C itself. */
static const char *escaped(char c)
{
    switch (c) {
    case '\\':
        return "\\e";
    case '-':
        return "\\-";
    case '\'':
        return "\\(aq";
    case '"':
        return "\\(dq";
    case '`':
        return "\\(ga";
    case '^':
        return "\\(ha";
    case '~':
        return "\\(ti";
    case '\t':
        return " ";
    default:
        return NULL;
    }
}

/* LENGTH bytes of a line; a dot at its begin would be a request. */
static void roff(const char *text, size_t length, FILE *out)
{
    if (length && *text == '.')
        fputs("\\&", out);
    for (size_t i = 0; i < length; i++) {
        const char *instead = escaped(text[i]);

        if (instead)
            fputs(instead, out);
        else
            fputc(text[i], out);
    }
}

static void roff_word(const char *text, FILE *out)
{
    roff(text, strlen(text), out);
}

/* LENGTH bytes of paragraphs, which empty lines part. Space at a line's begin would break it. */
static void roff_text(const char *text, size_t length, FILE *out)
{
    const char *end = text + length;

    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;

        while (text < stop && (*text == ' ' || *text == '\t'))
            text++;
        roff(text, (size_t)(stop - text), out);
        if (stop > text)
            fputc('\n', out);
        text = stop;
        while (text < end && *text == '\n')
            text++;
        if (text < end)
            fputs(text - stop > 1 ? ".PP\n" : ".br\n", out);
    }
}

static void man_option(const struct args_option *option, FILE *out)
{
    fputs(".TP\n", out);
    if (option->letter)
        fprintf(out, "\\fB\\-%c\\fR, ", option->letter);
    fputs("\\fB\\-\\-", out);
    roff_word(option->name, out);
    fputs("\\fR", out);
    if (option->n_values && option->values) {
        fputs(" \\fI", out);
        roff_word(option->values, out);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    roff_text(option->help, strlen(option->help), out);
}

static void man_options(const struct args_option *option, FILE *out)
{
    for (; option && option->name; option++)
        if (option->help)
            man_option(option, out);
}

/* A row that the program has too stands there already: a command shows what it has beyond those. */
static bool has(const struct args_option *options, const char *name)
{
    for (; options && options->name; options++)
        if (strcmp(options->name, name) == 0)
            return true;
    return false;
}

static void man_command(const struct args_spec *spec, const struct args_spec *command, FILE *out)
{
    fputs(".SS ", out);
    roff_word(command->program, out);
    fputc(' ', out);
    roff_word(command->synopsis ? command->synopsis : "", out);
    fputc('\n', out);
    if (command->about)
        roff_text(command->about, strlen(command->about), out);
    for (const struct args_option *option = command->options; option && option->name; option++)
        if (option->help && !has(spec->options, option->name))
            man_option(option, out);
    if (!command->epilog)
        return;
    fputs(".PP\n", out);
    roff_text(command->epilog, strlen(command->epilog), out);
}

static void man_commands(const struct args_spec *spec, FILE *out)
{
    if (!spec->commands)
        return;
    fputs(".SH COMMANDS\n", out);
    for (const struct args_spec *command = spec->commands; command->program; command++)
        man_command(spec, command, out);
}

/* Its first sentence without the dot; the NAME of a page is one line. */
static size_t sentence(const char *text)
{
    size_t n = 0;

    while (text[n] && text[n] != '\n' &&
           !(text[n] == '.' && (!text[n + 1] || strchr(" \n", text[n + 1]))))
        n++;
    return n;
}

static void man_head(const struct args_spec *spec, int section, FILE *out)
{
    fputs(".TH ", out);
    roff_word(spec->program, out);
    fprintf(out, " %d %s \"", section, SNPED_DATE);
    roff_word(spec->program, out);
    fputc(' ', out);
    roff_word(spec->version ? spec->version : "", out);
    fputs("\" snped\n.SH NAME\n", out);
    roff_word(spec->program, out);
    fputs(" \\- ", out);
    if (spec->about)
        roff(spec->about, sentence(spec->about), out);
    else
        roff_word(spec->program, out);
    fputs("\n.SH SYNOPSIS\n.B ", out);
    roff_word(spec->program, out);
    fputc('\n', out);
    if (spec->synopsis)
        roff_text(spec->synopsis, strlen(spec->synopsis), out);
}

static void man_about(const struct args_spec *spec, FILE *out)
{
    const char *gap = spec->commands && spec->about ? strstr(spec->about, "\n\n") : NULL;

    if (!spec->about)
        return;
    fputs(".SH DESCRIPTION\n", out);
    roff_text(spec->about, gap ? (size_t)(gap - spec->about) : strlen(spec->about), out);
}

void args_man(const struct args_spec *spec, int section, FILE *out)
{
    man_head(spec, section, out);
    man_about(spec, out);
    man_commands(spec, out);
    fputs(".SH OPTIONS\n", out);
    man_options(spec->options, out);
    man_options(args_own, out);
    if (!spec->epilog)
        return;
    fputs(".SH NOTES\n", out);
    roff_text(spec->epilog, strlen(spec->epilog), out);
}

#define FILES "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
#define DIRS  "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")"

/* How bash finds what VALUES names, the last word of it; ":" does nothing. */
static const char *completer(const char *values)
{
    if (!values)
        return ":";
    return strstr(values, "FILE") || strstr(values, "PATH")   ? FILES
           : strstr(values, "DIR") && !strstr(values, "DIRS") ? DIRS
                                                              : ":";
}

/* What there is to know of OPTION; never NULL. */
static const struct args_hint *find_hint(const struct args_hint *hints,
                                         const struct args_option *option)
{
    static const struct args_hint none = {0};

    while (hints && hints->option && strcmp(hints->option, option->name) != 0)
        hints++;
    return hints && hints->option ? hints : &none;
}

/* "-also|-x|--name|--alias" */
static void print_pattern(const struct args_option *option, const char *also, FILE *out)
{
    if (also)
        fprintf(out, "%s|", also);
    if (option->letter)
        fprintf(out, "-%c|", option->letter);
    fprintf(out, "--%s", option->name);
    if (option->alias)
        fprintf(out, "|--%s", option->alias);
}

/* A value that may be left out is none where an option begins. */
static bool may_be_left_out(const struct args_option *option)
{
    return option->values && *option->values == '[';
}

/* What completes value NTH, from 1, of OPTION. */
static void print_completer(const struct args_option *option, const char *choices, unsigned int nth,
                            FILE *out)
{
    if (choices)
        fprintf(out, "mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$cur\")", choices);
    else
        fputs(option->n_values == nth ? completer(option->values) : ":", out);
}

/* One row for each option that has an NTH value. */
static void print_cases(const struct args_spec *spec, unsigned int nth, FILE *out)
{
    for (const struct args_option *option = spec->options; option && option->name; option++) {
        const struct args_hint *hint = find_hint(spec->hints, option);

        if (option->n_values < nth || !option->help)
            continue;
        fputs("    ", out);
        print_pattern(option, hint->also, out);
        fprintf(out, ") %s", may_be_left_out(option) ? "[[ $cur == -* ]] || { " : "");
        print_completer(option, hint->choices[nth - 1], nth, out);
        fprintf(out, "; return%s ;;\n", may_be_left_out(option) ? "; }" : "");
    }
}

/* $option stands before the cursor's word, $first before that: no table has more than two values.
 */
static void print_values(const struct args_spec *spec, FILE *out)
{
    fputs("    case $option in\n", out);
    print_cases(spec, 1, out);
    fputs("    esac\n    case $first in\n", out);
    print_cases(spec, 2, out);
    fputs("    esac\n", out);
}

static void print_names(const struct args_option *option, FILE *out)
{
    for (; option && option->name; option++)
        if (option->help)
            fprintf(out, " --%s", option->name);
}

/* Whether WORD is a word of SYNOPSIS that no option stands before. */
static bool takes_word(const char *synopsis, const char *word)
{
    bool behind_option = false;

    while (synopsis && *synopsis) {
        size_t length = strcspn(synopsis, " "), skip = strspn(synopsis, "[");
        bool is_option = synopsis[skip] == '-';

        if (!behind_option && !is_option && !strncmp(synopsis + skip, word, strlen(word)))
            return true;
        behind_option = is_option;
        synopsis += length;
        synopsis += strspn(synopsis, " ");
    }
    return false;
}

/* As file names, so that readline quotes what a shell would take apart. */
static void print_words(const struct args_spec *spec, FILE *out)
{
    if (spec->commands) {
        fputs("    mapfile -t COMPREPLY < <(compgen -W '", out);
        for (const struct args_spec *command = spec->commands; command->program; command++)
            fprintf(out, " %s", command->program);
        fputs("' -- \"$cur\")\n", out);
    }
    if (takes_word(spec->synopsis, "FILE") || takes_word(spec->synopsis, "PATH"))
        fprintf(out, "    %s\n", FILES);
    if (!spec->names || (!takes_word(spec->synopsis, "NAME") && !takes_word(spec->synopsis, "JOB")))
        return;
    fprintf(out,
            "    local name\n"
            "    compopt -o filenames 2>/dev/null\n"
            "    while IFS= read -r name; do\n"
            "        [[ $name == \"$cur\"* ]] && COMPREPLY+=(\"$name\")\n"
            "    done < <(\"$1\" %s 2>/dev/null </dev/null)\n",
            spec->names);
}

static void print_body(const struct args_spec *spec, FILE *out)
{
    print_values(spec, out);
    fputs("    if [[ $cur == -* ]]; then\n        mapfile -t COMPREPLY < <(compgen -W '", out);
    print_names(spec->options, out);
    print_names(args_own, out);
    fputs("' -- \"$cur\")\n        return\n    fi\n", out);
    print_words(spec, out);
}

static void print_commands(const struct args_spec *spec, FILE *out)
{
    if (!spec->commands)
        return;
    fputs("    for ((at = 1; at < COMP_CWORD; at++)); do\n    case ${COMP_WORDS[at]} in\n", out);
    for (const struct args_spec *command = spec->commands; command->program; command++) {
        fprintf(out, "    %s)\n", command->program);
        print_body(command, out);
        fputs("    return ;;\n", out);
    }
    fputs("    esac\n    done\n", out);
}

/* bash parts --name=VALUE and NAME=VALUE at their "=". */
static const char prologue[] =
    "{\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} at=$((COMP_CWORD - 1)) equals='' option first='' "
    "name\n"
    "    COMPREPLY=()\n"
    "    if [[ $cur == = ]]; then\n"
    "        cur='' equals=1\n"
    "    elif [[ ${COMP_WORDS[at]} == = ]]; then\n"
    "        at=$((at - 1)) equals=1\n"
    "    fi\n"
    "    if [[ $equals && ${COMP_WORDS[at]} != -* ]]; then at=$((at - 1)); fi\n"
    "    option=${COMP_WORDS[at]}\n"
    "    if ((at > 1)); then first=${COMP_WORDS[at - 1]}; fi\n";

static void print_function_name(const char *program, FILE *out)
{
    fputc('_', out);
    for (; *program; program++)
        fputc(*program == '-' ? '_' : *program, out);
}

void args_completion(const struct args_spec *spec, FILE *out)
{
    print_function_name(spec->program, out);
    fprintf(out, "()\n%s", prologue);
    print_commands(spec, out);
    print_body(spec, out);
    fputs("}\ncomplete -F ", out);
    print_function_name(spec->program, out);
    fprintf(out, " %s\n", spec->program);
}
