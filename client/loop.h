#pragma once
/*
 * For programs with a loop of their own: one epoll instance that is readable when snpe_dispatch has
 * something to do. It holds the socket of the connection there is, an eventfd for answers that some
 * other thread took in, and a timer for the earliest timeout. Without snpe_fd all of it does
 * nothing.
 */
#include "client/client.h"

struct call;

/* The socket of a new connection. 0 or -errno. */
int loop_remember(struct snpe_client *client);
/* The socket is about to be closed, or nothing more comes from it. */
void loop_forget(struct snpe_client *client);
/* After whatever may have left bytes that wait for room in the socket. */
void loop_watch(struct snpe_client *client);
/* snpe_dispatch must look at CALL, which is done and on client->done. */
void loop_notify(struct snpe_client *client);
/* snpe_dispatch must be called at EXPIRES_NS at the latest. */
void loop_arm(struct snpe_client *client, uint64_t expires_ns);
void loop_done(struct snpe_client *client);
