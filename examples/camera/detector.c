#include "examples/camera/detector.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH       16
#define INLINE_MOST (1u << 20) /* larger tensors go by region */
#define PYRAMID     0.709f     /* from level to level: half the area */
#define CELL        12         /* P-Net looks at 12 x 12 pixels ... */
#define STRIDE      2          /* ... every 2 pixels */
#define P_LEAST     0.6f
#define R_LEAST     0.7f
#define O_LEAST     0.7f

static int complain(struct detector *detector, const char *what)
{
    fprintf(stderr, "camera: %s: %s\n", what, snpe_last_error(detector->client));
    return -1;
}

static int load_file(struct detector *detector, const char *folder, const char *name,
                     const struct snpe_load_options *options, struct snpe_network **ret)
{
    char path[4096];

    snprintf(path, sizeof(path), "%s/%s.dlc", folder, name);
    if (snpe_load_file(detector->client, name, path, options, ret) < 0)
        return complain(detector, path);
    return 0;
}

/* R-Net and O-Net take 16 patches of SIDE x SIDE at a time. */
static int load_batch(struct detector *detector, const char *folder, const char *name,
                      const char *input, uint32_t side, const char *const *outputs,
                      uint32_t n_outputs, struct snpe_network **ret)
{
    const struct snpe_named_dims dims = {input, {4, {BATCH, side, side, 3}}};
    const struct snpe_load_options options = {.size = sizeof(options),
                                              .input_dims = &dims,
                                              .n_input_dims = 1,
                                              .outputs = outputs,
                                              .n_outputs = n_outputs};

    return load_file(detector, folder, name, &options, ret);
}

int detector_open(struct detector *detector, struct snpe_client *client, const char *folder,
                  int min_face)
{
    static const char *const r_outputs[] = {"dense_2", "softmax_1"};
    static const char *const o_outputs[] = {"dense_5", "dense_6", "softmax_2"};
    struct snpe_network *pnet;

    *detector = (struct detector){.client = client, .min_face = min_face};
    /* P-Net as the file has it is never run; it makes the name known, and every level shares it. */
    if (load_file(detector, folder, "pnet", NULL, &pnet) < 0)
        return -1;
    if (load_batch(detector, folder, "rnet", "input_2", 24, r_outputs, 2, &detector->rnet) < 0)
        return -1;
    return load_batch(detector, folder, "onet", "input_3", 48, o_outputs, 3, &detector->onet);
}

static int count_run(struct detector *detector, const struct snpe_run_result *result)
{
    detector->queue_us += result->queue_us;
    detector->run_us += result->run_us;
    detector->n_runs++;
    return 0;
}

static size_t round_up(size_t size)
{
    return (size + SNPE_ALIGN - 1) / SNPE_ALIGN * SNPE_ALIGN;
}

static int level_load(struct detector *detector, struct level *level)
{
    static const char *const outputs[] = {"conv2d_4", "softmax"};
    const struct snpe_named_dims dims = {
        "input_1", {4, {1, (uint32_t)level->width, (uint32_t)level->height, 3}}};
    const struct snpe_load_options options = {.size = sizeof(options),
                                              .input_dims = &dims,
                                              .n_input_dims = 1,
                                              .outputs = outputs,
                                              .n_outputs = 2};
    const struct snpe_network_info *info;

    if (snpe_load(detector->client, "pnet", &options, &level->network) < 0)
        return complain(detector, "pnet");
    info = snpe_network_get_info(level->network);
    level->out_width = info->outputs[0]->dims.dim[1];
    level->out_height = info->outputs[0]->dims.dim[2];
    return 0;
}

static int level_allocate(struct detector *detector, struct level *level)
{
    size_t n_cells = (size_t)level->out_width * level->out_height;

    level->input_size = (size_t)level->width * (size_t)level->height * 3 * sizeof(float);
    level->shifts_size = n_cells * 4 * sizeof(float);
    level->scores_size = n_cells * 2 * sizeof(float);
    level->shifts_at = round_up(level->input_size);
    level->scores_at = level->shifts_at + round_up(level->shifts_size);
    level->size = level->scores_at + round_up(level->scores_size);
    if (level->size <= INLINE_MOST) {
        level->memory = malloc(level->size);
        return level->memory ? 0 : -1;
    }
    if (snpe_region_new(detector->client, level->size, &level->region) < 0)
        return complain(detector, "shared memory");
    level->memory = snpe_region_base(level->region);
    return 0;
}

static void level_done(struct level *level)
{
    if (!level->region)
        free(level->memory);
    snpe_region_free(level->region);
    snpe_network_free(level->network);
}

int detector_fit(struct detector *detector, int width, int height)
{
    float scale = (float)CELL / (float)detector->min_face;
    int side = width < height ? width : height;

    for (; (float)side * scale >= CELL && detector->n_levels < LEVELS_MOST; scale *= PYRAMID) {
        struct level *level = &detector->levels[detector->n_levels++];

        *level = (struct level){.width = (int)ceilf((float)width * scale),
                                .height = (int)ceilf((float)height * scale),
                                .scale = scale};
        if (level_load(detector, level) < 0 || level_allocate(detector, level) < 0)
            return -1;
    }
    return 0;
}

void detector_close(struct detector *detector)
{
    for (int i = 0; i < detector->n_levels; i++)
        level_done(&detector->levels[i]);
    snpe_network_free(detector->rnet);
    snpe_network_free(detector->onet);
}

void level_tensors(const struct level *level, struct snpe_region *region, size_t offset,
                   struct snpe_input *in, struct snpe_output out[2])
{
    char *memory = (char *)level->memory;

    if (!region) {
        *in = snpe_in("input_1", memory, level->input_size);
        out[0] = snpe_out("conv2d_4", memory + level->shifts_at, level->shifts_size);
        out[1] = snpe_out("softmax", memory + level->scores_at, level->scores_size);
        return;
    }
    *in = snpe_in_region("input_1", region, offset, level->input_size);
    out[0] = snpe_out_region("conv2d_4", region, offset + level->shifts_at, level->shifts_size);
    out[1] = snpe_out_region("softmax", region, offset + level->scores_at, level->scores_size);
}

int level_fill(const struct level *level, const struct picture *picture, float *memory)
{
    const struct rect all = {0, 0, picture->width, picture->height};

    return picture_patch(picture, &all, level->width, level->height, memory);
}

static int level_run(struct detector *detector, const struct level *level)
{
    struct snpe_run_result result;
    struct snpe_output out[2];
    struct snpe_input in;

    level_tensors(level, level->region, 0, &in, out);
    if (snpe_run(level->network, &in, 1, out, 2, NULL, &result) < 0)
        return complain(detector, "pnet");
    return count_run(detector, &result);
}

/* The cells that look like a face become boxes in the picture's pixels. */
static int level_collect(const struct level *level, const float *memory, struct boxes *boxes)
{
    const float *shifts = memory + level->shifts_at / sizeof(float);
    const float *scores = memory + level->scores_at / sizeof(float);

    for (uint32_t x = 0; x < level->out_width; x++)
        for (uint32_t y = 0; y < level->out_height; y++, shifts += 4, scores += 2) {
            struct box box = {.score = scores[1]};

            if (scores[1] < P_LEAST)
                continue;
            box.x1 = truncf((float)(STRIDE * x + 1) / level->scale);
            box.y1 = truncf((float)(STRIDE * y + 1) / level->scale);
            box.x2 = truncf((float)(STRIDE * x + CELL) / level->scale);
            box.y2 = truncf((float)(STRIDE * y + CELL) / level->scale);
            memcpy(box.shift, shifts, sizeof(box.shift));
            if (boxes_add(boxes, &box) < 0)
                return -1;
        }
    return 0;
}

static int find_at(struct detector *detector, const struct picture *picture,
                   const struct level *level, const float *lead, struct boxes *boxes)
{
    int first = boxes->n, r = 0;

    if (!lead)
        r = level_fill(level, picture, level->memory);
    if (r == 0 && !lead)
        r = level_run(detector, level);
    if (r == 0)
        r = level_collect(level, lead ? lead : level->memory, boxes);
    if (r == 0)
        boxes_suppress(boxes, first, 0.5f, OVERLAP_UNION);
    return r;
}

static int propose(struct detector *detector, const struct picture *picture, const float *lead,
                   struct boxes *boxes)
{
    for (int i = 0; i < detector->n_levels; i++)
        if (find_at(detector, picture, &detector->levels[i], i == 0 ? lead : NULL, boxes) < 0)
            return -1;
    boxes_suppress(boxes, 0, 0.7f, OVERLAP_UNION);
    for (int i = 0; i < boxes->n; i++) {
        box_correct(&boxes->list[i], 0);
        box_square(&boxes->list[i]);
    }
    return 0;
}

/* A network that judges patches: which tensors, how large, and where its answers go. */
struct judge {
    struct snpe_network *network;
    const char *input, *shifts, *points, *scores; /* points: NULL if it has none */
    int side;
    float least;
};

struct answers {
    float shifts[BATCH][4], points[BATCH][10], scores[BATCH][2];
};

static void whole_pixels(struct box *box)
{
    box->x1 = truncf(box->x1);
    box->y1 = truncf(box->y1);
    box->x2 = truncf(box->x2);
    box->y2 = truncf(box->y2);
}

/* BATCH patches of boxes FIRST and following into TO; what is missing at the end stays as it was.
 */
static int cut_patches(const struct picture *picture, const struct judge *judge,
                       const struct boxes *boxes, int first, float *to)
{
    size_t size = (size_t)(judge->side * judge->side * 3);

    for (int i = first; i < boxes->n && i < first + BATCH; i++, to += size) {
        const struct box *box = &boxes->list[i];
        const struct rect rect = {(int)box->x1 - 1, (int)box->y1 - 1, (int)(box->x2 - box->x1) + 1,
                                  (int)(box->y2 - box->y1) + 1};

        if (rect.width < 1 || rect.height < 1)
            continue;
        if (picture_patch(picture, &rect, judge->side, judge->side, to) < 0)
            return -1;
    }
    return 0;
}

static int ask(struct detector *detector, const struct judge *judge, const float *patches,
               size_t size, struct answers *answers)
{
    const struct snpe_input in = snpe_in(judge->input, patches, size);
    const struct snpe_output out[3] = {
        snpe_out(judge->shifts, answers->shifts, sizeof(answers->shifts)),
        snpe_out(judge->scores, answers->scores, sizeof(answers->scores)),
        snpe_out(judge->points, answers->points, sizeof(answers->points)),
    };
    struct snpe_run_result result;

    if (snpe_run(judge->network, &in, 1, out, judge->points ? 3 : 2, NULL, &result) < 0)
        return complain(detector, judge->input);
    return count_run(detector, &result);
}

static void place_points(struct box *box, const float points[10])
{
    for (int i = 0; i < 5; i++) {
        box->points[i][0] = points[i] * (box->x2 - box->x1 + 1) + box->x1 - 1;
        box->points[i][1] = points[i + 5] * (box->y2 - box->y1 + 1) + box->y1 - 1;
    }
}

/* Keeps the boxes that the network likes, with its score, shifts and points. */
static int judge_boxes(struct detector *detector, const struct picture *picture,
                       const struct judge *judge, struct boxes *boxes)
{
    size_t size = (size_t)(BATCH * judge->side * judge->side * 3) * sizeof(float);
    float *patches = calloc(1, size);
    struct answers answers = {0};
    int kept = 0, r = patches ? 0 : -1;

    for (int i = 0; i < boxes->n; i++)
        whole_pixels(&boxes->list[i]);
    for (int first = 0; r == 0 && first < boxes->n; first += BATCH) {
        r = cut_patches(picture, judge, boxes, first, patches);
        if (r == 0)
            r = ask(detector, judge, patches, size, &answers);
        for (int i = 0; r == 0 && i < BATCH && first + i < boxes->n; i++) {
            struct box box = boxes->list[first + i];

            if (answers.scores[i][1] <= judge->least)
                continue;
            box.score = answers.scores[i][1];
            memcpy(box.shift, answers.shifts[i], sizeof(box.shift));
            place_points(&box, answers.points[i]);
            boxes->list[kept++] = box;
        }
    }
    boxes->n = kept;
    free(patches);
    return r;
}

static int refine(struct detector *detector, const struct picture *picture, struct boxes *boxes)
{
    const struct judge judge = {detector->rnet, "input_2", "dense_2", NULL,
                                "softmax_1",    24,        R_LEAST};

    if (judge_boxes(detector, picture, &judge, boxes) < 0)
        return -1;
    boxes_suppress(boxes, 0, 0.7f, OVERLAP_UNION);
    for (int i = 0; i < boxes->n; i++) {
        box_correct(&boxes->list[i], 1);
        box_square(&boxes->list[i]);
    }
    return 0;
}

int detector_find(struct detector *detector, const struct picture *picture, const float *lead,
                  struct boxes *faces)
{
    const struct judge judge = {detector->onet, "input_3", "dense_5", "dense_6",
                                "softmax_2",    48,        O_LEAST};

    if (propose(detector, picture, lead, faces) < 0 || refine(detector, picture, faces) < 0 ||
        judge_boxes(detector, picture, &judge, faces) < 0)
        return -1;
    for (int i = 0; i < faces->n; i++)
        box_correct(&faces->list[i], 1);
    boxes_suppress(faces, 0, 0.7f, OVERLAP_SMALLER);
    return 0;
}
