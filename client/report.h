#pragma once
/* How an answer that tells about the daemon becomes one block for the caller. */
#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "client/call.h"
#include "protocol/messages.h"

/* The block that an answer becomes, and what it is read into first: too large for a stack. */
struct report {
    void *answer;
    void *result;
};

/*
 * One call whose answer becomes a block of ANSWER_SIZE bytes and more, made of the RESULT_SIZE
 * bytes of a message by EXCHANGE's on_answer, whose call's context is the struct report.
 */
int report_fetch(struct exchange *exchange, size_t result_size, size_t answer_size, void **ret);

/* FROM copied to *TO; *WHOLE is false when memory is out. */
void report_text(struct arena *arena, struct text from, const char **to, bool *whole);
