#pragma once
/*
 * The connection: made, lost, made again. All with the client's lock held (see client.h).
 */
#include "client/client.h"

/*
 * A live connection, if need be a new one, with HELLO done. For one that was lost it tries for
 * client->reconnect_ms, else once. E_DISCONNECTED, E_VERSION, E_TIMEOUT, E_STATE (in a child of the
 * process that made the client), -errno.
 */
int link_up(struct snpe_client *client, uint64_t expires_ns, struct fault *fault);

/* The same for snpe_connect: also when the client does not reconnect by itself. */
int link_make(struct snpe_client *client, uint64_t expires_ns, struct fault *fault);

/*
 * Takes in what the socket holds and hands answers to their calls, writes what waits to be written;
 * marks the connection as lost when it is. Never blocks.
 */
void link_work(struct snpe_client *client);

/* Marks the connection as lost for CODE, FAULT telling why: everything under way ends with it. */
void link_lose(struct snpe_client *client, int code, const struct fault *fault);

/* Fd and buffers of a connection that nobody polls. */
void link_done(struct snpe_client *client);
