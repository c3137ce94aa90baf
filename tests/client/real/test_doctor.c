/*
 * snpectl doctor on machines of paper: a folder with what it looks at, all of it well, in which one
 * thing at a time is spoilt. It must name that thing and no other.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/base.h"
#include "tests/client/fake.h"
#include "tests/daemon/house.h"
#include "tests/daemon/made.h"
#include "tests/support/suite.h"

#define FOLDER NULL

/* What is well. A row without text is a folder. */
static const struct {
    const char *path, *text;
    mode_t mode;
} machine[] = {
    {"bin", FOLDER, 0755},
    {"etc", FOLDER, 0755},
    {"etc/passwd", "root:x:0:0:root:/root:/bin/sh\nsnped:x:54321:54322::/:/bin/false\n", 0644},
    {"etc/group", "root:x:0:\nsnpe:x:54322:someone\nvideo:x:54323:other,snped\n", 0644},
    {"etc/snped", FOLDER, 0755},
    {"etc/snped/snped.conf", "[daemon]\nlog = info\n", 0644},
    {"etc/snped/models.d", FOLDER, 0755},
    {"etc/snped/models.d/relu.conf", "[model]\n", 0644},
    {"etc/OpenCL", FOLDER, 0755},
    {"etc/OpenCL/vendors", FOLDER, 0755},
    {"etc/OpenCL/vendors/gpu.icd", "libgpu.so.1\n", 0644},
    {"usr", FOLDER, 0755},
    {"usr/lib", FOLDER, 0755},
    {"usr/lib/aarch64", FOLDER, 0755},
    {"usr/lib/aarch64/libgpu.so.1", "", 0644},
    {"var", FOLDER, 0755},
    {"var/lib", FOLDER, 0755},
    {"var/lib/snped", FOLDER, 0755},
    {"var/lib/snped/models", FOLDER, 0755},
    {"var/lib/snped/models/relu.dlc", "any", 0644},
    {"var/cache", FOLDER, 0755},
    {"var/cache/snped", FOLDER, 0777},
    {"var/log", FOLDER, 0755},
    {"var/log/audit", FOLDER, 0755},
    {"var/log/audit/audit.log", "type=AVC avc: denied { read } comm=\"other\"\n", 0644},
    {"dev", FOLDER, 0755},
    {"dev/kgsl-3d0", "", 0666},
    {"dev/dma_heap", FOLDER, 0755},
    {"dev/dma_heap/system", "", 0666},
    {"dev/video0", "", 0666},
    {"dev/snd", FOLDER, 0755},
    {"dev/snd/pcmC0D0c", "", 0666},
    {"proc", FOLDER, 0755},
    {"proc/meminfo", "MemTotal:  4000000 kB\nMemAvailable:  3000000 kB\n", 0644},
    {"proc/sys", FOLDER, 0755},
    {"proc/sys/vm", FOLDER, 0755},
    {"proc/sys/vm/overcommit_memory", "0\n", 0644},
    {"run", FOLDER, 0755},
    {"run/systemd", FOLDER, 0755},
    {"run/systemd/system", FOLDER, 0755},
    {"sys", FOLDER, 0755},
    {"sys/class", FOLDER, 0755},
    {"sys/class/remoteproc", FOLDER, 0755},
    {"sys/class/remoteproc/remoteproc0", FOLDER, 0755},
    {"sys/class/remoteproc/remoteproc0/recovery", "enabled\n", 0644},
    {"sys/class/remoteproc/remoteproc0/state", "running\n", 0644},
    {"sys/devices", FOLDER, 0755},
    {"sys/devices/system", FOLDER, 0755},
    {"sys/devices/system/cpu", FOLDER, 0755},
    {"sys/devices/system/cpu/cpu0", FOLDER, 0755},
    {"sys/devices/system/cpu/cpu0/cpufreq", FOLDER, 0755},
    {"sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "schedutil\n", 0644},
    {"sys/devices/system/cpu/cpu0/cpufreq/scaling_driver", "qcom-cpufreq-hw\n", 0644},
    {"sys/devices/system/clocksource", FOLDER, 0755},
    {"sys/devices/system/clocksource/clocksource0", FOLDER, 0755},
    {"sys/devices/system/clocksource/clocksource0/current_clocksource", "arch_sys_counter\n", 0644},
    {"units", FOLDER, 0755},
    {"units/snped.service",
     "LoadState=loaded\nActiveState=active\nResult=success\nNeedDaemonReload=no\n"
     "FragmentPath=/etc/systemd/system/snped.service\nLimitNOFILE=65536\n",
     0644},
    {"units/snped.socket",
     "LoadState=loaded\nActiveState=active\nNeedDaemonReload=no\nUnitFileState=enabled\n", 0644},
};

static const char *at(const char *path)
{
    return suite_text("%s/root/%s", suite_dir(), path);
}

static void put(const char *path, const char *text, mode_t mode)
{
    suite_write(at(path), text, strlen(text));
    ck_assert_int_eq(chmod(at(path), mode), 0);
}

static void make_machine(void)
{
    const char *systemctl = suite_text("#!/bin/sh\nexec cat '%s'/\"$2\"\n", at("units"));

    mkdir(suite_path("root"), 0755);
    for (size_t i = 0; i < ARRAY_SIZE(machine); i++) {
        if (machine[i].text) {
            put(machine[i].path, machine[i].text, machine[i].mode);
            continue;
        }
        ck_assert_int_eq(mkdir(at(machine[i].path), 0755), 0);
        ck_assert_int_eq(chmod(at(machine[i].path), machine[i].mode), 0);
    }
    put("bin/systemctl", systemctl, 0755);
}

static struct proc *start_doctor(const char *socket, const char *option)
{
    const char *const argv[] = {suite_bin("snpectl"), "doctor", "--root", at("."),
                                "--socket",           socket,   option,   NULL};
    const char *const env[] = {suite_text("PATH=%s:%s", at("bin"), getenv("PATH")), NULL};

    return proc_start(&(struct proc_spec){.argv = argv, .env = env});
}

/* "check verdict" of each that is neither ok nor skipped, one behind the other; all it said to
 * *RET.
 */
static const char *doctor(const char *socket, int *ret_status, const char **ret)
{
    struct proc *proc = start_doctor(socket, "--json");
    const char *found = "";
    char name[32], verdict[8];

    *ret_status = proc_wait(proc);
    *ret = suite_text("%s", proc_out(proc));
    proc_finish(proc, *ret_status);
    for (const char *check = *ret; (check = strstr(check, "{\"check\":\"")); check++) {
        ck_assert_int_eq(
            sscanf(check, "{\"check\":\"%31[^\"]\",\"verdict\":\"%7[^\"]", name, verdict), 2);
        if (strcmp(verdict, "ok") != 0 && strcmp(verdict, "skip") != 0)
            found = suite_text("%s%s%s %s", found, *found ? ", " : "", name, verdict);
    }
    return found;
}

/* WANT is "check verdict" or "", WORDS are in the evidence, MEND in the command. */
static void finds(const char *socket, const char *want, const char *words, const char *mend)
{
    const char *whole, *found;
    int status;

    found = doctor(socket, &status, &whole);
    ck_assert_msg(strcmp(found, want) == 0, "'%s' instead of '%s'", found, want);
    ck_assert_int_eq(status, strstr(want, "fail") ? 2 : strstr(want, "warn") ? 1 : 0);
    ck_assert_msg(strstr(whole, words) != NULL, "'%s' is not in %s", words, whole);
    ck_assert_msg(strstr(whole, mend) != NULL, "'%s' is not in %s", mend, whole);
}

/* One thing spoilt: TEXT in place of what PATH holds, or its mode, or, with neither, gone. */
static const struct seed {
    const char *want, *path, *text;
    mode_t mode;
    const char *words, *mend;
} seeds[] = {
    {"user fail", "etc/passwd", "root:x:0:0::/:/bin/sh\n", 0, "no user snped", "systemd-sysusers"},
    {"user fail", "etc/group", "root:x:0:\n", 0, "no group snpe", "systemd-sysusers"},
    {"unit fail", "units/snped.service", "LoadState=not-found\n", 0, "is not-found", "install"},
    {"unit fail", "units/snped.service", "LoadState=masked\n", 0, "is masked", "unmask"},
    {"unit-changed warn", "units/snped.service", "LoadState=loaded\nNeedDaemonReload=yes\n", 0,
     "changed on the disk", "systemctl daemon-reload"},
    {"unit-enabled warn", "units/snped.socket", "LoadState=loaded\nUnitFileState=disabled\n", 0,
     "is disabled", "enable --now snped.socket"},
    {"unit-failed fail", "units/snped.service",
     "LoadState=loaded\nActiveState=failed\nResult=exit-code\n", 0, "has failed: exit-code",
     "reset-failed"},
    {"unit-files warn", "units/snped.service", "LoadState=loaded\nLimitNOFILE=1024\n", 0,
     "LimitNOFILE is 1024", "LimitNOFILE=65536"},
    {"settings fail", "etc/snped/snped.conf", "[queue]\ndepth = 0\n", 0,
     "snped.conf:2: [queue] depth", "snpectl reload"},
    {"settings fail", "etc/snped/models.d/relu.conf", "[model]\nwarm_runs = x\n", 0,
     "relu.conf:2: [model] warm_runs", "snpectl reload"},
    {"settings-rights fail", "etc/snped/snped.conf", NULL, 0666, "written by others", "chmod go-w"},
    {"settings-rights fail", "etc/snped/models.d", NULL, 0777, "written by others", "chmod go-w"},
    {"repository fail", "var/lib/snped/models", NULL, 0700, "cannot read", "chmod a+rx"},
    {"model-files warn", "var/lib/snped/models/relu.dlc", NULL, 0600, "relu.dlc", "chmod a+r"},
    {"cache warn", "var/cache/snped", NULL, 0755, "cannot write", "install -d -o snped"},
    {"cache warn", "var/cache/snped", NULL, 0, "No such file", "install -d -o snped"},
    {"nodes warn", "dev/kgsl-3d0", NULL, 0600, "may not open", "udev"},
    {"nodes warn", "dev/dma_heap/system", NULL, 0600, "may not open", "udev"},
    {"remoteproc warn", "sys/class/remoteproc/remoteproc0/recovery", "disabled\n", 0,
     "recovery of /sys/class/remoteproc/remoteproc0 is disabled", "echo enabled"},
    {"remoteproc fail", "sys/class/remoteproc/remoteproc0/state", "crashed\n", 0, "has crashed",
     "echo start"},
    {"opencl warn", "etc/OpenCL/vendors/gpu.icd", "/opt/libgone.so\n", 0, "/opt/libgone.so",
     "sudo rm"},
    {"opencl warn", "usr/lib/aarch64/libgpu.so.1", NULL, 0, "names libgpu.so.1", "sudo rm"},
    {"governor warn", "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "powersave\n", 0,
     "powersave", "echo schedutil"},
    {"clock warn", "sys/devices/system/clocksource/clocksource0/current_clocksource", "hpet\n", 0,
     "is hpet", "clocksource=tsc"},
    {"memory warn", "proc/meminfo", "MemTotal: 4000000 kB\nMemAvailable:   1000 kB\n", 0,
     "of memory are available", "snpectl unload"},
    {"overcommit warn", "proc/sys/vm/overcommit_memory", "2\n", 0, "is 2", "sysctl"},
    {"denials warn", "var/log/audit/audit.log",
     "type=AVC avc: denied { map } for pid=1 comm=\\\"snped\\\"\n", 0, "denied { map }",
     "ausearch"},
};

static const char *gone(const struct seed *seed)
{
    return suite_text("%s.gone", at(seed->path));
}

static void spoil(const struct seed *seed)
{
    if (seed->mode)
        ck_assert_int_eq(chmod(at(seed->path), seed->mode), 0);
    else
        ck_assert_int_eq(rename(at(seed->path), gone(seed)), 0);
    if (seed->text)
        put(seed->path, seed->text, 0644);
}

static void restore(const struct seed *seed)
{
    for (size_t i = 0; i < ARRAY_SIZE(machine); i++)
        if (seed->mode && strcmp(machine[i].path, seed->path) == 0)
            chmod(at(seed->path), machine[i].mode);
    if (!seed->mode)
        ck_assert_int_eq(rename(gone(seed), at(seed->path)), 0);
}

START_TEST(a_healthy_machine_has_nothing_found_and_each_fault_is_named_alone)
{
    struct house house;

    make_machine();
    house_open(&house, "");
    proc_wait_err(house.proc, "published at");
    finds(house.socket, "", "\"check\":\"socket\",\"verdict\":\"ok\"", "\"remedy\":\"\"");
    for (size_t i = 0; i < ARRAY_SIZE(seeds); i++) {
        spoil(&seeds[i]);
        finds(house.socket, seeds[i].want, seeds[i].words, seeds[i].mend);
        restore(&seeds[i]);
    }
    finds(house.socket, "", "", "");
    house_close(&house);
    suite_remove("root");
}
END_TEST

static void leave_stale_socket(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path);
    ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(chmod(path, 0660), 0);
    close(fd);
}

START_TEST(a_socket_that_leads_nowhere_is_named)
{
    make_machine();
    finds(suite_path("none"), "socket fail", "No such file", "systemctl start snped.socket");
    suite_write(suite_path("file"), "", 0);
    finds(suite_path("file"), "socket fail", "is no socket", "systemctl restart snped.socket");
    leave_stale_socket(suite_path("stale"));
    finds(suite_path("stale"), "socket fail", "nobody listens", "systemctl restart snped.socket");
    suite_remove("file");
    suite_remove("stale");
    suite_remove("root");
}
END_TEST

START_TEST(what_is_wrong_with_the_daemon_is_named)
{
    struct house house;

    make_machine();
    house_open(&house, "[daemon]\nsocket_mode = 0666\n");
    finds(house.socket, "socket-rights warn", "everybody may connect", "chmod 0660");
    house_close(&house);

    house_open(&house, "[events]\nenabled = no\n");
    finds(house.socket, "events warn", "publishes no events", "journalctl -u snped");
    put("etc/snped/snped.conf", "[events]\nenabled = no\n", 0644);
    finds(house.socket, "", "", "");
    house_close(&house);
    put("etc/snped/snped.conf", "[daemon]\n", 0644);

    mkdir(suite_path("models.d"), 0755);
    suite_write(suite_path("models.d/bad.conf"), "[model]\n", 8);
    house_begin(&house, "");
    proc_expect_log(house.proc, "model bad:");
    proc_wait_notify(house.proc, "READY=1");
    finds(house.socket, "models fail", "model bad: ", "snpectl load bad");
    house_close(&house);
    suite_remove("root");
}
END_TEST

START_TEST(a_daemon_of_another_version_is_named)
{
    static struct fake fake;

    make_machine();
    put("etc/snped/snped.conf", "[events]\nenabled = no\n", 0644);
    fake_start(&fake, "sock");
    ck_assert_int_eq(chmod(fake.path, 0660), 0);
    finds(fake.path, "version warn, models fail" /* it has one */, "the daemon is fake 1",
          "install one version");
    fake_end(&fake);
    suite_remove("root");
}
END_TEST

START_TEST(people_are_shown_what_is_wrong_and_all_if_they_want)
{
    struct house house;
    struct proc *proc;

    make_machine();
    house_open(&house, "");
    put("proc/sys/vm/overcommit_memory", "2\n", 0644);
    proc = start_doctor(house.socket, NULL);
    ck_assert_int_eq(proc_wait(proc), 1);
    ck_assert_int_eq(strncmp(proc_out(proc), "warn  overcommit ", 17), 0);
    ck_assert_ptr_nonnull(
        strstr(proc_out(proc), "      mend by:        sudo sysctl vm.overcommit_memory=0\n"));
    ck_assert_ptr_nonnull(strstr(proc_out(proc), "1 to be looked at, 0 failed; --all lists them"));
    proc_finish(proc, 1);
    proc = start_doctor(house.socket, "--all");
    proc_wait_out(proc, "ok    socket");
    proc_finish(proc, 1);
    house_close(&house);
    suite_remove("root");
}
END_TEST

SUITE(a_healthy_machine_has_nothing_found_and_each_fault_is_named_alone,
      a_socket_that_leads_nowhere_is_named, what_is_wrong_with_the_daemon_is_named,
      a_daemon_of_another_version_is_named, people_are_shown_what_is_wrong_and_all_if_they_want);
