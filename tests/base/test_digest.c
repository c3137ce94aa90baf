#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "tests/support/suite.h"

static const char *text_of(const void *base, size_t size)
{
    static char text[DIGEST_TEXT_SIZE];
    struct digest digest;

    digest_of(base, size, &digest);
    return digest_text(&digest, text);
}

/* printf '' | b2sum -l 256, and so on; Python's hashlib.blake2b(..., digest_size=32) agrees. */
START_TEST(digests_are_those_of_b2sum)
{
    unsigned char bytes[256], *many = malloc(1000000);

    for (int i = 0; i < 256; i++)
        bytes[i] = (unsigned char)i;
    memset(many, 'a', 1000000);
    ck_assert_str_eq(text_of("", 0),
                     "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    ck_assert_str_eq(text_of("abc", 3),
                     "bddd813c634239723171ef3fee98579b94964e3bb1cb3e427262c8c068d52319");
    ck_assert_str_eq(text_of(bytes, sizeof(bytes)),
                     "39a7eb9fedc19aabc83425c6755dd90e6f9d0c804964a1f4aaeea3b9fb599835");
    ck_assert_str_eq(text_of(many, 1000000),
                     "0741850f36cba4259628355d1073e24ddb9ca0e1bfac36fd39ae5dc2101e23a4");
    free(many);
}
END_TEST

SUITE(digests_are_those_of_b2sum);
