#include "tools/progress.h"

#define REDRAW_NS 100000000u  /* fast enough for an eye, too slow to cost anything */
#define LINE_NS   5000000000u /* so often a log hears of it */

void progress_begin(struct progress *progress)
{
    progress->last_ns = clock_now_ns(progress->clock);
    progress->drawn = false;
}

void progress_step(struct progress *progress, uint32_t done, uint32_t n)
{
    uint64_t now = clock_now_ns(progress->clock);

    if (now - progress->last_ns < (progress->terminal ? REDRAW_NS : LINE_NS))
        return;
    progress->last_ns = now;
    progress->drawn = progress->terminal;
    fprintf(progress->out, "%s%s: %s %u of %u%s", progress->terminal ? "\r" : "", progress->what,
            progress->unit, done, n, progress->terminal ? "\033[K" : "\n");
    fflush(progress->out);
}

void progress_end(struct progress *progress)
{
    if (!progress->drawn)
        return;
    fputs("\r\033[K", progress->out);
    fflush(progress->out);
    progress->drawn = false;
}
