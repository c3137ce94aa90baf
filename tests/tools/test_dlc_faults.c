/* Memory that runs out at every place in the life of the tools that show containers. */
#include <string.h>
#include <unistd.h>

#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tests/tools/made_net.h"

/* Runs ARGV on m.dlc, and on n.dlc beside it; SAVED is a file that it writes, or not at all. */
static void live(struct faults *faults, const char *const *argv, const char *saved)
{
    struct proc *proc;
    int status;

    made_net(&(struct made_net){.file = "m.dlc", .coded = true});
    made_net(&(struct made_net){.file = "n.dlc", .record = "aip.x", .record_text = "1"});
    proc = proc_start(&(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL)});
    status = proc_wait(proc);
    if (proc_err(proc)[0])
        ck_assert_msg(strstr(proc_err(proc), "memory"), "%s", proc_err(proc));
    faults_end(faults, proc);
    ck_assert(status != 0 || access(suite_path(saved), F_OK) == 0);
    if (access(suite_path(saved), F_OK) == 0)
        suite_remove(saved);
    suite_remove("m.dlc");
    suite_remove("n.dlc");
}

static void life_of_info(void *context, struct faults *faults)
{
    const char *argv[] = {suite_bin("snpe-dlc-info"), "-i", "m.dlc", "-s", "saved",
                          context ? "--json" : NULL,  NULL};

    live(faults, argv, "saved");
}

START_TEST(snpe_dlc_info_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-dlc-info"), life_of_info, NULL);
}
END_TEST

START_TEST(snpe_dlc_info_in_json_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-dlc-info"), life_of_info, suite_copy("json", 5));
}
END_TEST

/* Status 1 says that they differ, which is no failure; a shell makes a 0 of it. */
static void life_of_diff(void *context, struct faults *faults)
{
    const char *argv[] = {"/bin/sh",
                          "-c",
                          "\"$0\" \"$@\"; r=$?; [ $r -eq 1 ] && r=0; exit $r",
                          suite_bin("snpe-dlc-diff"),
                          "-i1",
                          "m.dlc",
                          "-i2",
                          "n.dlc",
                          "-s",
                          "saved",
                          context ? "-i" : NULL,
                          NULL};

    live(faults, argv, "saved");
}

START_TEST(snpe_dlc_diff_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-dlc-diff"), life_of_diff, NULL);
}
END_TEST

static void life_of_viewer(void *context, struct faults *faults)
{
    const char *argv[] = {suite_bin("snpe-dlc-viewer"), "-i", "m.dlc", "-s", "saved", NULL};

    (void)context;
    live(faults, argv, "saved");
}

START_TEST(snpe_dlc_viewer_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-dlc-viewer"), life_of_viewer, NULL);
}
END_TEST

SUITE_WITHIN(240, snpe_dlc_info_bears_the_failure_of_each_allocation,
             snpe_dlc_info_in_json_bears_the_failure_of_each_allocation,
             snpe_dlc_diff_bears_the_failure_of_each_allocation,
             snpe_dlc_viewer_bears_the_failure_of_each_allocation);
