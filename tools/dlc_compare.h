#pragma once
/* How two containers differ: what snpe-dlc-diff prints, a line for each difference. */
#include "tools/dlc_facts.h"
#include "tools/ruled.h"

/* What is compared, as bits; the rows of the table begin with these words. */
enum compare_what {
    COMPARE_COPYRIGHTS = 1, /* the metadata's model-copyright */
    COMPARE_LAYERS = 2,     /* which layers there are, their types */
    COMPARE_PARAMETERS = 4, /* attributes, inputs and encodings of outputs */
    COMPARE_DIMENSIONS = 8, /* of outputs */
    COMPARE_WEIGHTS = 16,   /* stored tensors: sizes, encodings, numbers */
    COMPARE_OUTPUTS = 32,   /* names of output buffers */
    COMPARE_HTA = 64,       /* the records of AIP */
    COMPARE_ALL = 127,
};

/*
 * The differences between A and B in WHAT as a table, with no line if there are none. Layers are
 * paired by name, or BY_ID by their places. 0 or -ENOMEM; A and B must stay as long as RET.
 */
int dlc_compare(const struct dlc_facts *a, const struct dlc_facts *b, unsigned what, bool by_id,
                struct ruled *ret);
