/* Frames of cameras, to RGB. The colours are those of ITU-R BT.601's 100 % colour bars. */
#include <string.h>

#include "base/base.h"
#include "examples/camera/pixels.h"
#include "tests/support/suite.h"

static const struct {
    uint8_t y, u, v;
    uint8_t rgb[3];
} bars[] = {
    {16, 128, 128, {0, 0, 0}},     {235, 128, 128, {255, 255, 255}}, {81, 90, 240, {255, 0, 0}},
    {145, 54, 34, {0, 255, 0}},    {41, 240, 110, {0, 0, 255}},      {210, 16, 146, {255, 255, 0}},
    {170, 166, 16, {0, 255, 255}}, {106, 202, 222, {255, 0, 255}},
};

static void ck_near(const uint8_t *got, const uint8_t *want)
{
    for (int c = 0; c < 3; c++)
        ck_assert_int_le(got[c] > want[c] ? got[c] - want[c] : want[c] - got[c], 2);
}

START_TEST(yuyv_has_the_colours_of_the_standard)
{
    for (size_t i = 0; i < ARRAY_SIZE(bars); i++) {
        const uint8_t two[4] = {bars[i].y, bars[i].u, bars[i].y, bars[i].v};
        uint8_t rgb[6];

        pixels_to_rgb(PIXELS_YUYV, two, 2, 1, 4, rgb);
        ck_near(rgb, bars[i].rgb);
        ck_near(rgb + 3, bars[i].rgb);
    }
}
END_TEST

/* 4 x 2: bar 2 on the left, bar 3 on the right; lines are 8 bytes apart. */
START_TEST(nv12_shares_colours_among_four)
{
    uint8_t frame[24], rgb[4 * 2 * 3];

    memset(frame, 0xee, sizeof(frame));
    for (int line = 0; line < 2; line++)
        for (int x = 0; x < 4; x++)
            frame[line * 8 + x] = bars[x < 2 ? 2 : 3].y;
    for (int x = 0; x < 2; x++) {
        frame[16 + 2 * x] = bars[2 + x].u;
        frame[16 + 2 * x + 1] = bars[2 + x].v;
    }
    ck_assert_uint_eq(pixels_size(PIXELS_NV12, 4, 2, 8), sizeof(frame));
    pixels_to_rgb(PIXELS_NV12, frame, 4, 2, 8, rgb);
    for (int i = 0; i < 8; i++)
        ck_near(rgb + 3 * i, bars[i % 4 < 2 ? 2 : 3].rgb);
}
END_TEST

START_TEST(rgb_is_copied_without_what_lies_between_lines)
{
    static const uint8_t frame[] = {1, 2, 3, 4, 5, 6, 99, 99, 7, 8, 9, 10, 11, 12, 99, 99};
    static const uint8_t want[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    uint8_t rgb[sizeof(want)];

    ck_assert_uint_eq(pixels_size(PIXELS_RGB, 2, 2, 8), sizeof(frame));
    ck_assert_uint_eq(pixels_stride(PIXELS_RGB, 2), 6);
    pixels_to_rgb(PIXELS_RGB, frame, 2, 2, 8, rgb);
    ck_assert_mem_eq(rgb, want, sizeof(want));
}
END_TEST

SUITE(yuyv_has_the_colours_of_the_standard, nv12_shares_colours_among_four,
      rgb_is_copied_without_what_lies_between_lines);
