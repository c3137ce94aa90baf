#include "base/digest.h"

#include <assert.h>

#include <sodium.h>

static_assert(DIGEST_TEXT_SIZE == 2 * DIGEST_SIZE + 1, "two digits a byte and a 0");

void digest_of(const void *base, size_t size, struct digest *ret)
{
    /*
     * It chooses the fastest form for this processor; any thread may call it, any number of times.
     * Should it fail, the portable form computes the same.
     */
    int r = sodium_init();

    (void)r;
    (void)crypto_generichash_blake2b(ret->bytes, DIGEST_SIZE, base, size, NULL, 0);
}

const char *digest_text(const struct digest *digest, char out[DIGEST_TEXT_SIZE])
{
    return sodium_bin2hex(out, DIGEST_TEXT_SIZE, digest->bytes, DIGEST_SIZE);
}
