#include "examples/camera/picture.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#define FILE_MOST    (64L << 20)
#define SIDE_MOST    16384
#define JPEG_QUALITY 92

static int complain(const char *path, const char *why)
{
    fprintf(stderr, "camera: %s: %s\n", path, why);
    return -1;
}

static unsigned char *read_file(const char *path, long *ret_size)
{
    FILE *file = fopen(path, "rbe");
    unsigned char *bytes = NULL;
    long size = -1;

    if (!file)
        return NULL;
    if (fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    if (size > 0 && size <= FILE_MOST && fseek(file, 0, SEEK_SET) == 0)
        bytes = malloc((size_t)size);
    if (bytes && fread(bytes, 1, (size_t)size, file) != (size_t)size) {
        free(bytes);
        bytes = NULL;
    }
    fclose(file);
    *ret_size = size;
    return bytes;
}

static int decode(tjhandle jpeg, const unsigned char *bytes, long size, struct picture *ret)
{
    struct picture picture = {0};
    int sampling, colours;

    if (tjDecompressHeader3(jpeg, bytes, (unsigned long)size, &picture.width, &picture.height,
                            &sampling, &colours) < 0)
        return -1;
    if (picture.width < 1 || picture.height < 1 || picture.width > SIDE_MOST ||
        picture.height > SIDE_MOST)
        return -1;
    picture.rgb = malloc((size_t)picture.width * (size_t)picture.height * 3);
    if (!picture.rgb)
        return -1;
    if (tjDecompress2(jpeg, bytes, (unsigned long)size, picture.rgb, picture.width, 0,
                      picture.height, TJPF_RGB, TJFLAG_ACCURATEDCT) < 0 &&
        tjGetErrorCode(jpeg) == TJERR_FATAL) {
        free(picture.rgb);
        return -1;
    }
    *ret = picture;
    return 0;
}

int picture_decode(const void *bytes, size_t size, const char *say, struct picture *ret)
{
    tjhandle jpeg = tjInitDecompress();
    int r = jpeg ? decode(jpeg, bytes, (long)size, ret) : -1;

    if (jpeg)
        tjDestroy(jpeg);
    return r < 0 ? complain(say, "cannot be read as a JPEG picture") : 0;
}

int picture_read(const char *path, struct picture *ret)
{
    long size;
    unsigned char *bytes;
    int r;

    errno = 0;
    bytes = read_file(path, &size);
    if (!bytes)
        return complain(path, errno ? strerror(errno) : "cannot be read");
    r = picture_decode(bytes, (size_t)size, path, ret);
    free(bytes);
    return r;
}

int picture_write(const struct picture *picture, const char *path)
{
    tjhandle jpeg = tjInitCompress();
    unsigned char *bytes = NULL;
    unsigned long size = 0;
    FILE *file = NULL;
    int done = 0;

    errno = 0;
    if (jpeg && tjCompress2(jpeg, picture->rgb, picture->width, 0, picture->height, TJPF_RGB,
                            &bytes, &size, TJSAMP_444, JPEG_QUALITY, 0) == 0)
        file = fopen(path, "wbe");
    if (file) {
        done = fwrite(bytes, 1, size, file) == size;
        done &= fclose(file) == 0;
    }
    if (!done)
        complain(path, errno ? strerror(errno) : "cannot be written");
    tjFree(bytes);
    if (jpeg)
        tjDestroy(jpeg);
    return done ? 0 : -1;
}

void picture_done(struct picture *picture)
{
    free(picture->rgb);
    picture->rgb = NULL;
}

/* Which pixels of a row or column make output OUT of N_OUT, and how much each counts. */
struct taps {
    int first, n;
    float weights[];
};

static size_t taps_size(int n_in, int n_out)
{
    return sizeof(struct taps) + sizeof(float) * (size_t)(n_in / n_out + 3);
}

static void shrink_taps(struct taps *taps, int n_in, int n_out, int out)
{
    double ratio = (double)n_in / n_out, from = out * ratio, to = from + ratio;

    taps->first = (int)from;
    taps->n = 0;
    for (int i = taps->first; i < n_in && i < to; i++)
        taps->weights[taps->n++] = (float)((fmin(i + 1, to) - fmax(i, from)) / ratio);
}

static void grow_taps(struct taps *taps, int n_in, int n_out, int out)
{
    double at = fmax((out + 0.5) * n_in / n_out - 0.5, 0);

    taps->first = (int)at;
    taps->n = taps->first + 1 < n_in ? 2 : 1;
    taps->weights[1] = (float)(at - taps->first);
    taps->weights[0] = taps->n == 2 ? 1 - taps->weights[1] : 1;
}

/* The taps of a whole axis, N_OUT structs of taps_size each; NULL if memory is out. */
static char *axis_taps(int n_in, int n_out)
{
    size_t size = taps_size(n_in, n_out);
    char *all = malloc(size * (size_t)n_out);

    for (int out = 0; all && out < n_out; out++) {
        struct taps *taps = (struct taps *)(void *)(all + size * (size_t)out);

        if (n_in > n_out)
            shrink_taps(taps, n_in, n_out, out);
        else
            grow_taps(taps, n_in, n_out, out);
    }
    return all;
}

static void mix(const struct picture *picture, const struct rect *rect, const struct taps *across,
                const struct taps *down, float to[3])
{
    float sum[3] = {0};

    for (int j = 0; j < down->n; j++) {
        int y = rect->y + down->first + j;

        for (int i = 0; i < across->n; i++) {
            int x = rect->x + across->first + i;
            float weight = down->weights[j] * across->weights[i];
            const uint8_t *pixel =
                picture->rgb + ((size_t)y * (size_t)picture->width + (size_t)x) * 3;

            if (x < 0 || y < 0 || x >= picture->width || y >= picture->height)
                continue;
            for (int c = 0; c < 3; c++)
                sum[c] += weight * pixel[c];
        }
    }
    for (int c = 0; c < 3; c++)
        to[c] = (sum[c] - 127.5f) / 128;
}

int picture_patch(const struct picture *picture, const struct rect *rect, int width, int height,
                  float *to)
{
    char *across = axis_taps(rect->width, width), *down = axis_taps(rect->height, height);
    size_t across_size = taps_size(rect->width, width);
    size_t down_size = taps_size(rect->height, height);

    for (int x = 0; across && down && x < width; x++)
        for (int y = 0; y < height; y++, to += 3)
            mix(picture, rect, (const struct taps *)(void *)(across + across_size * (size_t)x),
                (const struct taps *)(void *)(down + down_size * (size_t)y), to);
    free(across);
    free(down);
    return across && down ? 0 : -1;
}

static void paint(struct picture *picture, int x, int y)
{
    static const uint8_t colour[3] = {255, 155, 0};

    if (x >= 0 && y >= 0 && x < picture->width && y < picture->height)
        memcpy(picture->rgb + ((size_t)y * (size_t)picture->width + (size_t)x) * 3, colour, 3);
}

void picture_draw_box(struct picture *picture, const struct rect *rect)
{
    for (int thick = 0; thick < 2; thick++) {
        for (int x = 0; x < rect->width; x++) {
            paint(picture, rect->x + x, rect->y + thick);
            paint(picture, rect->x + x, rect->y + rect->height - 1 - thick);
        }
        for (int y = 0; y < rect->height; y++) {
            paint(picture, rect->x + thick, rect->y + y);
            paint(picture, rect->x + rect->width - 1 - thick, rect->y + y);
        }
    }
}

void picture_draw_dot(struct picture *picture, int x, int y)
{
    for (int j = -3; j <= 3; j++)
        for (int i = -3; i <= 3; i++)
            if (i * i + j * j <= 9)
                paint(picture, x + i, y + j);
}
