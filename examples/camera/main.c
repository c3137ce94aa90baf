/*
 * A camera service in small: finds faces in a picture, or in the frames of a camera, by asking
 * snped.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "examples/camera/detector.h"
#include "examples/camera/live.h"
#include "examples/expect.h"

struct arguments {
    const char *models, *socket, *picture, *out, *expect;
    struct live_options live; /* its source: NULL, and a picture is looked at */
    int min_face, json;
};

static const char *const point_names[5] = {"left_eye", "right_eye", "nose", "mouth_left",
                                           "mouth_right"};

static void usage(FILE *to)
{
    fputs(
        "usage: example-camera --models DIR --picture FILE.jpg|--frames PATH|--device /dev/videoN "
        "[options]\n"
        "Finds faces with MTCNN (DIR holds pnet.dlc, rnet.dlc, onet.dlc), every network run by "
        "snped.\n"
        "  --picture FILE   one picture; with\n"
        "  --out FILE.jpg       it is written with boxes and landmarks\n"
        "  --expect FILE        it is compared with kept numbers; exit 1 if they differ\n"
        "  --frames PATH    a folder of JPEG pictures or raw frames (.yuyv, .nv12, .rgb), or a\n"
        "                   file that lists such, over and over at the rate of a camera\n"
        "  --device PATH    a camera (V4L2: YUYV, NV12 or MJPEG); with either of the two\n"
        "  --fps N              frames a second (default 30)\n"
        "  --size WxH           of the camera's, or of raw frames (default 640x480)\n"
        "  --count N            end after so many frames (default: when interrupted)\n"
        "  --class NAME         realtime, interactive (default) or batch\n"
        "  --min-face N     the smallest face looked for, in pixels (default 20, of frames 60)\n"
        "  --socket PATH    where snped listens (default $SNPED_SOCKET, then " SNPE_SOCKET ")\n"
        "  --json           print JSON, of frames a line each\n",
        to);
}

static int take_number(struct arguments *arguments, int letter)
{
    struct frames_options *frames = &arguments->live.frames;

    switch (letter) {
    case 'f':
        arguments->min_face = (int)strtol(optarg, NULL, 10);
        return arguments->min_face >= 12 ? 0 : -1;
    case 'r':
        frames->fps = strtod(optarg, NULL);
        return frames->fps >= 0.1 && frames->fps <= 1000 ? 0 : -1;
    case 'z':
        return sscanf(optarg, "%dx%d", &frames->width, &frames->height) == 2 &&
                       frames->width >= 16 && frames->height >= 16 && frames->width <= 8192 &&
                       frames->height <= 8192
                   ? 0
                   : -1;
    case 'n':
        arguments->live.count = strtol(optarg, NULL, 10);
        return arguments->live.count > 0 ? 0 : -1;
    default:
        return -1;
    }
}

static int check_arguments(struct arguments *arguments)
{
    const struct frames_options *frames = &arguments->live.frames;
    int sources = !!arguments->picture + !!frames->files + !!frames->device;

    if (!arguments->min_face)
        arguments->min_face = arguments->picture ? 20 : 60;
    arguments->live.json = arguments->json;
    return arguments->models && sources == 1 ? 0 : -1;
}

static int parse(int argc, char **argv, struct arguments *ret)
{
    static const struct option options[] = {
        {"models", 1, NULL, 'm'}, {"picture", 1, NULL, 'p'},  {"frames", 1, NULL, 'F'},
        {"device", 1, NULL, 'd'}, {"fps", 1, NULL, 'r'},      {"size", 1, NULL, 'z'},
        {"count", 1, NULL, 'n'},  {"class", 1, NULL, 'c'},    {"out", 1, NULL, 'o'},
        {"socket", 1, NULL, 's'}, {"min-face", 1, NULL, 'f'}, {"expect", 1, NULL, 'e'},
        {"json", 0, NULL, 'j'},   {"help", 0, NULL, 'h'},     {NULL, 0, NULL, 0}};
    const char **texts[128] = {
        ['m'] = &ret->models, ['p'] = &ret->picture,        ['F'] = &ret->live.frames.files,
        ['o'] = &ret->out,    ['e'] = &ret->expect,         ['d'] = &ret->live.frames.device,
        ['s'] = &ret->socket, ['c'] = &ret->live.class_name};
    int letter;

    *ret = (struct arguments){.live.frames = {.fps = 30, .width = 640, .height = 480}};
    while ((letter = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
        if (letter == 'h') {
            usage(stdout);
            exit(0);
        } else if (letter == 'j') {
            ret->json = 1;
        } else if (letter < 128 && texts[letter]) {
            *texts[letter] = optarg;
        } else if (take_number(ret, letter) < 0) {
            return -1;
        }
    }
    return optind == argc ? check_arguments(ret) : -1;
}

static void print_face(const struct box *face)
{
    printf("face  box (%.0f,%.0f)-(%.0f,%.0f)  score %.4f\n", face->x1, face->y1, face->x2,
           face->y2, face->score);
    for (int i = 0; i < 5; i++)
        printf("      %-11s (%.0f,%.0f)\n", point_names[i], face->points[i][0], face->points[i][1]);
}

static void print_text(const struct detector *detector, const struct boxes *faces)
{
    for (int i = 0; i < faces->n; i++)
        print_face(&faces->list[i]);
    printf("%d face%s; %d runs on %d pyramid levels, %.1f ms in the daemon (%.1f ms of it in "
           "queues)\n",
           faces->n, faces->n == 1 ? "" : "s", detector->n_runs, detector->n_levels,
           (double)(detector->run_us + detector->queue_us) / 1000,
           (double)detector->queue_us / 1000);
}

static void print_json(const struct detector *detector, const struct boxes *faces)
{
    printf("{\"faces\": [");
    for (int i = 0; i < faces->n; i++) {
        const struct box *face = &faces->list[i];

        printf("%s{\"box\": [%.1f, %.1f, %.1f, %.1f], \"score\": %.5f", i ? ", " : "", face->x1,
               face->y1, face->x2, face->y2, face->score);
        for (int k = 0; k < 5; k++)
            printf(", \"%s\": [%.1f, %.1f]", point_names[k], face->points[k][0],
                   face->points[k][1]);
        printf("}");
    }
    printf("], \"runs\": %d, \"levels\": %d, \"run_us\": %llu, \"queue_us\": %llu}\n",
           detector->n_runs, detector->n_levels, (unsigned long long)detector->run_us,
           (unsigned long long)detector->queue_us);
}

static int annotate(struct picture *picture, const struct boxes *faces, const char *path)
{
    for (int i = 0; i < faces->n; i++) {
        const struct box *face = &faces->list[i];
        const struct rect rect = {(int)face->x1, (int)face->y1, (int)(face->x2 - face->x1) + 1,
                                  (int)(face->y2 - face->y1) + 1};

        picture_draw_box(picture, &rect);
        for (int k = 0; k < 5; k++)
            picture_draw_dot(picture, (int)face->points[k][0], (int)face->points[k][1]);
    }
    return picture_write(picture, path);
}

static int differs(const char *what)
{
    fprintf(stderr, "camera: %s differs from the kept numbers\n", what);
    return -1;
}

static int check_points(const struct expect *expect, const struct box *face)
{
    int r = 0;

    for (int i = 0; i < 5; i++) {
        const struct expect_line *line = expect_find(expect, point_names[i], 0, 3);

        if (line && hypot(face->points[i][0] - line->numbers[0],
                          face->points[i][1] - line->numbers[1]) > line->numbers[2])
            r = differs(point_names[i]);
    }
    return r;
}

/* One face, where its box, score and landmarks are said to be. */
static int check(const char *path, const struct boxes *faces)
{
    const struct expect_line *box, *score;
    struct expect expect;
    struct box wanted;
    int r = 0;

    if (expect_read(path, &expect) < 0)
        return -1;
    box = expect_find(&expect, "box", 0, 5);
    score = expect_find(&expect, "score", 0, 1);
    if (!box || !score)
        return differs("the file: box and score are missing, so it");
    if (faces->n != 1)
        return differs("the number of faces");
    wanted = (struct box){.x1 = (float)box->numbers[0],
                          .y1 = (float)box->numbers[1],
                          .x2 = (float)box->numbers[2],
                          .y2 = (float)box->numbers[3]};
    if (box_overlap(&wanted, &faces->list[0], OVERLAP_UNION) < box->numbers[4])
        r = differs("the box");
    if (faces->list[0].score <= score->numbers[0])
        r = differs("the score");
    return check_points(&expect, &faces->list[0]) < 0 ? -1 : r;
}

static int find_and_tell(const struct arguments *arguments, struct detector *detector,
                         struct picture *picture)
{
    struct boxes faces = {0};
    int r = detector_fit(detector, picture->width, picture->height);

    if (r == 0)
        r = detector_find(detector, picture, NULL, &faces);

    if (r == 0) {
        if (arguments->json)
            print_json(detector, &faces);
        else
            print_text(detector, &faces);
        if (arguments->expect)
            r = check(arguments->expect, &faces);
        if (arguments->out && annotate(picture, &faces, arguments->out) < 0)
            r = -1;
    }
    boxes_done(&faces);
    return r;
}

static int look(const struct arguments *arguments, struct detector *detector)
{
    struct picture picture = {0};
    int r;

    if (!arguments->picture)
        return live_run(&arguments->live, detector);
    r = picture_read(arguments->picture, &picture);
    if (r == 0)
        r = find_and_tell(arguments, detector, &picture);
    picture_done(&picture);
    return r;
}

static int run(const struct arguments *arguments)
{
    const struct snpe_client_options options = {
        .size = sizeof(options), .socket = arguments->socket, .name = "example-camera"};
    struct snpe_client *client;
    struct detector detector;
    int r = snpe_client_new(&options, &client);

    if (r < 0) {
        fprintf(stderr, "camera: --socket: %s\n", snpe_strerror(r));
        return -1;
    }
    r = detector_open(&detector, client, arguments->models, arguments->min_face);
    if (r == 0)
        r = look(arguments, &detector);
    detector_close(&detector);
    snpe_client_free(client);
    return r;
}

int main(int argc, char **argv)
{
    struct arguments arguments;

    if (parse(argc, argv, &arguments) < 0) {
        usage(stderr);
        return 2;
    }
    return run(&arguments) < 0 ? 1 : 0;
}
