#pragma once
/*
 * The table of snpe-dlc-info: a row for each layer, as many lines high as the layer has inputs,
 * outputs or parameters.
 */
#include "tools/dlc_facts.h"
#include "tools/ruled.h"

/* 0 or -ENOMEM. FACTS must stay as long as RET. */
int dlc_table_make(const struct dlc_facts *facts, struct ruled *ret);

/* The letters of runtimes, A D G C as far as they are in BITS: the first of SNPE's names. */
#define TABLE_LETTERS "ADGC"
void dlc_table_letters(uint32_t bits, char out[sizeof(TABLE_LETTERS)]);
