#pragma once
/*
 * The table of snpe-dlc-info: a row for each layer, as many lines high as the layer has inputs,
 * outputs or parameters. Printed ruled with | and -, or as comma-separated values.
 */
#include <stdio.h>

#include "tools/dlc_facts.h"
#include "tools/dlc_params.h"

enum table_column {
    TABLE_ID,
    TABLE_NAME,
    TABLE_TYPE,
    TABLE_INPUTS,
    TABLE_OUTPUTS,
    TABLE_DIMS,
    TABLE_RUNTIMES,
    TABLE_PARAMETERS,
    _TABLE_MAX,
};

struct dlc_table {
    struct table_line *lines;
    uint32_t n, capacity;
    struct params texts;
    int error;
};

/* 0 or -ENOMEM. FACTS must stay as long as RET. */
int dlc_table_init(const struct dlc_facts *facts, struct dlc_table *ret);
void dlc_table_done(struct dlc_table *table);

void dlc_table_print(const struct dlc_table *table, FILE *out);

/* One line for each of the table's, without repeating what a layer's first line says. 0 or -ENOMEM.
 */
int dlc_table_csv(const struct dlc_table *table, struct buf *out);
/* TEXT as one field: quoted where it must be (RFC 4180). */
int dlc_table_field(const char *text, struct buf *out);

/* The letters of runtimes, A D G C as far as they are in BITS: the first of SNPE's names. */
#define TABLE_LETTERS "ADGC"
void dlc_table_letters(uint32_t bits, char out[sizeof(TABLE_LETTERS)]);
