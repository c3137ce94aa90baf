#pragma once
/*
 * ZIP archives, as far as containers need them. Reads ordinary ZIP and ZIP64, stored and deflated
 * entries in any order; writes what the original tools write: ZIP64, stored, nothing aligned. Every
 * size is held against the bytes that are there before anything is allocated, every CRC is checked,
 * and a deflated archive may unfold to ZIP_RATIO_MAX times its size, no more.
 */
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"
#include "model/dlc/piece.h"

#define ZIP_ENTRIES_MAX 4096
#define ZIP_NAME_MAX    255
#define ZIP_BYTES_MAX   ((uint64_t)1 << 31) /* of one entry, and of all that unfold together */
#define ZIP_RATIO_MAX   16                  /* weights hardly shrink; what shrinks more is a bomb */
#define ZIP_STAMP_MIN   0x00210000u         /* the first day of DOS: 1980-01-01 */

struct zip_entry {
    const char *name; /* 1..ZIP_NAME_MAX bytes, unique in its archive */
    const void *base; /* lies in the archive's bytes if it was stored, else belongs to struct zip */
    size_t size;
    uint32_t stamp; /* DOS date << 16 | time */
    uint32_t crc;
};

struct zip {
    struct zip_entry *entries; /* by name, bytewise */
    size_t n_entries;
    char *names;
    void **unfolded; /* n_entries pointers, NULL for what was stored */
};

/* BYTES must stay as long as RET. 0, E_DLC_ARCHIVE with a sentence, or -ENOMEM. */
int zip_read(const void *bytes, size_t size, struct zip *ret, struct fault *fault);
void zip_done(struct zip *zip); /* a zeroed struct is fine */

const struct zip_entry *zip_find(const struct zip *zip, const char *name); /* or NULL */

struct zip_record {
    const char *name;
    const void *base;
    size_t size;
};

/* Appends the archive to OUT; STAMP dates every entry. 0, -ENOMEM or E_DLC_ARCHIVE (too many, too
 * long a name); OUT is as it was then. */
int zip_write(const struct zip_record *records, size_t n_records, uint32_t stamp, struct buf *out,
              struct fault *fault);

/* A record whose bytes lie apart. */
struct zip_parts {
    const char *name;
    const struct piece *pieces;
    size_t n_pieces;
};

/* The same, handed on in order, piece by piece; PUT returns 0 or a negative code, which ends it. */
typedef int (*zip_put_fn)(void *context, const void *base, size_t size);
int zip_write_to(const struct zip_parts *records, size_t n_records, uint32_t stamp, zip_put_fn put,
                 void *context, struct fault *fault);

/* CRC-32 as ZIP has it; of bytes behind those whose CRC is known. */
uint32_t zip_crc(const void *base, size_t size);
uint32_t zip_crc_more(uint32_t crc, const void *base, size_t size);

/* The DOS stamp of a UTC time in seconds; the nearest that DOS can say, 1980 to 2107. */
uint32_t zip_stamp(int64_t seconds);
/* And back; a stamp that is no date gives one near it. */
int64_t zip_seconds(uint32_t stamp);
