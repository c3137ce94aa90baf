#pragma once
/*
 * A container as one page of HTML that needs nothing else: its graph, and the data that the page's
 * script (tools/viewer/) shows. All text of the container is in one JSON object, in which every
 * "<" is escaped, so that no name can end it or be taken for markup.
 */
#include "base/buf.h"
#include "tools/dlc_facts.h"

/* 0 or -ENOMEM. */
int dlc_page_write(const struct dlc_facts *facts, struct buf *out);
