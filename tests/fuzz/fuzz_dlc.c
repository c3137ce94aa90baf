/*
 * Containers. The first byte says what the rest is: an even one a whole archive; one of 4 n + 1 the
 * records `model` and `model.params` of version 3, without their headers and behind a 32-bit size
 * of the first; one of 4 n + 3 the record `model` of version 2. Around records a sound archive is
 * made, so that the fuzzer need not find CRCs. What is read must be writable, and readable then,
 * and what may be read is known without reading it.
 */
/* NEEDS: model base */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "model/dlc/container.h"
#include "model/dlc/dlc.h"

int LLVMFuzzerTestOneInput(const uint8_t *base, size_t size);

static void check_written(const struct graph *graph)
{
    struct graph *back = NULL;
    struct buf bytes = {NULL, 0, 0};

    if (dlc_write(graph, NULL, &bytes, NULL) != 0 ||
        dlc_read(bytes.base, bytes.size, &back, NULL, NULL) != 0 || back->n_nodes != graph->n_nodes)
        abort();
    graph_unref(back);
    buf_done(&bytes);
}

static void check(const uint8_t *base, size_t size)
{
    struct graph *graph = NULL;
    struct dlc_metadata metadata;
    struct fault fault = {""};
    int r = dlc_read(base, size, &graph, &metadata, &fault);

    if (dlc_check(base, size, NULL) != r)
        abort();
    if (r != 0) {
        if (fault.text[0] == 0)
            abort();
        return;
    }
    check_written(graph);
    dlc_metadata_done(&metadata);
    graph_unref(graph);
}

/* Appends the header of version 3 and the record; its place in OUT. */
static size_t add_record(struct buf *out, const uint8_t *base, size_t size)
{
    size_t at = out->size;

    if (buf_append(out, container_header, CONTAINER_HEADER_SIZE) != 0 ||
        (size && buf_append(out, base, size) != 0))
        abort();
    return at;
}

static void check_records(const uint8_t *base, size_t size)
{
    struct buf records = {NULL, 0, 0}, archive = {NULL, 0, 0};
    uint32_t model_size;
    size_t params_at;

    if (size < sizeof(model_size))
        return;
    memcpy(&model_size, base, sizeof(model_size));
    base += sizeof(model_size);
    size -= sizeof(model_size);
    if (model_size > size)
        model_size = (uint32_t)size;
    add_record(&records, base, model_size);
    params_at = add_record(&records, base + model_size, size - model_size);
    {
        const struct zip_record both[] = {
            {CONTAINER_MODEL, records.base, params_at},
            {CONTAINER_PARAMS, records.base + params_at, records.size - params_at},
        };

        if (zip_write(both, 2, ZIP_STAMP_MIN, &archive, NULL) != 0)
            abort();
    }
    check(archive.base, archive.size);
    buf_done(&archive);
    buf_done(&records);
}

static void check_message(const uint8_t *base, size_t size)
{
    static const unsigned char header[CONTAINER_HEADER_SIZE] = {0xd5, 0x0a, 2, 0, 5};
    struct buf record = {NULL, 0, 0}, archive = {NULL, 0, 0};

    if (buf_append(&record, header, sizeof(header)) != 0 ||
        (size && buf_append(&record, base, size) != 0))
        abort();
    {
        const struct zip_record model = {CONTAINER_MODEL, record.base, record.size};

        if (zip_write(&model, 1, ZIP_STAMP_MIN, &archive, NULL) != 0)
            abort();
    }
    check(archive.base, archive.size);
    buf_done(&archive);
    buf_done(&record);
}

int LLVMFuzzerTestOneInput(const uint8_t *base, size_t size)
{
    if (size == 0)
        return 0;
    if (base[0] % 2 == 0)
        check(base + 1, size - 1);
    else if (base[0] % 4 == 1)
        check_records(base + 1, size - 1);
    else
        check_message(base + 1, size - 1);
    return 0;
}
