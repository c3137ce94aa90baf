#pragma once
/* Small networks for the tools' tests: every output is the Relu of an input. */
#include <stdint.h>

struct made_path {
    const char *in, *out; /* tensors; the layer of OUT is called "relu_" and the name of IN */
    int32_t dims[4];      /* 0 ends them */
};

/*
 * A DLC of N such paths as FILE of the private directory. Without a # line the last path's output
 * is the network's. The test fails if it cannot.
 */
void made_dlc(const char *file, const struct made_path *paths, uint32_t n);

/* One path x -> y of ROWS x 4. */
void made_rows(const char *file, int32_t rows);

/*
 * N floats from FIRST on in steps of 1, as FILE of the private directory; and whether FILE holds
 * what Relu makes of them.
 */
void made_raw(const char *file, float first, uint32_t n);
void made_check_relu(const char *file, float first, uint32_t n);
