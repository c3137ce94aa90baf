#pragma once
/*
 * Instruction sets. A kernel that gains by one has a form of its own, in a file of its own with
 * its own flags; which forms a backend uses is decided once, when it opens.
 */
#include "base/fault.h"

enum isa {
    ISA_PORTABLE, /* what every processor of the architecture has: SSE2, NEON */
    ISA_AVX2,     /* with FMA */
    ISA_AVX512,   /* F, BW, DQ and VL */
    _ISA_MAX,
};

const char *isa_name(enum isa isa);

/* The highest that this processor has. */
enum isa isa_best(void);

/*
 * WANTED, the value of SNPED_ISA, or the best if it is NULL or empty. 0 and *RET, E_SETTING when
 * there is no such word, E_NO_HARDWARE when the processor lacks it.
 */
int isa_choose(const char *wanted, enum isa *ret, struct fault *fault);
