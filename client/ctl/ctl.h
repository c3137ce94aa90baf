#pragma once
/*
 * snpectl: one table of commands, each with its words, options and function. What the command line
 * said is in one struct, so that an option means the same for every command that has it.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/args.h"
#include "base/fault.h"
#include "base/json.h"
#include "client/snpe-client.h"

#define CTL_WORDS   2
#define CTL_TENSORS 64 /* of inputs, outputs, dims, types */
#define CTL_ORDER   8  /* runtimes */

enum ctl_exit { CTL_DONE, CTL_FAILED, CTL_USAGE, CTL_NO_DAEMON };

struct ctl_input {
    const char *name; /* NULL: the next one */
    const char *path;
};

struct ctl {
    const struct ctl_command *command;
    struct fault *fault; /* of whatever fails, for stderr */
    FILE *out, *err;
    bool colour;
    struct snpe_client *client;

    const char *words[CTL_WORDS];
    uint32_t n_words;
    const char *socket;
    bool json, no_wait, names, batch, all;
    const char *root;   /* of the files that doctor looks at; NULL: the machine's */
    enum ctl_exit exit; /* of a command that was done */
    uint64_t kinds;     /* of events: 1 << kind; 0: all */
    uint64_t count, timeout_ms, interval_ms, ttl_ms;
    bool counted;    /* COUNT was given */
    const char *dir; /* where outputs go; NULL */
    const char *perf;
    struct ctl_input inputs[CTL_TENSORS];
    uint32_t n_inputs;
    const char *runtimes[CTL_ORDER];
    struct snpe_named_dims dims[CTL_TENSORS];
    const char *outputs[CTL_TENSORS];
    struct snpe_named_type types[CTL_TENSORS];
    uint32_t n_runtimes, n_dims, n_outputs, n_types;
};

struct ctl_command {
    const char *name;
    uint32_t least_words, most_words;
    const char *synopsis, *about, *epilog;
    const struct args_option *options;
    /* 0, or the error with CTL's fault. */
    int (*run)(struct ctl *ctl);
    const char *names; /* its words that print what NAME or JOB may be; NULL: the models */
};

int command_load(struct ctl *ctl);
int command_unload(struct ctl *ctl);
int command_reload(struct ctl *ctl);
int command_list(struct ctl *ctl);
int command_info(struct ctl *ctl);
int command_run(struct ctl *ctl);
int command_status(struct ctl *ctl);
int command_ping(struct ctl *ctl);
int command_watch(struct ctl *ctl);
int command_ps(struct ctl *ctl);
int command_why(struct ctl *ctl);
int command_top(struct ctl *ctl);
int command_trace(struct ctl *ctl);
int command_metrics(struct ctl *ctl);
int command_doctor(struct ctl *ctl);

/* R of a call of the library's: if negative, its sentence becomes CTL's fault. Returns R. */
int ctl_check(struct ctl *ctl, int r);

/* Loads MODEL as the command line says; KEEP: it stays when we are gone. */
int ctl_load(struct ctl *ctl, const char *name, const char *path, bool keep,
             struct snpe_network **ret);

/* Prints what was written and frees it. 0 or -ENOMEM. */
int ctl_print_json(struct ctl *ctl, struct json *json);

/* Members that more than one command prints. */
void ctl_json_tensors(struct json *json, const char *key,
                      const struct snpe_tensor_info *const *tensors, uint32_t n);
int ctl_print_tensors(struct ctl *ctl, const struct snpe_tensor_info *const *inputs,
                      uint32_t n_inputs, const struct snpe_tensor_info *const *outputs,
                      uint32_t n_outputs);
void ctl_json_device(struct json *json, const struct snpe_device *device);
void ctl_json_stats(struct json *json, const struct snpe_daemon_stats *stats);
void ctl_json_session(struct json *json, const struct snpe_session *session);
/* The jobs, and how many of anything are not in the lists. */
void ctl_json_jobs(struct json *json, const struct snpe_overview *overview);
/* STATE in its colour, if there is any. */
void ctl_print_state(struct ctl *ctl, const char *state);
