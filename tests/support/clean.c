#include "tests/support/clean.h"

#include <dirent.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/base.h"
#include "tests/support/suite.h"

#define PATIENCE_MS 1000

struct thing {
    char *name;
    unsigned long amount;
};

struct clean {
    struct thing *things;
    size_t n_things;
};

static unsigned long amount_of(const struct clean *clean, const char *name)
{
    for (size_t i = 0; i < clean->n_things; i++)
        if (strcmp(clean->things[i].name, name) == 0)
            return clean->things[i].amount;
    return 0;
}

static void add(struct clean *clean, unsigned long amount, const char *kind, const char *name)
{
    char *key = NULL;
    struct thing *more;

    if (asprintf(&key, "%s %s", kind, name) < 0)
        abort();
    for (size_t i = 0; i < clean->n_things; i++) {
        if (strcmp(clean->things[i].name, key) == 0) {
            clean->things[i].amount += amount;
            free(key);
            return;
        }
    }
    more = realloc(clean->things, (clean->n_things + 1) * sizeof(*more));
    if (!more)
        abort();
    clean->things = more;
    clean->things[clean->n_things++] = (struct thing){key, amount};
}

/* The directory is walked by its own fd, which does not count. */
static void add_fds(struct clean *clean, pid_t pid, const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        char target[4096], *inode;
        ssize_t n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);

        if (n < 0 || (pid == getpid() && strtol(entry->d_name, NULL, 10) == dirfd(dir)))
            continue;
        target[n] = 0;
        inode = strchr(target, '[');
        /* Of "socket:[4711]" the number says nothing; "anon_inode:[eventpoll]" stays. */
        if (inode && inode > target && inode[-1] == ':' && strspn(inode + 1, "0123456789"))
            inode[-1] = 0;
        add(clean, 1, "file descriptor on", target);
    }
    if (dir)
        closedir(dir);
}

/* libc maps these when it first needs them and keeps them. */
static bool is_of_libc(const char *name)
{
    return strncmp(name, "/usr/lib/locale/", 16) == 0 || strstr(name, "/gconv-modules.cache");
}

struct mapping {
    unsigned long size;
    char flags[5];
    char name[4096];
};

static bool read_mapping(FILE *file, struct mapping *mapping)
{
    char line[4352];
    unsigned long from, to;
    int at = 0;

    if (!fgets(line, sizeof(line), file))
        return false;
    if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %n", &from, &to, mapping->flags, &at) < 3 || !at)
        return false;
    line[strcspn(line, "\n")] = 0;
    mapping->size = to - from;
    (void)snprintf(mapping->name, sizeof(mapping->name), "%s", line + at);
    return true;
}

/* A file of which some part is executable is a program or a library. */
static void add_mappings(struct clean *clean, const char *path)
{
    struct clean code = {0};
    struct mapping mapping;

    for (int pass = 0; pass < 2; pass++) {
        FILE *file = fopen(path, "re");

        while (file && read_mapping(file, &mapping)) {
            if (pass == 0 && mapping.flags[2] == 'x')
                add(&code, 1, "code", mapping.name);
            if (pass == 0 || (mapping.flags[3] != 's' && mapping.name[0] != '/'))
                continue;
            if (!amount_of(&code, suite_text("code %s", mapping.name)) && !is_of_libc(mapping.name))
                add(clean, mapping.size, "bytes mapped of", mapping.name);
        }
        if (file)
            fclose(file);
    }
    for (size_t i = 0; i < code.n_things; i++)
        free(code.things[i].name);
    free(code.things);
}

static void add_children(struct clean *clean, const char *path)
{
    FILE *file = fopen(path, "re");
    int pid;

    while (file && fscanf(file, "%d", &pid) == 1)
        add(clean, 1, "child", "process");
    if (file)
        fclose(file);
}

static void add_threads(struct clean *clean, pid_t pid)
{
    DIR *dir = opendir(suite_text("/proc/%d/task", pid));
    struct dirent *entry;

    while (dir && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
#ifndef __SANITIZE_THREAD__ /* it has a thread of its own, which begins when it likes */
        add(clean, 1, "thread", "running");
#endif
        add_children(clean, suite_text("/proc/%d/task/%s/children", pid, entry->d_name));
    }
    if (dir)
        closedir(dir);
}

static void add_files(struct clean *clean, const char *path)
{
    DIR *dir = path ? opendir(path) : NULL;
    struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            add(clean, 1, "file", entry->d_name);
    if (dir)
        closedir(dir);
}

struct clean *clean_take(pid_t pid, const char *dir)
{
    struct clean *clean = calloc(1, sizeof(*clean));

    if (!clean)
        abort();
    add_fds(clean, pid, suite_text("/proc/%d/fd", pid));
    add_mappings(clean, suite_text("/proc/%d/maps", pid));
    add_threads(clean, pid);
    add_files(clean, dir);
    return clean;
}

void clean_free(struct clean *clean)
{
    if (!clean)
        return;
    for (size_t i = 0; i < clean->n_things; i++)
        free(clean->things[i].name);
    free(clean->things);
    free(clean);
}

/* A line for each thing whose amount differs, looked up by the names of NAMES. */
static void list_differences(const struct clean *names, const struct clean *before,
                             const struct clean *after, bool only_new, FILE *out)
{
    for (size_t i = 0; i < names->n_things; i++) {
        const char *name = names->things[i].name;
        unsigned long was = amount_of(before, name), is = amount_of(after, name);

        if (was != is && !(only_new && was))
            fprintf(out, "\n  %s: %lu before, %lu after", name, was, is);
    }
}

/* NULL if there are none. */
static char *differences(const struct clean *before, const struct clean *after)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        abort();
    list_differences(before, before, after, false, out);
    list_differences(after, before, after, true, out);
    fclose(out);
    if (size)
        return text;
    free(text);
    return NULL;
}

/*
 * A thread that was joined, and whatever another process was told to let go of, takes a moment to
 * be gone. What this process did itself is done.
 */
static bool may_settle(pid_t pid, const char *text)
{
    return pid != getpid() || strstr(text, "thread running");
}

void clean_after(const struct clean *before, pid_t pid, const char *dir)
{
    for (int ms = 0;; ms++) {
        struct clean *after = clean_take(pid, dir);
        char *text = differences(before, after);

        clean_free(after);
        if (text && (ms == PATIENCE_MS || !may_settle(pid, text)))
            ck_abort_msg("not clean afterwards:%s", text);
        free(text);
        if (!text)
            return;
        poll(NULL, 0, 1);
    }
}
