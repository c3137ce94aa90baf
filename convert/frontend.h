#pragma once
/*
 * The way from a foreign file that has been read to a graph, the same for every framework: plan,
 * inputs, nodes, outputs, passes, report.
 */
#include "convert/conversion.h"

/* Fills *RET, which is zeros; SIZE: bytes of the files. The caller then fills nodes and outputs. */
void frontend_begin(const struct frontend *frontend, const struct convert_options *options,
                    size_t size, struct conversion *ret, struct fault *fault);

/* What convert.h says of every converter. */
int frontend_convert(struct conversion *c, struct graph **ret, struct buf *report);

void frontend_end(struct conversion *c);

/* R; a sentence about what FILE holds gets its name in front. FILE may be NULL: as it is. */
int frontend_name_file(const char *file, int r, struct fault *fault);
