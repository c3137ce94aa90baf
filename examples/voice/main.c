/*
 * A voice service in small: tells when somebody speaks, by asking snped to run Silero VAD on every
 * 32 ms of sound, from a file or a microphone. The hops are a stream, whose recurrent state stays
 * in the daemon: it is neither copied nor sent.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "examples/expect.h"
#include "examples/voice/meter.h"
#include "examples/voice/source.h"
#include "examples/voice/vad.h"

#define SPEECH_AT  0.5f  /* a hop above it is speech ... */
#define SILENCE_AT 0.35f /* ... and below it silence; between them nothing changes */
#define SPANS_MOST 64
#define HOPS_MOST  65536 /* of a file: about half an hour */

struct arguments {
    const char *model, *socket, *wav, *device, *expect, *class_name;
    double seconds;
    int json;
};

struct spoken {
    double from, to; /* seconds */
};

struct speech {
    struct spoken spans[SPANS_MOST];
    int n, speaking;
    float *probabilities; /* that a hop is speech, for each of the first HOPS_MOST */
    long n_hops;
};

static void usage(FILE *to)
{
    fputs("usage: example-voice --model FILE.dlc --wav FILE.wav|--device NAME [options]\n"
          "Tells when speech begins and ends, with Silero VAD run by snped.\n"
          "  --device NAME    a microphone, as ALSA calls it (\"default\"), until interrupted\n"
          "  --seconds N      at most so long\n"
          "  --class NAME     realtime, interactive (default) or batch, as far as policy allows\n"
          "  --expect FILE    compare with kept numbers; exit 1 if they differ\n"
          "  --socket PATH    where snped listens (default $SNPED_SOCKET, then " SNPE_SOCKET ")\n"
          "  --json           print JSON\n",
          to);
}

static int parse(int argc, char **argv, struct arguments *ret)
{
    static const struct option options[] = {{"model", 1, NULL, 'm'},  {"wav", 1, NULL, 'w'},
                                            {"device", 1, NULL, 'd'}, {"seconds", 1, NULL, 't'},
                                            {"class", 1, NULL, 'c'},  {"expect", 1, NULL, 'e'},
                                            {"socket", 1, NULL, 's'}, {"json", 0, NULL, 'j'},
                                            {"help", 0, NULL, 'h'},   {NULL, 0, NULL, 0}};
    struct arguments arguments = {.json = 0};
    const char **texts[128] = {
        ['m'] = &arguments.model,      ['w'] = &arguments.wav,    ['d'] = &arguments.device,
        ['c'] = &arguments.class_name, ['e'] = &arguments.expect, ['s'] = &arguments.socket};
    int letter;

    while ((letter = getopt_long(argc, argv, "h", options, NULL)) >= 0) {
        if (letter == 'h') {
            usage(stdout);
            exit(0);
        } else if (letter == 'j') {
            arguments.json = 1;
        } else if (letter == 't') {
            arguments.seconds = strtod(optarg, NULL);
        } else if (letter < 128 && texts[letter]) {
            *texts[letter] = optarg;
        } else {
            return -1;
        }
    }
    *ret = arguments;
    return arguments.model && !arguments.wav == !!arguments.device && optind == argc ? 0 : -1;
}

static void speech_hear(struct speech *speech, float probability, double from)
{
    if (!speech->speaking && probability >= SPEECH_AT && speech->n < SPANS_MOST) {
        speech->spans[speech->n].from = from;
        speech->speaking = 1;
    } else if (speech->speaking && probability < SILENCE_AT) {
        speech->spans[speech->n++].to = from;
        speech->speaking = 0;
    }
}

/* One hop: its probability, and whether speech begins or ends with it. */
static int take_hop(struct vad *vad, const float *hop, struct speech *speech)
{
    float probability;

    if (vad_hear(vad, hop, &probability) < 0)
        return -1;
    if (speech->n_hops < HOPS_MOST)
        speech->probabilities[speech->n_hops] = probability;
    speech_hear(speech, probability, (double)speech->n_hops * VAD_HOP / VAD_RATE);
    speech->n_hops++;
    return 0;
}

/* Until the source ends. A meter is shown to who looks at a terminal while a microphone is heard.
 */
static int listen_to(struct vad *vad, struct source *source, const struct arguments *arguments,
                     struct meter *meter, struct speech *speech)
{
    int show = arguments->device && !arguments->json && isatty(STDOUT_FILENO);
    float hop[VAD_HOP];
    int r;

    while ((r = source_read(source, hop, VAD_HOP)) > 0) {
        if (take_hop(vad, hop, speech) < 0)
            return -1;
        meter_hear(meter, hop, VAD_HOP);
        if (show)
            meter_show(meter, speech->speaking);
        if (arguments->seconds > 0 &&
            (double)speech->n_hops * VAD_HOP >= arguments->seconds * VAD_RATE)
            break;
    }
    if (show)
        putchar('\n');
    if (r >= 0 && speech->speaking)
        speech->spans[speech->n++].to = (double)speech->n_hops * VAD_HOP / VAD_RATE;
    return r < 0 ? -1 : 0;
}

static void print_text(const struct vad *vad, const struct meter *meter,
                       const struct speech *speech)
{
    for (int i = 0; i < speech->n; i++)
        printf("speech  %.2f s to %.2f s\n", speech->spans[i].from, speech->spans[i].to);
    printf("%d span%s of speech in %.2f s; level %.1f dB, peak %.1f dB\n", speech->n,
           speech->n == 1 ? "" : "s", (double)speech->n_hops * VAD_HOP / VAD_RATE,
           meter_mean_db(meter), meter_peak_db(meter));
    printf(
        "%ld hops, %llu of them late, %.1f ms in the daemon (%.1f ms of it in queues), the oldest "
        "answer %.1f ms after its sound\n",
        speech->n_hops, (unsigned long long)vad->n_late,
        (double)(vad->run_us + vad->queue_us) / 1000, (double)vad->queue_us / 1000,
        (double)vad->oldest_us / 1000);
}

static void print_json(const struct vad *vad, const struct meter *meter,
                       const struct speech *speech)
{
    printf("{\"speech\": [");
    for (int i = 0; i < speech->n; i++)
        printf("%s[%.3f, %.3f]", i ? ", " : "", speech->spans[i].from, speech->spans[i].to);
    printf("], \"hops\": %ld, \"level_db\": %.1f, \"peak_db\": %.1f, \"run_us\": %llu, "
           "\"queue_us\": %llu, \"oldest_us\": %llu, \"late\": %llu}\n",
           speech->n_hops, meter_mean_db(meter), meter_peak_db(meter),
           (unsigned long long)vad->run_us, (unsigned long long)vad->queue_us,
           (unsigned long long)vad->oldest_us, (unsigned long long)vad->n_late);
}

static int check_spans(const struct expect *expect, const struct speech *speech)
{
    int n = expect_count(expect, "speech");

    for (int i = 0; i < n && i < speech->n; i++) {
        const struct expect_line *line = expect_find(expect, "speech", i, 3);

        if (!line || fabs(line->numbers[0] - speech->spans[i].from) > line->numbers[2] ||
            fabs(line->numbers[1] - speech->spans[i].to) > line->numbers[2])
            return -1;
    }
    return n == speech->n ? 0 : -1;
}

/* The spans alone would not show a missing context: they come out alike, the probabilities do not.
 */
static int check_hops(const struct expect *expect, const struct speech *speech)
{
    for (int i = 0; i < expect_count(expect, "probability"); i++) {
        const struct expect_line *line = expect_find(expect, "probability", i, 3);
        long hop = line ? (long)line->numbers[0] : -1;

        if (hop < 0 || hop >= speech->n_hops || hop >= HOPS_MOST ||
            fabs((double)speech->probabilities[hop] - line->numbers[1]) > line->numbers[2])
            return -1;
    }
    return 0;
}

static int check(const char *path, const struct speech *speech)
{
    struct expect expect;

    if (expect_read(path, &expect) < 0)
        return -1;
    if (check_spans(&expect, speech) == 0 && check_hops(&expect, speech) == 0)
        return 0;
    fputs("voice: the speech found differs from the kept numbers\n", stderr);
    return -1;
}

static int detect_and_tell(const struct arguments *arguments, struct vad *vad,
                           struct source *source)
{
    struct speech speech = {.probabilities = calloc(HOPS_MOST, sizeof(float))};
    struct meter meter = {0};
    int r = speech.probabilities ? listen_to(vad, source, arguments, &meter, &speech) : -1;

    if (r == 0 && arguments->json)
        print_json(vad, &meter, &speech);
    else if (r == 0)
        print_text(vad, &meter, &speech);
    if (r == 0 && arguments->expect)
        r = check(arguments->expect, &speech);
    free(speech.probabilities);
    return r;
}

static int open_all(const struct arguments *arguments, struct vad *vad, struct source *source)
{
    const struct vad_options options = {arguments->socket, arguments->model, arguments->class_name,
                                        arguments->device != NULL};

    if (arguments->wav && source_open_file(source, arguments->wav) < 0)
        return -1;
    if (arguments->device && source_open_device(source, arguments->device) < 0)
        return -1;
    return vad_open(vad, &options);
}

int main(int argc, char **argv)
{
    struct arguments arguments;
    struct source source = {0};
    struct vad vad = {0};
    int r;

    if (parse(argc, argv, &arguments) < 0) {
        usage(stderr);
        return 2;
    }
    r = open_all(&arguments, &vad, &source);
    if (r == 0)
        r = detect_and_tell(&arguments, &vad, &source);
    vad_close(&vad);
    source_close(&source);
    return r < 0 ? 1 : 0;
}
