#pragma once
/* What an inference waited for, as the history and what is under way tell it. The loop's only. */
#include <stdint.h>

#include "base/fault.h"
#include "protocol/messages.h"

struct session;

#define WHY_SENTENCE_MAX 256

/*
 * For who asks by SESSION. RET's texts point into the history, jobs under way and SENTENCE: pack it
 * before the loop goes on. E_BAD_PARAMS (never given, or too long ago), E_DENIED.
 */
int why_find(const struct session *session, uint64_t job, struct why_result *ret,
             char sentence[WHY_SENTENCE_MAX], struct fault *fault);
