#include "tests/daemon/house.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/suite.h"

void house_begin_with(struct house *house, const char *settings, const char *const *env)
{
    const char *conf = suite_path("snped.conf");
    const char *argv[] = {suite_bin("snped"),
                          "--config",
                          conf,
                          "--socket",
                          NULL,
                          "--models",
                          suite_path("models"),
                          "--models-d",
                          suite_path("models.d"),
                          NULL};
    const struct proc_spec spec = {.argv = argv, .env = env, .notify = 1};

    house->socket = argv[4] = suite_path("snped.sock");
    suite_write(conf, settings, strlen(settings));
    mkdir(suite_path("models"), 0755);
    mkdir(suite_path("models.d"), 0755);
    house->proc = proc_start(&spec);
}

void house_begin(struct house *house, const char *settings)
{
    const char *const env[] = {"SNPED_LOG=info", NULL};

    house_begin_with(house, settings, env);
}

void house_open(struct house *house, const char *settings)
{
    house_begin(house, settings);
    proc_wait_notify(house->proc, "READY=1");
}

void house_tidy(void)
{
    suite_remove("snped.conf");
    suite_remove("models");
    suite_remove("models.d");
}

void house_close(struct house *house)
{
    proc_signal(house->proc, SIGTERM);
    proc_finish(house->proc, 0);
    house_tidy();
}
