/* snpe-show-results: what snpe-net-run's results mean, as text, JSON or a picture. */
#include <errno.h>
#include <stdio.h>

#include "base/args.h"
#include "base/base.h"
#include "base/error.h"
#include "tools/show_options.h"

static int show_file(const struct show_options *options, const struct show_labels *labels,
                     const char *path, struct show_out *out, struct fault *fault)
{
    static int (*const modes[])(const struct show_options *, const struct show_labels *,
                                const char *, struct show_out *, struct fault *) = {
        [SHOW_TOP] = show_top, [SHOW_BOXES] = show_boxes, [SHOW_SEGMENTS] = show_segments};
    int r;

    if (!out->as_json)
        show_say(out, "%.900s\n", path);
    json_object(&out->json, NULL);
    json_text(&out->json, "file", path);
    r = modes[options->mode](options, labels, path, out, fault);
    json_object_end(&out->json);
    return r;
}

static int show_files(const struct show_options *options, const struct show_labels *labels,
                      const struct show_files *files, struct show_out *out, struct fault *fault)
{
    int r = 0;

    if (options->out && files->n > 1)
        return fail(fault, E_BAD_PARAMS, "--out is one picture and there are %u results: name one",
                    files->n);
    if (options->mode == SHOW_EVENTS)
        return show_events(options, labels, files, out, fault);
    json_list(&out->json, "results");
    for (uint32_t i = 0; r == 0 && i < files->n; i++)
        r = show_file(options, labels, files->paths[i], out, fault);
    json_list_end(&out->json);
    return r;
}

static int write_out(const struct show_options *options, struct show_out *out, struct fault *fault)
{
    int r = out->as_json ? json_end(&out->json) : out->error;
    const struct buf *text = out->as_json ? &out->json.text : &out->text;

    if (r < 0)
        return fail(fault, r, "out of memory");
    if (options->out)
        r = picture_write(&out->picture, options->out, fault);
    if (r < 0)
        return r;
    if (fwrite(text->base, 1, text->size, stdout) != text->size || fflush(stdout) != 0)
        return fail(fault, -EIO, "the answer cannot be written to standard output");
    return 0;
}

static int run(const struct show_options *options, struct fault *fault)
{
    _cleanup_(show_labels_done) struct show_labels labels = {0};
    _cleanup_(show_files_done) struct show_files files = {0};
    _cleanup_(show_out_done) struct show_out out = {.as_json = options->json};
    int r = show_files_find(options, &files, fault);

    if (r == 0 && options->labels)
        r = show_labels_read(options->labels, &labels, fault);
    if (r < 0)
        return r;
    json_object(&out.json, NULL);
    r = show_files(options, &labels, &files, &out, fault);
    json_object_end(&out.json);
    return r < 0 ? r : write_out(options, &out, fault);
}

int main(int argc, char **argv)
{
    _cleanup_(freep) char **paths = calloc((size_t)argc + 1, sizeof(*paths));
    struct show_options options = {
        .top = 5, .threshold = 0.5f, .overlap = 0.5f, .background = true, .paths = paths};
    struct fault fault = {""};
    int r;

    if (!paths) {
        fputs("snpe-show-results: error: out of memory\n", stderr);
        return 1;
    }
    r = show_options_parse(argc, argv, stdout, &options, &fault);
    if (r > 0)
        return 0;
    if (r < 0)
        return args_refuse("snpe-show-results", &fault);
    r = run(&options, &fault);
    if (r < 0)
        fprintf(stderr, "snpe-show-results: error: %s\n",
                *fault.text ? fault.text : error_get(r).text);
    return r < 0 ? 1 : 0;
}
