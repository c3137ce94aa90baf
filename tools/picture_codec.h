#pragma once
/* JPEG and PNG, each through its library; picture.c chooses. */
#include "tools/picture.h"

/* See picture_decode; PATH is for the sentence. */
int picture_decode_jpeg(const void *bytes, size_t size, const char *path, struct picture *ret,
                        struct fault *fault);
int picture_decode_png(const void *bytes, size_t size, const char *path, struct picture *ret,
                       struct fault *fault);

/* Appends the file to OUT. 0, -ENOMEM, or -EIO if the library fails otherwise. */
int picture_encode_jpeg(const struct picture *picture, struct buf *out);
int picture_encode_png(const struct picture *picture, struct buf *out);
