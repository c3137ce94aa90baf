#pragma once
/* A microphone, by ALSA: 16 bits, averaged to one channel, resampled where it has another rate. */
#include <stddef.h>

struct microphone;

/* NAME as ALSA has it: "default", "hw:1,0", "plughw:0". 0 and *RET, or -1 after a sentence. */
int microphone_open(const char *name, unsigned rate, struct microphone **ret);
void microphone_close(struct microphone *microphone); /* NULL is fine */

/* Waits for the next N samples. What was lost because we came too late is said and passed over. */
int microphone_read(struct microphone *microphone, float *to, size_t n);
