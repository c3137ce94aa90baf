#pragma once
/*
 * The direct convolution, once for each instruction set: a file defines CONV_SYMBOL and includes
 * this. Also for 1x1, which is a matrix product over pixels, and for groups.
 *
 * An item is a stretch of y's pixels times some of its channels. For each panel of channels and
 * each block of the sums' length, the weights are copied into a panel on the stack, where the
 * innermost loop finds them in a row and in the first cache; then each block of pixels adds its
 * products in registers (conv_tile.h).
 */
#include "backends/cpu/kernels/conv_tile.h"

static void pack_panel(const float *weights, size_t step, const struct part *part, int vecs,
                       float *panel)
{
    for (size_t k = part->from; k < part->to; k++, panel += vecs * VEC_LANES)
        for (int j = 0; j < vecs; j++) {
            size_t at = (size_t)j * VEC_LANES;

            vec_store(panel + at, vec_load_some(weights + k * step + at, part->n - at));
        }
}

/* What an item works on. */
struct item {
    const float *x, *weights, *bias;
    float *y; /* the item's first pixel, channel 0 */
    size_t n_pixels;
    int n_blocks;
    struct block blocks[BLOCKS];
};

KERNEL_INLINE void run_part(const struct conv_params *p, const struct item *item,
                            const struct part *part, int vecs, uint32_t n)
{
    for (int i = 0; i < item->n_blocks; i++) {
        size_t left = item->n_pixels - (size_t)i * PIXELS;

        run_tile(p, item->x, item->bias ? item->bias + part->channel : NULL, &item->blocks[i], part,
                 vecs, n, item->y + (size_t)i * PIXELS * p->g.out_c + part->channel,
                 left < PIXELS ? (int)left : PIXELS);
    }
}

/* All blocks of pixels with one panel of weights; copying it pays from the third block on. */
static void run_panel(const struct conv_params *p, const struct item *item, struct part *part)
{
    float panel[LENGTH * PANEL] __attribute__((aligned(64)));
    int vecs = part->n > VEC_LANES ? VECS : 1;

    if (part->n == PANEL && item->n_blocks < 3) {
        part->panel = item->weights + part->from * p->g.out_c + part->channel;
        part->step = p->g.out_c;
    } else {
        pack_panel(item->weights + part->channel, p->g.out_c, part, vecs, panel);
        part->panel = panel;
        part->step = (size_t)vecs * VEC_LANES;
    }
    if (part->n == PANEL)
        run_part(p, item, part, VECS, PANEL);
    else if (vecs == VECS)
        run_part(p, item, part, VECS, part->n);
    else
        run_part(p, item, part, 1, part->n);
}

static void run_channels(const struct conv_params *p, const struct item *item, uint32_t from,
                         uint32_t to)
{
    size_t length = (size_t)p->g.kernel_h * p->g.kernel_w * p->group_in;
    size_t n_parts = (length + LENGTH - 1) / LENGTH;
    size_t part_length = (length + n_parts - 1) / n_parts;

    for (uint32_t channel = from; channel < to; channel += PANEL)
        for (size_t at = 0; at < length; at += part_length) {
            struct part part = {
                .from = at,
                .to = at + part_length < length ? at + part_length : length,
                .length = length,
                .channel = channel,
                .n = to - channel < PANEL ? to - channel : PANEL,
            };

            run_panel(p, item, &part);
        }
}

static void run_item(const struct conv_params *p, const struct kernel_args *args, size_t number)
{
    size_t per_chunk = (size_t)p->groups * p->group_items;
    size_t first = number / per_chunk * CONV_ITEM_PIXELS;
    uint32_t group = (uint32_t)(number % per_chunk / p->group_items);
    uint32_t from = (uint32_t)(number % p->group_items) * p->item_channels;
    uint32_t to = p->group_out - from < p->item_channels ? p->group_out : from + p->item_channels;
    struct item item = {
        .x = (const float *)args->in[0] + (size_t)group * p->group_in,
        .weights = args->in[1],
        .bias = args->in[2],
        .y = (float *)args->out[0] + first * p->g.out_c,
        .n_pixels = p->pixels - first < CONV_ITEM_PIXELS ? p->pixels - first : CONV_ITEM_PIXELS,
    };

    item.n_blocks = (int)((item.n_pixels + PIXELS - 1) / PIXELS);
    for (int i = 0; i < item.n_blocks; i++)
        place_block(p, first + (size_t)i * PIXELS, &item.blocks[i]);
    run_channels(p, &item, group * p->group_out + from, group * p->group_out + to);
}

void CONV_SYMBOL(const struct kernel_args *args)
{
    const struct conv_params *p = args->params;

    for (size_t item = args->from; item < args->to; item++)
        run_item(p, args, item);
}
