#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "base/blob.h"
#include "tests/support/faults.h"

START_TEST(a_blob_is_aligned_and_knows_its_size)
{
    struct blob *blob = blob_new(100);

    ck_assert_uint_eq((uintptr_t)blob_base(blob) % 64, 0);
    ck_assert_uint_eq(blob_size(blob), 100);
    memset(blob_base(blob), 1, 100);
    blob_unref(blob);
    blob_unref(NULL);
}
END_TEST

START_TEST(a_blob_may_be_empty_but_not_endless)
{
    _cleanup_(blob_unrefp) struct blob *blob = blob_new(0);

    ck_assert_ptr_nonnull(blob);
    ck_assert_uint_eq(blob_size(blob), 0);
    ck_assert_ptr_null(blob_new(SIZE_MAX));
    ck_assert_ptr_null(blob_new(SIZE_MAX - 64));
}
END_TEST

#define N_OWNERS 4

/* Each reads what the maker wrote; the last to let go frees (ThreadSanitizer looks on). */
static void *own(void *context)
{
    struct blob *blob = context;

    for (int i = 0; i < 1000; i++) {
        struct blob *other = blob_ref(blob);

        ck_assert_uint_eq(*(unsigned char *)blob_base(other), 7);
        blob_unref(other);
    }
    blob_unref(blob);
    return NULL;
}

START_TEST(owners_on_many_threads_let_go)
{
    struct blob *blob = blob_new(1);
    pthread_t threads[N_OWNERS];

    *(unsigned char *)blob_base(blob) = 7;
    for (int i = 0; i < N_OWNERS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, own, blob_ref(blob)), 0);
    blob_unref(blob);
    for (int i = 0; i < N_OWNERS; i++)
        pthread_join(threads[i], NULL);
}
END_TEST

static int make(void *context)
{
    struct blob *blob = blob_new(10);

    (void)context;
    blob_unref(blob);
    return blob ? 0 : -ENOMEM;
}

START_TEST(the_end_of_memory_is_null)
{
    faults_each(make, NULL);
}
END_TEST

SUITE_WITH_FAULTS(a_blob_is_aligned_and_knows_its_size, a_blob_may_be_empty_but_not_endless,
                  owners_on_many_threads_let_go, the_end_of_memory_is_null);
