#pragma once
/* Lists of words in one string, with blanks between: how tables name what an operator may have. */
#include <stdbool.h>

/* Is WORD, which holds no blanks, one of the words of LIST? "" never is. */
bool words_have(const char *list, const char *word);
