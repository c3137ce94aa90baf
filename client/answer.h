#pragma once
/*
 * What daemons answer, turned into what a caller may keep: errors, and blocks of memory that hold a
 * struct with all it points to. Nothing in an answer is believed that was not checked.
 */
#include "base/mem.h"
#include "client/snpe-client.h"
#include "protocol/messages.h"
#include "protocol/wire.h"

/*
 * 0, or the code of an answer that is an error, with the daemon's sentence (control characters
 * become blanks: it may end on a terminal). E_BAD_FRAME if the code is none.
 */
int answer_error(const struct wire_frame *frame, struct fault *fault);

/*
 * A block: one struct of SIZE bytes, cleared, and an arena for what it points to. NULL if memory is
 * out. snpe_free frees both.
 */
void *answer_new(size_t size);
struct arena *answer_arena(void *answer);

/* Copies into ARENA; both return NULL if memory is out. A text's zeros would end it: it ends there.
 */
const char *answer_text(struct arena *arena, struct text text);
const struct snpe_tensor_info *const *
answer_tensors(struct arena *arena, const struct tensor_desc *tensors, uint32_t n_tensors);
