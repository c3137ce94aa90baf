#pragma once
/*
 * Pictures of 8 bits a sample, rows from the top, channels fastest. JPEG is decoded as Pillow does
 * it (accurate DCT, smooth chroma), PNG in any kind of pixel; transparency is dropped.
 */
#include <stdint.h>

#include "base/buf.h"
#include "base/fault.h"

#define PICTURE_SIDE_MOST   16384u
#define PICTURE_PIXELS_MOST (UINT64_C(64) << 20)

struct picture {                      /* zero-initialise to begin */
    uint32_t width, height, channels; /* channels: 3 is R, G, B; 1 is grey */
    uint8_t *pixels;
};

/*
 * Reads PATH, a JPEG or PNG, whichever its first bytes say, as R, G, B. 0, or the file's own error,
 * -EFBIG, E_BAD_PARAMS for one that is damaged or another kind of file, -ENOMEM.
 */
int picture_read(const char *path, struct picture *ret, struct fault *fault);
int picture_decode(const void *bytes, size_t size, const char *path, struct picture *ret,
                   struct fault *fault);
void picture_done(struct picture *picture);

/* Uncleared pixels. -ENOMEM, or -EFBIG when it is larger than the limits above or a side is 0. */
int picture_new(uint32_t width, uint32_t height, uint32_t channels, struct picture *ret);

/* Grey as ITU-R BT.601 weighs it, in Pillow's fixed point. In place; a grey picture stays. */
void picture_make_grey(struct picture *picture);

/*
 * A new picture of WIDTH x HEIGHT, byte-equal to Pillow's Image.resize with BILINEAR: a triangle
 * filter that widens as the picture shrinks, along rows first, then along columns, rounded to bytes
 * between, weights in 22 bits. (Pillow 9.4, Debian 12's; 13.0 goes along columns first where that
 * is cheaper, which differs in last bits.) -ENOMEM, -EFBIG.
 */
int picture_resize(const struct picture *from, uint32_t width, uint32_t height,
                   struct picture *ret);

/* The middle WIDTH x HEIGHT, odd margins split so that left and top get the smaller part; in place.
 * It must not be larger than the picture. */
void picture_crop_centre(struct picture *picture, uint32_t width, uint32_t height);

/* Writes R, G, B pixels to PATH: as PNG if its name ends in .png, else as JPEG. Not half: file.h.
 */
int picture_write(const struct picture *picture, const char *path, struct fault *fault);
