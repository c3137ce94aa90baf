/*
 * A fuzz target without a fuzzer: runs it over every file of a corpus, whole and cut short at up to
 * MOST_CUTS places. Each input lies in a block of exactly its size, so that a read beyond its end
 * is seen. Exit 1 if the corpus cannot be read or holds nothing.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base.h"

#define MOST_CUTS 256

int LLVMFuzzerTestOneInput(const uint8_t *base, size_t size);

static bool run(const uint8_t *base, size_t size)
{
    _cleanup_(freep) uint8_t *exact = malloc(size);

    if (!exact && size)
        return false;
    if (size)
        memcpy(exact, base, size);
    (void)LLVMFuzzerTestOneInput(exact, size);
    return true;
}

static bool run_file(int dir_fd, const char *name)
{
    _cleanup_(close_fdp) int fd = openat(dir_fd, name, O_RDONLY | O_CLOEXEC);
    _cleanup_(freep) uint8_t *base = NULL;
    struct stat st;
    size_t size;

    if (fd < 0 || fstat(fd, &st) < 0)
        return false;
    size = (size_t)st.st_size;
    base = malloc(size + 1);
    if (!base || read(fd, base, size) != (ssize_t)size)
        return false;
    /* The last name on stderr is the culprit's. */
    fprintf(stderr, "%s\n", name);
    for (size_t cut = 0; cut < size; cut += size / MOST_CUTS + 1)
        if (!run(base, cut))
            return false;
    return run(base, size);
}

int main(int argc, char **argv)
{
    DIR *dir = argc == 2 ? opendir(argv[1]) : NULL;
    struct dirent *entry;
    size_t n = 0;
    bool fine = dir;

    while (fine && (entry = readdir(dir))) {
        if (entry->d_name[0] == '.')
            continue;
        fine = run_file(dirfd(dir), entry->d_name);
        n++;
    }
    if (dir)
        closedir(dir);
    printf("%zu inputs%s\n", n, fine ? "" : ", and one that cannot be read");
    return fine && n ? EXIT_SUCCESS : EXIT_FAILURE;
}
