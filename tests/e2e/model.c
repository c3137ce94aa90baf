#include "tests/e2e/model.h"

#include "tests/support/proc.h"
#include "tests/support/suite.h"

void model_convert(const char *onnx, const char *dlc)
{
    struct proc *proc = proc_start_args(suite_bin("snpe-onnx-to-dlc"), "-i", onnx, "-o", dlc, NULL);

    ck_assert_msg(proc_wait(proc) == 0, "%s", proc_err(proc));
    proc_finish(proc, 0);
}

void model_of_case(const char *name, const char *dlc, struct convert_case *ret)
{
    case_read(case_path(name), ret);
    suite_write(suite_path("case.onnx"), ret->model, ret->model_size);
    model_convert("case.onnx", dlc);
    suite_remove("case.onnx");
}
