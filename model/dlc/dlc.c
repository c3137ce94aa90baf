#include "model/dlc/dlc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/str.h"
#include "model/build.h"
#include "model/dlc/container.h"
#include "model/dlc/metadata.h"
#include "model/dlc/v2.h"
#include "model/dlc/v3.h"

/* Records of others, among them quant_params, which is of use to a quantiser of Qualcomm's only. */
static int keep_sections(const struct container *container, struct builder *builder,
                         struct fault *fault)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < container->zip.n_entries; i++) {
        const struct zip_entry *entry = &container->zip.entries[i];

        if (!container_is_read(entry))
            r = build_section(builder, entry->name, entry->base, entry->size, fault);
    }
    return r;
}

static int read_metadata(const struct container *container, struct dlc_metadata *ret,
                         struct fault *fault)
{
    const void *text = container->metadata.base ? (const void *)container->metadata.base : "";
    int r = metadata_parse(text, container->metadata.size, ret, fault);

    if (r < 0)
        return r;
    ret->version = container->version;
    ret->date = zip_seconds(zip_find(&container->zip, CONTAINER_MODEL)->stamp);
    return 0;
}

static int read_graph(const struct container *container, struct graph **ret, struct fault *fault)
{
    _cleanup_(builder_freep) struct builder *builder = NULL;
    int r = builder_new(&builder);

    if (r == 0)
        r = container->version == 2 ? v2_read(container, builder, fault)
                                    : v3_read(container, builder, fault);
    if (r == 0)
        r = keep_sections(container, builder, fault);
    return r < 0 ? r : build_done(builder, ret, fault);
}

int dlc_read(const void *bytes, size_t size, struct graph **ret, struct dlc_metadata *metadata,
             struct fault *fault)
{
    struct dlc_metadata told = {.date = 0};
    struct container container = {.metadata = {NULL, 0}};
    int r = container_open(bytes, size, &container, fault);

    if (r < 0)
        return r;
    if (metadata)
        r = read_metadata(&container, &told, fault);
    if (r == 0)
        r = read_graph(&container, ret, fault);
    if (r == 0 && metadata)
        *metadata = told;
    else
        dlc_metadata_done(&told);
    container_close(&container);
    return r;
}

/* Memory that a constant's numbers would take is asked for and not touched. */
int dlc_check(const void *bytes, size_t size, struct fault *fault)
{
    struct container container = {.metadata = {NULL, 0}};
    struct dlc_metadata metadata = {.date = 0};
    struct graph *graph = NULL;
    int r = container_open(bytes, size, &container, fault);

    if (r < 0)
        return r;
    container.structure = true;
    r = read_metadata(&container, &metadata, fault);
    if (r == 0)
        r = read_graph(&container, &graph, fault);
    graph_unref(graph);
    dlc_metadata_done(&metadata);
    container_close(&container);
    return r;
}

static uint32_t stamp_of(const struct dlc_metadata *metadata)
{
    const char *epoch = getenv("SOURCE_DATE_EPOCH");
    uint64_t seconds;

    if (metadata && metadata->date)
        return zip_stamp(metadata->date);
    if (epoch && str_u64(epoch, 0, INT64_MAX, &seconds) == 0)
        return zip_stamp((int64_t)seconds);
    return ZIP_STAMP_MIN;
}

static int record_order(const void *a, const void *b)
{
    const struct zip_parts *left = a, *right = b;

    return strcmp(left->name, right->name);
}

static int check_names(const struct zip_parts *records, size_t n, struct fault *fault)
{
    for (size_t i = 1; i < n; i++)
        if (strcmp(records[i - 1].name, records[i].name) == 0)
            return fail(fault, E_DLC_ARCHIVE, "two records would have the name %.100s",
                        records[i].name);
    return 0;
}

#define OWN_RECORDS 3

/* Where the bytes of the records are: our three, then one piece for each that was carried along. */
static int list_pieces(const struct graph *graph, const struct buf *text,
                       const struct flat_build *model, const struct flat_build *params,
                       struct piece **ret)
{
    size_t n_params = flat_build_n_pieces(params), n = 2 + n_params + graph->n_sections;
    struct piece *pieces = malloc(n * sizeof(*pieces));

    if (!pieces)
        return -ENOMEM;
    pieces[0] = (struct piece){text->base, text->size};
    pieces[1] = (struct piece){flat_build_bytes(model), model->size};
    flat_build_pieces(params, pieces + 2);
    for (uint32_t i = 0; i < graph->n_sections; i++)
        pieces[2 + n_params + i] = (struct piece){graph->sections[i].base, graph->sections[i].size};
    *ret = pieces;
    return 0;
}

/* Our three records and those that were carried along, in the order of their names. */
static int write_records(const struct graph *graph, const struct piece *pieces, size_t n_params,
                         uint32_t stamp, zip_put_fn put, void *context, struct fault *fault)
{
    size_t n = OWN_RECORDS + (size_t)graph->n_sections;
    struct zip_parts *records = calloc(n, sizeof(*records));
    int r;

    if (!records)
        return -ENOMEM;
    records[0] = (struct zip_parts){CONTAINER_METADATA, pieces, 1};
    records[1] = (struct zip_parts){CONTAINER_MODEL, pieces + 1, 1};
    records[2] = (struct zip_parts){CONTAINER_PARAMS, pieces + 2, n_params};
    for (uint32_t i = 0; i < graph->n_sections; i++)
        records[OWN_RECORDS + i] =
            (struct zip_parts){graph->sections[i].name, pieces + 2 + n_params + i, 1};
    qsort(records, n, sizeof(*records), record_order);
    r = check_names(records, n, fault);
    if (r == 0)
        r = zip_write_to(records, n, stamp, put, context, fault);
    free(records);
    return r;
}

int dlc_write_to(const struct graph *graph, const struct dlc_metadata *metadata, zip_put_fn put,
                 void *context, struct fault *fault)
{
    struct flat_build model = {0}, params = {0};
    struct buf text = {0};
    struct piece *pieces = NULL;
    int r = metadata_print(metadata, &text);

    if (r == 0)
        r = v3_write(graph, &model, &params, fault);
    if (r == 0)
        r = list_pieces(graph, &text, &model, &params, &pieces);
    if (r == 0)
        r = write_records(graph, pieces, flat_build_n_pieces(&params), stamp_of(metadata), put,
                          context, fault);
    free(pieces);
    flat_build_done(&model);
    flat_build_done(&params);
    buf_done(&text);
    return r;
}

static int put_buf(void *context, const void *base, size_t size)
{
    return buf_append(context, base, size);
}

int dlc_write(const struct graph *graph, const struct dlc_metadata *metadata, struct buf *out,
              struct fault *fault)
{
    size_t start = out->size;
    int r = dlc_write_to(graph, metadata, put_buf, out, fault);

    if (r < 0)
        out->size = start;
    return r;
}
