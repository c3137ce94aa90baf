#pragma once
/*
 * A network for a tool: made ready in this process, or by the daemon. Tensors lie in memory of the
 * net's own; the tool fills the inputs, runs, reads the outputs.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/runtime.h"
#include "base/shape.h"
#include "model/derive.h"

struct net_options {
    const char *container;
    const enum runtime *order; /* none: cpu */
    uint32_t n_order;
    struct derive derive;
    bool fallback;
    const char *perf;   /* for the daemon's devices; NULL: as it has it */
    const char *socket; /* of the daemon; NULL with DAEMON: the usual one */
    bool daemon;
};

struct net_tensor {
    const char *name;
    struct shape shape;
    void *data; /* float32, SIZE bytes */
    size_t size;
    int32_t color_space; /* of an input, a code of model/color_spaces.def; -1: not known */
};

struct net;

struct net_ops {
    int (*run)(struct net *net, struct fault *fault);
    void (*close)(struct net *net);
};

struct net {
    const struct net_ops *ops;
    const struct net_tensor *inputs, *outputs;
    uint32_t n_inputs, n_outputs;
    const char *model_version; /* the user's string, "N/A" */
    const char *runtime, *why; /* where it runs, and why not where it was asked to; "" */
};

/* 0 and *RET, or what the engine, the file or the daemon says. */
int net_open(const struct net_options *options, struct net **ret, struct fault *fault);
void net_close(struct net *net); /* NULL is fine */
int net_run(struct net *net, struct fault *fault);

/* The two kinds; net_open chooses. */
int net_local_open(const struct net_options *options, struct net **ret, struct fault *fault);
int net_daemon_open(const struct net_options *options, struct net **ret, struct fault *fault);
