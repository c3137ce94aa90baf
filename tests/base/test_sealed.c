#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/sealed.h"
#include "tests/support/faults.h"

START_TEST(sealed_memory_keeps_its_size)
{
    _cleanup_(close_fdp) int fd = -1;
    size_t size = 0;
    char *base;
    void *mapped;

    ck_assert_int_eq(sealed_new("test", 5000, &fd), 0);
    ck_assert_int_eq(fcntl(fd, F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(ftruncate(fd, 4999), -1);
    ck_assert_int_eq(ftruncate(fd, 5001), -1);
    ck_assert_int_eq(sealed_check(fd, &size, NULL), 0);
    ck_assert_uint_eq(size, 5000);
    ck_assert_int_eq(sealed_map(fd, size, 1, &mapped), 0);
    base = mapped;
    ck_assert_int_eq(base[4999], 0);
    base[4999] = 'x';
    ck_assert_int_eq(pread(fd, &size, 1, 4999), 1);
    ck_assert_int_eq((char)size, 'x');
    sealed_unmap(mapped, 5000);
    sealed_unmap(NULL, 0);
}
END_TEST

START_TEST(sizes_that_are_none_are_refused)
{
    int fd = -7;

    ck_assert_int_eq(sealed_new("test", 0, &fd), -EINVAL);
    ck_assert_int_eq(sealed_new("test", SIZE_MAX, &fd), -EINVAL);
    ck_assert_int_eq(fd, -7);
}
END_TEST

/* SEALS on a memfd of SIZE bytes; what sealed_check says. */
static int check_memfd(unsigned int flags, int seals, off_t size, struct fault *fault)
{
    _cleanup_(close_fdp) int fd = memfd_create("test", MFD_CLOEXEC | flags);
    size_t got;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(ftruncate(fd, size), 0);
    ck_assert(seals == 0 || fcntl(fd, F_ADD_SEALS, seals) == 0);
    return sealed_check(fd, &got, fault);
}

START_TEST(a_missing_seal_is_named)
{
    struct fault fault;

    ck_assert_int_eq(check_memfd(MFD_ALLOW_SEALING, F_SEAL_SHRINK, 10, &fault), E_REGION_UNSEALED);
    ck_assert_str_eq(fault.text, "the memory lacks F_SEAL_GROW: add it with F_ADD_SEALS");
    ck_assert_int_eq(check_memfd(MFD_ALLOW_SEALING, F_SEAL_GROW, 10, &fault), E_REGION_UNSEALED);
    ck_assert_str_eq(fault.text, "the memory lacks F_SEAL_SHRINK: add it with F_ADD_SEALS");
    ck_assert_int_eq(check_memfd(MFD_ALLOW_SEALING, 0, 10, &fault), E_REGION_UNSEALED);
    ck_assert_str_eq(fault.text,
                     "the memory lacks F_SEAL_SHRINK and F_SEAL_GROW: add it with F_ADD_SEALS");
    ck_assert_int_eq(check_memfd(0, 0, 10, &fault), E_REGION_UNSEALED);
    ck_assert_int_eq(check_memfd(MFD_ALLOW_SEALING, F_SEAL_SHRINK | F_SEAL_GROW, 0, &fault),
                     -EINVAL);
    ck_assert_ptr_nonnull(strstr(fault.text, "empty"));
    ck_assert_int_eq(
        check_memfd(MFD_ALLOW_SEALING, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 10, &fault), 0);
}
END_TEST

START_TEST(huge_pages_are_refused)
{
    int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_HUGETLB);
    struct fault fault;
    size_t size;

    if (fd < 0) {
        suite_skip("this kernel has no huge pages");
        return;
    }
    ck_assert_int_eq(ftruncate(fd, 1 << 21), 0);
    ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW), 0);
    ck_assert_int_eq(sealed_check(fd, &size, &fault), E_REGION_UNSEALED);
    ck_assert_ptr_nonnull(strstr(fault.text, "MFD_HUGETLB"));
    close(fd);
}
END_TEST

static int check_path(const char *path, int flags)
{
    _cleanup_(close_fdp) int fd = open(path, flags | O_CLOEXEC, 0600);
    size_t size;

    return sealed_check(fd, &size, NULL);
}

START_TEST(what_is_no_memory_is_refused)
{
    int ends[2];
    size_t size;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(sealed_check(ends[0], &size, NULL), E_REGION_UNSEALED);
    close(ends[0]);
    close(ends[1]);
    ck_assert_int_eq(check_path("/dev/zero", O_RDWR), E_REGION_UNSEALED);
    ck_assert_int_eq(check_path("/proc/self/exe", O_RDONLY), E_REGION_UNSEALED);
    ck_assert_int_eq(check_path("/", O_RDONLY), E_REGION_UNSEALED);
    ck_assert_int_eq(check_path("/dev/shm", O_RDWR | O_TMPFILE), E_REGION_UNSEALED);
    ck_assert_int_eq(sealed_check(-1, &size, NULL), -EBADF);
}
END_TEST

START_TEST(what_is_read_only_is_not_mapped_for_writing)
{
    _cleanup_(close_fdp) int fd = -1, reader = -1;
    void *base = NULL;

    ck_assert_int_eq(sealed_new("test", 10, &fd), 0);
    reader = open(suite_text("/proc/self/fd/%d", fd), O_RDONLY | O_CLOEXEC);
    ck_assert_int_ge(reader, 0);
    ck_assert_int_eq(sealed_map(reader, 10, 1, &base), -EACCES);
    ck_assert_ptr_null(base);
    ck_assert_int_eq(sealed_map(reader, 10, 0, &base), 0);
    sealed_unmap(base, 10);
}
END_TEST

START_TEST(a_copy_is_whole_and_private)
{
    _cleanup_(close_fdp) int fd = -1;
    void *copy;
    size_t size;

    suite_write(suite_path("file"), "twelve bytes", 12);
    fd = open(suite_path("file"), O_RDWR | O_CLOEXEC);
    lseek(fd, 5, SEEK_SET);
    ck_assert_int_eq(sealed_copy(fd, 11, &copy, &size), -EFBIG);
    ck_assert_int_eq(sealed_copy(fd, 12, &copy, &size), 0);
    ck_assert_uint_eq(size, 12);
    ck_assert_uint_eq((uintptr_t)copy % MEM_ALIGN, 0);
    ck_assert_int_eq(pwrite(fd, "XXXXXX", 6, 0), 6);
    ck_assert_int_eq(memcmp(copy, "twelve bytes", 12), 0);
    ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 5);
    mem_free(copy);
    ck_assert_int_eq(ftruncate(fd, 0), 0);
    ck_assert_int_eq(sealed_copy(fd, 0, &copy, &size), 0);
    ck_assert_uint_eq(size, 0);
    ck_assert_ptr_nonnull(copy);
    mem_free(copy);
    suite_remove("file");
}
END_TEST

static int copy_path(const char *path)
{
    _cleanup_(close_fdp) int fd = open(path, O_RDONLY | O_CLOEXEC);
    void *copy = NULL;
    size_t size;
    int r = sealed_copy(fd, 100, &copy, &size);

    ck_assert_ptr_null(copy);
    return r;
}

START_TEST(what_has_no_bytes_to_go_back_to_is_not_copied)
{
    int ends[2];
    void *copy;
    size_t size;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_eq(sealed_copy(ends[0], 100, &copy, &size), -ESPIPE);
    close(ends[0]);
    close(ends[1]);
    ck_assert_int_eq(copy_path("/"), -EISDIR);
    ck_assert_int_eq(copy_path("/dev/zero"), -ESPIPE);
    ck_assert_int_eq(sealed_copy(-1, 100, &copy, &size), -EBADF);
}
END_TEST

/* It says how large it is and then has fewer bytes: as a file that is cut while it is read. */
START_TEST(a_file_that_ends_early_gives_what_it_has)
{
    _cleanup_(close_fdp) int fd =
        open("/sys/kernel/mm/transparent_hugepage/enabled", O_RDONLY | O_CLOEXEC);
    void *copy;
    size_t size;

    if (fd < 0) {
        suite_skip("this kernel has no such file");
        return;
    }
    ck_assert_int_eq(sealed_copy(fd, 1 << 20, &copy, &size), 0);
    ck_assert_uint_gt(size, 0);
    ck_assert_uint_lt(size, 4096);
    mem_free(copy);
}
END_TEST

static int make_and_copy(void *context)
{
    _cleanup_(close_fdp) int fd = -1;
    void *base = NULL, *copy = NULL;
    size_t size;
    int r = sealed_new("test", 100, &fd);

    (void)context;
    if (r == 0)
        r = sealed_map(fd, 100, 1, &base);
    if (r == 0)
        r = sealed_copy(fd, 100, &copy, &size);
    sealed_unmap(base, 100);
    mem_free(copy);
    return r;
}

START_TEST(all_of_it_bears_the_end_of_memory)
{
    faults_each(make_and_copy, NULL);
}
END_TEST

SUITE_WITH_FAULTS(sealed_memory_keeps_its_size, sizes_that_are_none_are_refused,
                  a_missing_seal_is_named, huge_pages_are_refused, what_is_no_memory_is_refused,
                  what_is_read_only_is_not_mapped_for_writing, a_copy_is_whole_and_private,
                  what_has_no_bytes_to_go_back_to_is_not_copied,
                  a_file_that_ends_early_gives_what_it_has, all_of_it_bears_the_end_of_memory);
