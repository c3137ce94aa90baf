#pragma once
/* A container that a tool has just written. */
#include "base/fault.h"
#include "tools/file.h"

/*
 * What was written into FILE, before it gets its name, read as every tool will read it. 0, or what
 * dlc_check says, -errno. The graph it was made from should be gone by then: weights are so in
 * memory no more than once besides the file's own pages.
 */
int dlc_made_check(const struct file_new *file, struct fault *fault);
