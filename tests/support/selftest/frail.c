/*
 * A program for test_faults.c. At first it allocates in several ways, on two threads; then it says
 * "ready" and answers each line on stdin with "ok" after four allocations, or with "no memory".
 * What cannot be had at the beginning ends it with a sentence and 1. frail            does all that
 *   frail careless   does not look at what one malloc returned, and ends
 *   frail mute       ends with 1 and no word when memory is out
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool is_mute;

static int give_up(const char *what)
{
    if (!is_mute)
        fprintf(stderr, "frail: no memory for %s\n", what);
    return 1;
}

static void *allocate_some(void *context)
{
    char *one = strdup("one"), *more = one ? realloc(one, 1000) : NULL;

    free(more ? more : one);
    return more ? context : NULL;
}

static bool use_a_thread(void)
{
    pthread_t thread;
    void *result;

    if (pthread_create(&thread, NULL, allocate_some, &is_mute) != 0)
        return false;
    pthread_join(thread, &result);
    return result && allocate_some(&is_mute);
}

static bool use_memory_files(void)
{
    int fd = memfd_create("frail", MFD_CLOEXEC);
    void *base = MAP_FAILED;

    if (fd >= 0 && ftruncate(fd, 4096) == 0)
        base = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
    if (base != MAP_FAILED)
        munmap(base, 4096);
    if (fd >= 0)
        close(fd);
    return base != MAP_FAILED;
}

static int be_careless(void)
{
    char *text = malloc(100);

    (void)snprintf(text, 100, "%s", "careless");
    puts(text);
    free(text);
    return 0;
}

static bool answer(void)
{
    void *parts[] = {malloc(10), calloc(2, 10), aligned_alloc(64, 64), NULL};
    bool fine = posix_memalign(&parts[3], 64, 64) == 0 && parts[0] && parts[1] && parts[2];

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        free(parts[i]);
    return fine;
}

static void serve(void)
{
    static char in[64], out[64];
    char line[64];

    setvbuf(stdin, in, _IOFBF, sizeof(in));
    setvbuf(stdout, out, _IOLBF, sizeof(out));
    puts("ready");
    while (fgets(line, sizeof(line), stdin))
        puts(answer() ? "ok" : "no memory");
}

int main(int argc, char **argv)
{
    const char *how = argc > 1 ? argv[1] : "";

    if (strcmp(how, "careless") == 0)
        return be_careless();
    is_mute = strcmp(how, "mute") == 0;
    if (!use_a_thread())
        return give_up("a thread");
    if (!use_memory_files())
        return give_up("a memory file");
    serve();
    return 0;
}
