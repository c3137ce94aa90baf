#pragma once
/*
 * What kernels ask of the vector unit, as wide as the file's flags allow: 16 bytes with none. A
 * multiply-add is fused only where the name of the file's instruction set says so; elsewhere the
 * build forbids it, so that the portable form gives the same bits on every machine.
 */
#include <stddef.h>
#include <string.h>

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#if defined(__AVX512F__)
#define VEC_LANES 16
#elif defined(__AVX2__)
#define VEC_LANES 8
#else
#define VEC_LANES 4
#endif

#define KERNEL_INLINE static inline __attribute__((always_inline))

typedef float vec __attribute__((vector_size(VEC_LANES * sizeof(float))));

KERNEL_INLINE vec vec_load(const float *from)
{
    vec v;

    memcpy(&v, from, sizeof(v));
    return v;
}

KERNEL_INLINE void vec_store(float *to, vec v)
{
    memcpy(to, &v, sizeof(v));
}

#if defined(__AVX2__) && !defined(__AVX512F__)
/* Set in the first N lanes. */
KERNEL_INLINE __m256i vec_mask(size_t n)
{
    const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);

    return _mm256_cmpgt_epi32(_mm256_set1_epi32((int)n), lanes);
}
#endif

/* The first N lanes, or all if N is more; the others are 0. */
KERNEL_INLINE vec vec_load_some(const float *from, size_t n)
{
    vec v = {0};

    if (n >= VEC_LANES)
        return vec_load(from);
#if defined(__AVX512F__)
    v = (vec)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), from);
#elif defined(__AVX2__)
    v = (vec)_mm256_maskload_ps(from, vec_mask(n));
#else
    for (size_t i = 0; i < VEC_LANES; i++)
        v[i] = i < n ? from[i] : 0;
#endif
    return v;
}

KERNEL_INLINE void vec_store_some(float *to, vec v, size_t n)
{
    if (n >= VEC_LANES) {
        vec_store(to, v);
        return;
    }
#if defined(__AVX512F__)
    _mm512_mask_storeu_ps(to, (__mmask16)((1u << n) - 1), (__m512)v);
#elif defined(__AVX2__)
    _mm256_maskstore_ps(to, vec_mask(n), (__m256)v);
#else
    for (size_t i = 0; i < n; i++)
        to[i] = v[i];
#endif
}

KERNEL_INLINE vec vec_all(float x)
{
    return x - (vec){0};
}

/* a * b + sum */
KERNEL_INLINE vec vec_madd(vec a, vec b, vec sum)
{
#if defined(__AVX512F__)
    return (vec)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)sum);
#elif defined(__FMA__)
    return (vec)_mm256_fmadd_ps((__m256)a, (__m256)b, (__m256)sum);
#else
    return a * b + sum;
#endif
}

/* At least LO, at most HI; a NaN passes. */
KERNEL_INLINE vec vec_clamp(vec v, vec lo, vec hi)
{
#if defined(__AVX512F__)
    v = (vec)_mm512_max_ps((__m512)lo, (__m512)v);
    return (vec)_mm512_min_ps((__m512)hi, (__m512)v);
#elif defined(__AVX2__)
    v = (vec)_mm256_max_ps((__m256)lo, (__m256)v);
    return (vec)_mm256_min_ps((__m256)hi, (__m256)v);
#elif defined(__SSE2__)
    v = (vec)_mm_max_ps((__m128)lo, (__m128)v);
    return (vec)_mm_min_ps((__m128)hi, (__m128)v);
#else
    for (int i = 0; i < VEC_LANES; i++) {
        v[i] = v[i] < lo[i] ? lo[i] : v[i];
        v[i] = v[i] > hi[i] ? hi[i] : v[i];
    }
    return v;
#endif
}

/* All lanes, added one after another. */
KERNEL_INLINE float vec_sum(vec v)
{
    float sum = v[0];

    for (int i = 1; i < VEC_LANES; i++)
        sum += v[i];
    return sum;
}
