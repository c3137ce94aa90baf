#pragma once
/*
 * What a test tells the skeleton to do, as words of its options with spaces between them:
 *
 *     ops=Relu,Reshape   what it supports; ops=all: both, which is all that it can run
 *     delay_us=N         each run takes N microseconds longer
 *     compile_us=N       each compile too
 *     fault=lost@N       the Nth run, counted from 1, finds the device lost
 *     fault=hang@N       the Nth run never returns
 *     fault=slow@N       the Nth run takes a second longer
 *     fault=nomem@N      the Nth binding_new is out of memory
 *     fault=compile@N    the Nth compile is out of memory
 *     lose=PATH          a run that finds a file there removes it and finds the device lost
 *     wedge=PATH         a run that finds a file there renames it to PATH.held and does not return
 *                        before PATH.held is gone
 *     shut=PATH          open fails while a file is there
 *     votes=PATH         the word of each profile that set_perf brings is a line more in that file
 *
 * Without ops there is no device. The counts begin anew when the backend is opened again; files are
 * for what is to happen once, whatever is opened, and when a test wants it. A run that ends in a
 * loss or never has written half of its output, with what nobody may ever be answered with.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "model/op.h"

enum script_fault {
    SCRIPT_LOST,
    SCRIPT_HANG,
    SCRIPT_SLOW,
    SCRIPT_NOMEM,
    SCRIPT_COMPILE,
    _SCRIPT_FAULT_MAX,
};

#define SCRIPT_PATH_SIZE 128

struct script {
    bool supports[_OP_MAX];
    uint64_t delay_us, compile_us;
    uint64_t at[_SCRIPT_FAULT_MAX]; /* which call it meets; 0: none */
    char lose[SCRIPT_PATH_SIZE], wedge[SCRIPT_PATH_SIZE], shut[SCRIPT_PATH_SIZE],
        votes[SCRIPT_PATH_SIZE]; /* "": none */
};

/* 0 and *RET, or E_NO_HARDWARE without ops, E_SETTING with FAULT naming the word. */
int script_parse(const char *options, struct script *ret, struct fault *fault);
