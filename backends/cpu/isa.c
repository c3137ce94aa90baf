#include "backends/cpu/isa.h"

#include <string.h>

#include "base/error.h"

static const char *const names[_ISA_MAX] = {
    [ISA_PORTABLE] = "portable",
    [ISA_AVX2] = "avx2",
    [ISA_AVX512] = "avx512",
};

const char *isa_name(enum isa isa)
{
    return names[isa];
}

enum isa isa_best(void)
{
#if defined(__x86_64__)
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma"))
        return ISA_PORTABLE;
    if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512bw") ||
        !__builtin_cpu_supports("avx512dq") || !__builtin_cpu_supports("avx512vl"))
        return ISA_AVX2;
    return ISA_AVX512;
#else
    return ISA_PORTABLE;
#endif
}

int isa_choose(const char *wanted, enum isa *ret, struct fault *fault)
{
    enum isa best = isa_best();

    if (!wanted || !*wanted) {
        *ret = best;
        return 0;
    }
    for (enum isa isa = ISA_PORTABLE; isa < _ISA_MAX; isa++) {
        if (strcmp(wanted, names[isa]) != 0)
            continue;
        if (isa > best)
            return fail(fault, E_NO_HARDWARE,
                        "SNPED_ISA=%s: this processor has %s at most; unset it or choose that",
                        wanted, names[best]);
        *ret = isa;
        return 0;
    }
    return fail(fault, E_SETTING, "SNPED_ISA=%.40s: not one of portable, avx2, avx512", wanted);
}
