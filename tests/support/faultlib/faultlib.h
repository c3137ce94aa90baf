#pragma once
/*
 * libfault.so, preloaded into a program under test, counts its allocations and makes them fail.
 * What tests use is faults.h; this is the contract between the two.
 *
 * A site is a place in the program that allocates, told apart by the innermost FAULT_DEPTH return
 * addresses, relative to their modules: the same in every run, while the order of allocations is
 * not as soon as there are threads. What ld.so asks for never fails, nor what is asked for outside
 * main.
 *
 *   SNPED_FAULT_PROGRAM   the file name of the program that is meant; in others the library rests
 *   SNPED_FAULT_CONTROL   a file of sizeof(struct fault_control) bytes, which is mapped
 *   SNPED_FAULT_LIST      a file to which each site is appended when it is met first:
 *                         "ID KIND MODULE+OFFSET MODULE+OFFSET ...", innermost first; MODULE is "-"
 *                         for the program itself. addr2line -fe MODULE OFFSET names the place
 *   SNPED_FAULT_SITE      the ID of the site that fails, the first time it is met
 *   SNPED_FAULT_MODE      from: after that everything fails, until `denying` is cleared
 *
 * Kinds: memory (malloc, calloc, realloc, posix_memalign, aligned_alloc: ENOMEM), map (mmap:
 * ENOMEM), memfd (memfd_create: ENOMEM), thread (pthread_create: EAGAIN).
 */
#include <stdatomic.h>
#include <stdint.h>

#define FAULT_DEPTH 5

struct fault_control {
    atomic_ullong n_made;   /* what was asked for in main, on any thread */
    atomic_ullong n_failed; /* how often it was refused */
    atomic_llong n_live;    /* pieces of memory that were not freed */
    atomic_llong countdown; /* the N-th from now fails; 0: none */
    atomic_uint denying;    /* everything fails */
    atomic_uint resting;    /* nothing fails */
};

/* Exported: the control file's mapping, or the library's own. */
struct fault_control *fault_control(void);
