#include "tools/convert_target.h"

#include <errno.h>
#include <string.h>

#include "base/base.h"
#include "base/error.h"

#define LINES_MOST 50

static const struct {
    const char *name;
    bool dsp, aip;
} processors[] = {
#define PROCESSOR(name, dsp, aip) {name, dsp, aip},
#include "tools/processors.def"
};

static const char *const runtimes = "cpu, fxp, gpu, gpu_fp16, dsp or aip";

int convert_target_read(const char *runtime, const char *processor, struct convert_target *ret,
                        struct fault *fault)
{
    const struct runtime_info *info = runtime_find(runtime);

    if (!info)
        return fail(fault, E_CONVERT_OPTION,
                    "--validation_target %.40s %.40s: the first word is a runtime: %s", runtime,
                    processor, runtimes);
    for (size_t i = 0; i < ARRAY_SIZE(processors); i++)
        if (strcmp(processors[i].name, processor) == 0) {
            *ret = (struct convert_target){runtime, processor, info->id};
            return 0;
        }
    return fail(fault, E_CONVERT_OPTION,
                "--validation_target %.40s %.40s: the second word is a processor, as "
                "snapdragon_835 or snapdragon_855",
                runtime, processor);
}

/* Does the processor have what the runtime runs on? */
static bool has_device(const struct convert_target *target)
{
    for (size_t i = 0; i < ARRAY_SIZE(processors); i++)
        if (strcmp(processors[i].name, target->processor) == 0)
            return (target->runtime != RUNTIME_DSP || processors[i].dsp) &&
                   (target->runtime != RUNTIME_AIP || processors[i].aip);
    return false;
}

static int say(const struct convert_target *target, struct buf *out, const char *what, uint32_t *n)
{
    if ((*n)++ >= LINES_MOST)
        return 0;
    return buf_printf(out, "%s on %s: %s\n", target->runtime_name, target->processor, what);
}

int convert_target_check(const struct convert_target *target, struct engine *engine,
                         struct model *model, struct buf *out, uint32_t *ret_n)
{
    const struct graph *graph = model_graph(model);
    struct fault fault = {""};
    uint32_t n = 0;
    int r = 0;

    if (!has_device(target))
        r = say(target, out, "this processor has no such device", &n);
    for (uint32_t i = 0; r >= 0 && i < graph->n_nodes; i++) {
        int r_node = engine_supports(engine, target->runtime, model, i, &fault);

        if (r_node == -ENOMEM)
            return r_node;
        if (r_node < 0)
            r = say(target, out, fault.text, &n);
        if (r_node < 0 && r_node != E_LAYER_UNSUPPORTED)
            break; /* it is the runtime, and so for all layers */
    }
    if (r >= 0 && n > LINES_MOST)
        r = buf_printf(out, "and %u layers more\n", n - LINES_MOST);
    *ret_n = n;
    return r < 0 ? r : 0;
}
