/* A user's program in C: asks the daemon at a socket whether it is there. */
#include <snpe-client.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    struct snpe_client_options options = {sizeof(options), NULL, NULL, 0, 0, 0, 0};
    struct snpe_client *client;
    int r;

    options.socket = argc > 1 ? argv[1] : NULL;
    if (snpe_client_new(&options, &client) < 0)
        return 1;
    r = snpe_ping(client);
    if (r < 0)
        printf("%s, %s: %s\n", snpe_error_name(r), snpe_retryable(r) ? "retryable" : "final",
               snpe_last_error(client));
    snpe_client_free(client);
    return r == 0 || r == SNPE_E_DISCONNECTED ? 0 : 1;
}
