#pragma once
/*
 * The terminal as a picture that is painted again and again: its other screen, keys one at a time,
 * signals as events. Whatever ends the program by way of terminal_close, or suspends it, finds the
 * terminal as it was.
 */
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

enum terminal_event {
    TERMINAL_NOTHING, /* the time is over */
    TERMINAL_KEY,
    TERMINAL_RESIZED,
    TERMINAL_QUIT, /* a signal that ends */
};

/* Keys beyond what a char holds. */
#define TERMINAL_UP   1001
#define TERMINAL_DOWN 1002

struct terminal {
    struct termios before;
    sigset_t signals; /* that were blocked before */
    int signal_fd;
    bool taken;
    uint32_t rows, width;
    char typed[64]; /* and not asked for yet */
    size_t n_typed;
};

/* Takes over stdin and stdout, which are a terminal. 0 or -errno. */
int terminal_open(struct terminal *terminal);
void terminal_close(struct terminal *terminal);

/* Waits at most WAIT_MS; *RET_KEY is a key's byte or one of the above. */
enum terminal_event terminal_wait(struct terminal *terminal, int wait_ms, int *ret_key);

/* Shows TEXT of SIZE bytes from the upper left corner on, as much as fits; the rest is blank. */
void terminal_paint(const struct terminal *terminal, const char *text, size_t size);
