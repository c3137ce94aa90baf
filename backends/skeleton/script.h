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
 *
 * Without ops there is no device. The counts begin anew when the backend is opened again.
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

struct script {
    bool supports[_OP_MAX];
    uint64_t delay_us, compile_us;
    uint64_t at[_SCRIPT_FAULT_MAX]; /* which call it meets; 0: none */
};

/* 0 and *RET, or E_NO_HARDWARE without ops, E_SETTING with FAULT naming the word. */
int script_parse(const char *options, struct script *ret, struct fault *fault);
