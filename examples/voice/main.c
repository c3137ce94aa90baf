/*
 * A voice service in small: tells when somebody speaks, by asking snped to run Silero VAD on every
 * 32 ms of sound. The recurrent state lies in two spans of one region: what one run writes is what
 * the next one reads, so it is never copied and never crosses the socket.
 */
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/snpe-client.h"
#include "examples/expect.h"
#include "examples/voice/sound.h"

#define RATE       16000
#define HOP        512 /* samples: 32 ms */
#define CONTEXT    64  /* samples of the hop before */
#define STATE      (2 * 1 * 128)
#define SPEECH_AT  0.5f  /* a hop above it is speech ... */
#define SILENCE_AT 0.35f /* ... and below it silence; between them nothing changes */
#define SPANS_MOST 64
#define HOPS_MOST  65536 /* about half an hour */

struct arguments {
    const char *model, *socket, *wav, *expect;
    int json;
};

struct spoken {
    double from, to; /* seconds */
};

struct speech {
    struct spoken spans[SPANS_MOST];
    int n, speaking;
    float *probabilities; /* that a hop is speech, for each */
    int n_hops;
};

/* Offsets of the tensors in the region, each a multiple of SNPE_ALIGN. */
enum {
    INPUT_AT = 0,
    STATE_AT = 2560, /* two of them */
    STATE_SIZE = STATE * (int)sizeof(float),
    OUTPUT_AT = STATE_AT + 2 * STATE_SIZE,
    REGION_SIZE = OUTPUT_AT + SNPE_ALIGN,
};

struct detector {
    struct snpe_client *client;
    struct snpe_network *network;
    struct snpe_region *region;
    char *memory;
    uint64_t queue_us, run_us;
    int n_hops;
};

static void usage(FILE *to)
{
    fputs("usage: example-voice --model FILE.dlc --wav FILE.wav [options]\n"
          "Tells when speech begins and ends, with Silero VAD run by snped.\n"
          "  --expect FILE    compare with kept numbers; exit 1 if they differ\n"
          "  --socket PATH    where snped listens (default $SNPED_SOCKET, then " SNPE_SOCKET ")\n"
          "  --json           print JSON\n",
          to);
}

static int parse(int argc, char **argv, struct arguments *ret)
{
    static const struct option options[] = {{"model", 1, NULL, 'm'},  {"wav", 1, NULL, 'w'},
                                            {"expect", 1, NULL, 'e'}, {"socket", 1, NULL, 's'},
                                            {"json", 0, NULL, 'j'},   {"help", 0, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int letter;

    *ret = (struct arguments){.json = 0};
    while ((letter = getopt_long(argc, argv, "h", options, NULL)) >= 0)
        switch (letter) {
        case 'm':
            ret->model = optarg;
            break;
        case 'w':
            ret->wav = optarg;
            break;
        case 'e':
            ret->expect = optarg;
            break;
        case 's':
            ret->socket = optarg;
            break;
        case 'j':
            ret->json = 1;
            break;
        case 'h':
            usage(stdout);
            exit(0);
        default:
            return -1;
        }
    return ret->model && ret->wav && optind == argc ? 0 : -1;
}

static int complain(const struct detector *detector, const char *what)
{
    fprintf(stderr, "voice: %s: %s\n", what, snpe_last_error(detector->client));
    return -1;
}

static int detector_open(struct detector *detector, const char *model)
{
    static const char *const outputs[] = {"output", "stateN"};
    const struct snpe_load_options options = {
        .size = sizeof(options), .outputs = outputs, .n_outputs = 2};

    if (snpe_load_file(detector->client, "vad", model, &options, &detector->network) < 0)
        return complain(detector, model);
    if (snpe_region_new(detector->client, REGION_SIZE, &detector->region) < 0)
        return complain(detector, "shared memory");
    detector->memory = snpe_region_base(detector->region);
    return 0;
}

/* The probability that the hop ending at SAMPLES + HOP is speech; the hop before must lie before
 * it. */
static int detector_run(struct detector *detector, const float *samples, float *ret)
{
    uint64_t from = STATE_AT + (uint64_t)(detector->n_hops % 2) * STATE_SIZE;
    uint64_t to = STATE_AT + (uint64_t)((detector->n_hops + 1) % 2) * STATE_SIZE;
    const struct snpe_input in[] = {
        snpe_in_region("input", detector->region, INPUT_AT, (CONTEXT + HOP) * sizeof(float)),
        snpe_in_region("state", detector->region, from, STATE_SIZE),
    };
    const struct snpe_output out[] = {
        snpe_out_region("output", detector->region, OUTPUT_AT, sizeof(float)),
        snpe_out_region("stateN", detector->region, to, STATE_SIZE),
    };
    struct snpe_run_result result;

    memcpy(detector->memory + INPUT_AT, samples - CONTEXT, (CONTEXT + HOP) * sizeof(float));
    if (snpe_run(detector->network, in, 2, out, 2, NULL, &result) < 0)
        return complain(detector, "run");
    detector->queue_us += result.queue_us;
    detector->run_us += result.run_us;
    detector->n_hops++;
    memcpy(ret, detector->memory + OUTPUT_AT, sizeof(*ret));
    return 0;
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

static int listen_to(struct detector *detector, const struct sound *sound, struct speech *speech)
{
    size_t n_hops = sound->n / HOP < HOPS_MOST ? sound->n / HOP : HOPS_MOST;
    float *padded = calloc(CONTEXT + n_hops * HOP + 1, sizeof(float));
    int r;

    speech->probabilities = calloc(n_hops + 1, sizeof(float));
    r = padded && speech->probabilities ? 0 : -1;
    if (padded)
        memcpy(padded + CONTEXT, sound->samples, n_hops * HOP * sizeof(float));
    for (size_t hop = 0; r == 0 && hop < n_hops; hop++) {
        float *probability = &speech->probabilities[hop];

        r = detector_run(detector, padded + CONTEXT + hop * HOP, probability);
        speech->n_hops = (int)hop + 1;
        if (r == 0)
            speech_hear(speech, *probability, (double)(hop * HOP) / RATE);
    }
    if (r == 0 && speech->speaking)
        speech->spans[speech->n++].to = (double)(n_hops * HOP) / RATE;
    free(padded);
    return r;
}

static void print_text(const struct detector *detector, const struct speech *speech)
{
    for (int i = 0; i < speech->n; i++)
        printf("speech  %.2f s to %.2f s\n", speech->spans[i].from, speech->spans[i].to);
    printf(
        "%d span%s of speech in %.2f s; %d runs, %.1f ms in the daemon (%.1f ms of it in queues)\n",
        speech->n, speech->n == 1 ? "" : "s", (double)detector->n_hops * HOP / RATE,
        detector->n_hops, (double)(detector->run_us + detector->queue_us) / 1000,
        (double)detector->queue_us / 1000);
}

static void print_json(const struct detector *detector, const struct speech *speech)
{
    printf("{\"speech\": [");
    for (int i = 0; i < speech->n; i++)
        printf("%s[%.3f, %.3f]", i ? ", " : "", speech->spans[i].from, speech->spans[i].to);
    printf("], \"hops\": %d, \"run_us\": %llu, \"queue_us\": %llu}\n", detector->n_hops,
           (unsigned long long)detector->run_us, (unsigned long long)detector->queue_us);
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
        int hop = line ? (int)line->numbers[0] : -1;

        if (hop < 0 || hop >= speech->n_hops ||
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

static int detect_and_tell(const struct arguments *arguments, struct detector *detector,
                           const struct sound *sound)
{
    struct speech speech = {.n = 0};
    int r = detector_open(detector, arguments->model);

    if (r == 0)
        r = listen_to(detector, sound, &speech);
    if (r == 0 && arguments->json)
        print_json(detector, &speech);
    else if (r == 0)
        print_text(detector, &speech);
    if (r == 0 && arguments->expect)
        r = check(arguments->expect, &speech);
    free(speech.probabilities);
    return r;
}

static int run(const struct arguments *arguments)
{
    const struct snpe_client_options options = {
        .size = sizeof(options), .socket = arguments->socket, .name = "example-voice"};
    struct detector detector = {0};
    struct sound sound;
    int r;

    if (sound_read(arguments->wav, RATE, RATE / 2, &sound) < 0)
        return -1;
    r = snpe_client_new(&options, &detector.client);
    if (r < 0)
        fprintf(stderr, "voice: --socket: %s\n", snpe_strerror(r));
    else
        r = detect_and_tell(arguments, &detector, &sound);
    if (detector.client)
        snpe_client_free(detector.client);
    sound_done(&sound);
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
