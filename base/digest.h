#pragma once
/*
 * BLAKE2b with 256 bits, what `b2sum -l 256` prints: the identity of models and the key of caches.
 */
#include <stddef.h>
#include <stdint.h>

#define DIGEST_SIZE      32
#define DIGEST_TEXT_SIZE 65

struct digest {
    uint8_t bytes[DIGEST_SIZE];
};

void digest_of(const void *base, size_t size, struct digest *ret);
const char *digest_text(const struct digest *digest,
                        char out[DIGEST_TEXT_SIZE]); /* lower-case hex */
