#include "tests/support/faultlib/faultlib.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <unwind.h>

#define EXPORT  __attribute__((visibility("default")))
#define N_SITES 65536 /* a power of two */

typedef int main_fn(int argc, char **argv, char **env);

static struct fault_control own, *control = &own;
static const char *list_path;
static uint64_t site_to_fail;
static bool from_there, awake, in_main, with_sanitizer;
static _Atomic uint64_t sites_met[N_SITES];
static atomic_bool site_failed;

/* Set while this library itself is at work, whose own requests pass. */
static __thread bool inside __attribute__((tls_model("initial-exec")));

/* The next library's: libc's, or a sanitizer's. */
static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void *(*aligned_alloc)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void (*free)(void *);
    void *(*mmap)(void *, size_t, int, int, int, off_t);
    int (*memfd_create)(const char *, unsigned int);
    int (*pthread_create)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
} next;

/* What dlsym asks for while it looks up malloc comes from here and is never given back. */
static _Alignas(16) unsigned char early[4096];
static size_t early_used;

static bool is_early(const void *p)
{
    return (const unsigned char *)p >= early && (const unsigned char *)p < early + sizeof(early);
}

static void *early_alloc(size_t size)
{
    void *p = early + early_used;

    size = (size + 15) / 16 * 16;
    if (size > sizeof(early) - early_used)
        abort();
    early_used += size;
    return p;
}

/* False: this call comes from the look-up itself. */
static bool resolve(void)
{
    static bool resolving;

    if (next.pthread_create)
        return true;
    if (resolving)
        return false;
    resolving = true;
    *(void **)&next.malloc = dlsym(RTLD_NEXT, "malloc");
    *(void **)&next.calloc = dlsym(RTLD_NEXT, "calloc");
    *(void **)&next.realloc = dlsym(RTLD_NEXT, "realloc");
    *(void **)&next.aligned_alloc = dlsym(RTLD_NEXT, "aligned_alloc");
    *(void **)&next.posix_memalign = dlsym(RTLD_NEXT, "posix_memalign");
    *(void **)&next.free = dlsym(RTLD_NEXT, "free");
    *(void **)&next.mmap = dlsym(RTLD_NEXT, "mmap");
    *(void **)&next.memfd_create = dlsym(RTLD_NEXT, "memfd_create");
    *(void **)&next.pthread_create = dlsym(RTLD_NEXT, "pthread_create");
    return true;
}

/* A return address as module and offset. */
struct frame {
    const char *module;
    uintptr_t offset;
};

static struct frame frame_of(uintptr_t address)
{
    struct dl_find_object object;
    const char *name, *slash;

    if (_dl_find_object((void *)address, &object) != 0)
        return (struct frame){"?", 0};
    name = object.dlfo_link_map->l_name;
    slash = strrchr(name, '/');
    return (struct frame){*name ? slash ? slash + 1 : name : "-",
                          address - object.dlfo_link_map->l_addr};
}

struct stack {
    struct frame frames[FAULT_DEPTH];
    int n;
};

static _Unwind_Reason_Code add_frame(struct _Unwind_Context *context, void *arg)
{
    struct stack *stack = arg;
    struct frame frame = frame_of(_Unwind_GetIP(context));

    if (strcmp(frame.module, "libfault.so") == 0)
        return _URC_NO_REASON;
    stack->frames[stack->n++] = frame;
    return stack->n < FAULT_DEPTH ? _URC_NO_REASON : _URC_END_OF_STACK;
}

/* FNV-1a, 64 bits; never 0. */
static uint64_t hash(uint64_t sum, const void *base, size_t size)
{
    for (size_t i = 0; i < size; i++)
        sum = (sum ^ ((const unsigned char *)base)[i]) * 0x100000001b3;
    return sum ? sum : 1;
}

static uint64_t site_of(const char *kind, const struct stack *stack)
{
    uint64_t site = hash(0xcbf29ce484222325, kind, strlen(kind));

    for (int i = 0; i < stack->n; i++) {
        site = hash(site, stack->frames[i].module, strlen(stack->frames[i].module));
        site = hash(site, &stack->frames[i].offset, sizeof(stack->frames[i].offset));
    }
    return site;
}

/* True the first time. */
static bool meet(uint64_t site)
{
    for (size_t i = site % N_SITES;; i = (i + 1) % N_SITES) {
        uint64_t there = 0;

        if (atomic_compare_exchange_strong(&sites_met[i], &there, site))
            return true;
        if (there == site)
            return false;
    }
}

static void append_to_list(uint64_t site, const char *kind, const struct stack *stack)
{
    char line[1024];
    int n = snprintf(line, sizeof(line), "%016llx %s", (unsigned long long)site, kind);
    int fd = open(list_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

    for (int i = 0; i < stack->n && n < (int)sizeof(line) - 1; i++)
        n += snprintf(line + n, sizeof(line) - (size_t)n, " %s+0x%zx", stack->frames[i].module,
                      (size_t)stack->frames[i].offset);
    n = n < (int)sizeof(line) - 1 ? n : (int)sizeof(line) - 1;
    line[n++] = '\n';
    if (fd < 0 || write(fd, line, (size_t)n) != n)
        abort();
    close(fd);
}

static bool fails_at_site(const char *kind, const struct stack *stack)
{
    uint64_t site;

    if (!list_path && !site_to_fail)
        return false;
    site = site_of(kind, stack);
    if (list_path && meet(site))
        append_to_list(site, kind, stack);
    if (site != site_to_fail || atomic_exchange(&site_failed, true))
        return false;
    if (from_there)
        atomic_store(&control->denying, 1);
    return true;
}

static bool counts_down_to_zero(void)
{
    long long left = atomic_load(&control->countdown);

    while (left > 0 && !atomic_compare_exchange_weak(&control->countdown, &left, left - 1))
        ;
    return left == 1;
}

/* A sanitizer's library, which asks libc for this and that, does not bear a refusal. */
static bool is_of_sanitizer(const struct stack *stack)
{
    int i = 0;

    while (i < stack->n && strncmp(stack->frames[i].module, "libc.so", 7) == 0)
        i++;
    return i < stack->n && strncmp(stack->frames[i].module, "lib", 3) == 0 &&
           strstr(stack->frames[i].module, "san.so");
}

static bool decide(const char *kind)
{
    struct stack stack = {.n = 0};

    if (list_path || site_to_fail || with_sanitizer || atomic_load(&control->countdown) ||
        atomic_load(&control->denying))
        (void)_Unwind_Backtrace(add_frame, &stack);
    if (is_of_sanitizer(&stack))
        return false;
    atomic_fetch_add(&control->n_made, 1);
    if (!stack.n)
        return false;
    if (fails_at_site(kind, &stack) || counts_down_to_zero() || atomic_load(&control->denying))
        return !atomic_load(&control->resting);
    return false;
}

/* Shall this request fail? */
static bool refuse(const char *kind)
{
    bool refused;

    if (!awake || !in_main || inside)
        return false;
    inside = true;
    refused = decide(kind);
    inside = false;
    if (refused)
        atomic_fetch_add(&control->n_failed, 1);
    return refused;
}

/*
 * What ld.so asks for (threads' own storage, mostly) is handed on by a call in tail position,
 * because LeakSanitizer knows such memory by who called malloc, and takes it for leaked if we did.
 */
static bool is_linker(void *caller)
{
    return strncmp(frame_of((uintptr_t)caller).module, "ld-linux", 8) == 0;
}

static void *refused_memory(void)
{
    errno = ENOMEM;
    return NULL;
}

static void *count_live(void *p)
{
    if (p)
        atomic_fetch_add(&control->n_live, 1);
    return p;
}

EXPORT void *malloc(size_t size);
EXPORT void *calloc(size_t n, size_t size);
EXPORT void *realloc(void *p, size_t size);
EXPORT void *aligned_alloc(size_t align, size_t size);
EXPORT int posix_memalign(void **ret, size_t align, size_t size);
EXPORT void free(void *p);
EXPORT void *mmap(void *at, size_t size, int rights, int flags, int fd, off_t offset);
EXPORT int memfd_create(const char *name, unsigned int flags);
EXPORT int pthread_create(pthread_t *ret, const pthread_attr_t *attr, void *(*main)(void *),
                          void *context);
EXPORT int __libc_start_main(main_fn *main, int argc, char **argv, void (*init)(void),
                             void (*fini)(void), void (*rtld_fini)(void), void *stack_end);

void *malloc(size_t size)
{
    if (!resolve())
        return early_alloc(size);
    if (is_linker(__builtin_return_address(0)))
        return next.malloc(size);
    if (refuse("memory"))
        return refused_memory();
    return count_live(next.malloc(size));
}

void *calloc(size_t n, size_t size)
{
    if (!resolve())
        return early_alloc(n * size);
    if (is_linker(__builtin_return_address(0)))
        return next.calloc(n, size);
    if (refuse("memory"))
        return refused_memory();
    return count_live(next.calloc(n, size));
}

void *realloc(void *p, size_t size)
{
    void *moved;

    if (!resolve() || is_early(p))
        abort();
    if (is_linker(__builtin_return_address(0)))
        return next.realloc(p, size);
    if (size && refuse("memory"))
        return refused_memory();
    moved = next.realloc(p, size);
    if (!p)
        return count_live(moved);
    if (!size && !moved)
        atomic_fetch_sub(&control->n_live, 1);
    return moved;
}

void *aligned_alloc(size_t align, size_t size)
{
    if (!resolve())
        abort();
    if (is_linker(__builtin_return_address(0)))
        return next.aligned_alloc(align, size);
    if (refuse("memory"))
        return refused_memory();
    return count_live(next.aligned_alloc(align, size));
}

int posix_memalign(void **ret, size_t align, size_t size)
{
    int r;

    if (!resolve())
        abort();
    if (refuse("memory"))
        return ENOMEM;
    r = next.posix_memalign(ret, align, size);
    if (r == 0)
        (void)count_live(*ret);
    return r;
}

void free(void *p)
{
    if (!p || is_early(p) || !resolve())
        return;
    if (!is_linker(__builtin_return_address(0)))
        atomic_fetch_sub(&control->n_live, 1);
    next.free(p);
}

void *mmap(void *at, size_t size, int rights, int flags, int fd, off_t offset)
{
    if (!resolve())
        abort();
    if (refuse("map")) {
        errno = ENOMEM;
        return MAP_FAILED;
    }
    return next.mmap(at, size, rights, flags, fd, offset);
}

int memfd_create(const char *name, unsigned int flags)
{
    if (!resolve())
        abort();
    if (refuse("memfd")) {
        errno = ENOMEM;
        return -1;
    }
    return next.memfd_create(name, flags);
}

int pthread_create(pthread_t *ret, const pthread_attr_t *attr, void *(*main)(void *), void *context)
{
    if (!resolve())
        abort();
    if (refuse("thread"))
        return EAGAIN;
    return next.pthread_create(ret, attr, main, context);
}

EXPORT struct fault_control *fault_control(void)
{
    return control;
}

static void map_control(const char *path)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    void *base = fd < 0
                     ? MAP_FAILED
                     : next.mmap(NULL, sizeof(*control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

    if (base == MAP_FAILED)
        abort();
    close(fd);
    control = base;
}

static bool is_meant(const char *program)
{
    char self[4096];
    ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);

    if (!program || n < 0)
        return !program;
    self[n] = 0;
    return strcmp(strrchr(self, '/') + 1, program) == 0;
}

static void __attribute__((constructor)) init(void)
{
    const char *path = getenv("SNPED_FAULT_CONTROL"), *site = getenv("SNPED_FAULT_SITE");
    const char *mode = getenv("SNPED_FAULT_MODE");

    (void)resolve();
    if (!is_meant(getenv("SNPED_FAULT_PROGRAM")))
        return;
    if (path)
        map_control(path);
    list_path = getenv("SNPED_FAULT_LIST");
    site_to_fail = site ? strtoull(site, NULL, 16) : 0;
    with_sanitizer = dlsym(RTLD_NEXT, "__asan_init");
    from_there = mode && strcmp(mode, "from") == 0;
    awake = true;
}

static main_fn *program_main;

static int run_main(int argc, char **argv, char **env)
{
    int r;

    in_main = true;
    r = program_main(argc, argv, env);
    in_main = false; /* what exit handlers ask for is not the program's any more */
    return r;
}

int __libc_start_main(main_fn *main, int argc, char **argv, void (*init_fn)(void),
                      void (*fini)(void), void (*rtld_fini)(void), void *stack_end)
{
    int (*start)(main_fn *, int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

    *(void **)&start = dlsym(RTLD_NEXT, "__libc_start_main");
    program_main = main;
    return start(run_main, argc, argv, init_fn, fini, rtld_fini, stack_end);
}
