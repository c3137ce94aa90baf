#include "convert/words.h"

#include <string.h>

bool words_have(const char *list, const char *word)
{
    size_t length = strlen(word);

    if (length == 0)
        return false;
    for (const char *at = list; (at = strstr(at, word)); at++)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || !at[length]))
            return true;
    return false;
}
