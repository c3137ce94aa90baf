#include "convert/report.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define NODES_NAMED  5   /* of one problem; the rest is counted */
#define PROBLEMS_MAX 500 /* more would not be read; they are counted */

struct problem {
    const char *op, *what, *way;
    const char *nodes[NODES_NAMED];
    uint32_t n_nodes; /* all, also the unnamed */
};

static struct problem *find(const struct report *report, const char *op, const char *what,
                            const char *way)
{
    struct problem *problems = report->problems.base;

    for (uint32_t i = 0; i < report->problems.n; i++)
        if (strcmp(problems[i].op, op) == 0 && strcmp(problems[i].what, what) == 0 &&
            strcmp(problems[i].way, way) == 0)
            return &problems[i];
    return NULL;
}

int report_add(struct report *report, const char *op, const char *node, const char *what,
               const char *way)
{
    struct problem *problem = find(report, op, what, way);

    if (!problem && report->problems.n >= PROBLEMS_MAX) {
        report->n_unsaid++;
        return 0;
    }
    if (!problem) {
        problem = rows_push(&report->problems, report->arena, sizeof(*problem));
        if (!problem)
            return -ENOMEM;
        problem->op = arena_text(report->arena, op, strlen(op));
        problem->what = arena_text(report->arena, what, strlen(what));
        problem->way = arena_text(report->arena, way, strlen(way));
        if (!problem->op || !problem->what || !problem->way) {
            report->problems.n--;
            return -ENOMEM;
        }
    }
    for (uint32_t i = 0; i < problem->n_nodes && i < NODES_NAMED; i++)
        if (strcmp(problem->nodes[i], node) == 0)
            return 0;
    if (problem->n_nodes < NODES_NAMED) {
        const char *name = arena_text(report->arena, node, strlen(node));

        if (!name)
            return -ENOMEM;
        problem->nodes[problem->n_nodes] = name;
    }
    problem->n_nodes++;
    return 0;
}

/* Inputs and outputs of the network are reported too, and are no operators. */
static bool is_border(const struct problem *problem)
{
    return strcmp(problem->op, REPORT_INPUT) == 0 || strcmp(problem->op, REPORT_OUTPUT) == 0;
}

static int print_nodes(const struct problem *problem, struct buf *out)
{
    int r = 0;

    for (uint32_t i = 0; r >= 0 && i < problem->n_nodes && i < NODES_NAMED; i++)
        r = buf_printf(out, "%s\"%s\"", i ? ", " : " ", problem->nodes[i]);
    if (r >= 0 && problem->n_nodes > NODES_NAMED)
        r = buf_printf(out, " and %u more", problem->n_nodes - NODES_NAMED);
    return r;
}

static int print_problem(const struct problem *problem, struct buf *out)
{
    bool border = is_border(problem);
    const char *plural = problem->n_nodes > 1 ? "s" : "";
    int r = border ? buf_printf(out, "%s%s", problem->op, plural)
                   : buf_printf(out, "operator %s, node%s", problem->op, plural);

    if (r >= 0)
        r = print_nodes(problem, out);
    return r < 0 ? r : buf_printf(out, ": %s; %s\n", problem->what, problem->way);
}

/* Has an earlier problem of the same operator printed this one already? */
static bool is_first(const struct problem *problems, uint32_t at)
{
    for (uint32_t i = 0; i < at; i++)
        if (strcmp(problems[i].op, problems[at].op) == 0)
            return false;
    return true;
}

int report_print(const struct report *report, struct buf *out)
{
    const struct problem *problems = report->problems.base;
    int r = 0;

    for (uint32_t i = 0; r >= 0 && i < report->problems.n; i++) {
        if (!is_first(problems, i))
            continue;
        for (uint32_t k = i; r >= 0 && k < report->problems.n; k++)
            if (strcmp(problems[i].op, problems[k].op) == 0)
                r = print_problem(&problems[k], out);
    }
    if (r >= 0 && report->n_unsaid)
        r = buf_printf(out, "and %u more problems of other kinds\n", report->n_unsaid);
    return r < 0 ? r : 0;
}

void report_fault(const struct report *report, int code, struct fault *fault)
{
    const struct problem *first = report->problems.base;

    if (report->problems.n == 0)
        return;
    fail(fault, code, "%s%s, \"%.60s\": %s; %s%s", is_border(first) ? "" : "operator ", first->op,
         first->nodes[0], first->what, first->way,
         report->problems.n > 1 ? " (and other problems)" : "");
}
