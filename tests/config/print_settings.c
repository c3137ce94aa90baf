/* Prints docs/SETTINGS.md; scripts/make-settings keeps or compares it. */
#include "config/config.h"

int main(void)
{
    config_print_markdown(stdout);
    return fflush(stdout) ? 1 : 0;
}
