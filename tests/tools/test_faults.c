/* Memory that runs out at every place in the life of the tools. */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "tests/convert/case.h"
#include "tests/daemon/house.h"
#include "tests/support/faults.h"
#include "tests/support/proc.h"
#include "tests/support/suite.h"
#include "tests/tools/made.h"

/* A failure is told in a sentence, and is one of memory. */
static void check_sentence(const char *err)
{
    static const char *const words[] = {"out of memory", "Cannot allocate memory",
                                        "Resource temporarily unavailable"};
    bool found = false;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        found |= strstr(err, words[i]) != NULL;
    ck_assert_msg(found, "no sentence: '%s'", err);
}

/* Runs ARGV to its end: true if it did its work, which it must if nothing fails. */
static bool did(struct faults *faults, const char *const *argv)
{
    struct proc *proc =
        proc_start(&(struct proc_spec){.argv = argv, .env = faults_env(faults, NULL)});
    int status = proc_wait(proc);

    if (status > 0)
        check_sentence(proc_err(proc));
    return faults_end(faults, proc) == 0;
}

/* What lives on in the round's directory is named; suite_remove then finds only that. */
static void check_empty(void)
{
    DIR *dir = opendir(suite_dir());
    struct dirent *entry;

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)))
        ck_assert_msg(entry->d_name[0] == '.' || strcmp(entry->d_name, "control") == 0 ||
                          strcmp(entry->d_name, "sites") == 0,
                      "%s is left behind", entry->d_name);
    closedir(dir);
}

static void remove_output(void)
{
    if (access("output", F_OK) == 0)
        suite_remove("output");
}

/* Two networks in one container, resized, on three lines; HOUSE: through the daemon. */
static void run_net(struct faults *faults, const struct house *house)
{
    const struct made_path paths[] = {{"a", "p/q", {2, 2}}, {"b", "r", {2, 3}}};
    const char *list = "#relu_a r\na:=x b:=z\nb:=z a:=x\na:=x b:=z\n";
    const char *argv[] = {suite_bin("snpe-net-run"),
                          "--container",
                          "m.dlc",
                          "--input_list",
                          "list",
                          "--input_name",
                          "b",
                          "--input_dimensions",
                          "2,4",
                          house ? "--daemon" : NULL,
                          "--socket",
                          house ? house->socket : NULL,
                          NULL};

    made_dlc("m.dlc", paths, 2);
    made_raw("x", -1, 2);
    made_raw("z", -1, 4);
    suite_write(suite_path("list"), list, strlen(list));
    if (did(faults, argv)) {
        for (int i = 0; i < 3; i++) {
            made_check_relu(suite_text("output/Result_%d/p/q.raw", i), -1, 2);
            made_check_relu(suite_text("output/Result_%d/r.raw", i), -1, 4);
        }
    }
    remove_output();
    suite_remove("list");
    suite_remove("x");
    suite_remove("z");
    suite_remove("m.dlc");
}

static void life_of_net_run(void *context, struct faults *faults)
{
    (void)context;
    run_net(faults, NULL);
    check_empty();
}

static void life_of_net_run_by_daemon(void *context, struct faults *faults)
{
    struct house house;

    (void)context;
    house_open(&house, "");
    run_net(faults, &house);
    house_close(&house);
    check_empty();
}

START_TEST(snpe_net_run_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-net-run"), life_of_net_run, NULL);
}
END_TEST

START_TEST(snpe_net_run_by_daemon_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-net-run"), life_of_net_run_by_daemon, NULL);
}
END_TEST

/* Converts CASES, each of which uses other parts of the converter. */
static void life_of_the_converter(void *context, struct faults *faults)
{
    static const char *const cases[] = {"conv_folded_half", "lstm_states_in", "reshape_chain"};
    const char *argv[] = {suite_bin("snpe-onnx-to-dlc"),
                          "-i",
                          "m.onnx",
                          "-o",
                          "m.dlc",
                          "--model_version",
                          "1",
                          "--debug",
                          NULL};

    (void)context;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct convert_case c;

        case_read(case_path(cases[i]), &c);
        suite_write(suite_path("m.onnx"), c.model, c.model_size);
        case_done(&c);
        if (did(faults, argv))
            suite_remove("m.dlc");
        suite_remove("m.onnx");
        check_empty();
    }
}

START_TEST(snpe_onnx_to_dlc_bears_the_failure_of_each_allocation)
{
    if (faults_work())
        faults_all(suite_bin("snpe-onnx-to-dlc"), life_of_the_converter, NULL);
}
END_TEST

SUITE_WITHIN(200, snpe_net_run_bears_the_failure_of_each_allocation,
             snpe_net_run_by_daemon_bears_the_failure_of_each_allocation,
             snpe_onnx_to_dlc_bears_the_failure_of_each_allocation);
