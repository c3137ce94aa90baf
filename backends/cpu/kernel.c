/*
 * The two tables of kernels.def: who runs an operator, and which form of a kernel.
 */
#include "backends/cpu/prepare.h"
#include "base/base.h"

static const struct operation *const operations[_OP_MAX] = {
#define OPERATOR(op, file) [OP_##op] = &cpu_##file,
#define FORM(kernel, file, symbol, isa)
#include "backends/cpu/kernels.def"
#undef OPERATOR
#undef FORM
};

static const struct {
    enum kernel kernel;
    enum isa isa;
    kernel_run_fn run;
} forms[] = {
#define OPERATOR(op, file)
#define FORM(kernel, file, symbol, isa) {KERNEL_##kernel, ISA_##isa, symbol},
#include "backends/cpu/kernels.def"
#undef OPERATOR
#undef FORM
};

const struct operation *cpu_operation(enum op op)
{
    return operations[op];
}

kernel_run_fn cpu_kernel_form(enum kernel kernel, enum isa isa)
{
    for (size_t i = 0; i < ARRAY_SIZE(forms); i++)
        if (forms[i].kernel == kernel && forms[i].isa <= isa)
            return forms[i].run;
    return NULL;
}
