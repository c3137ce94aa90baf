// A user's program in C++: asks the daemon at a socket whether it is there.
#include <iostream>
#include <memory>
#include <snpe-client.h>

int main(int argc, char **argv)
{
    snpe_client_options options{};
    snpe_client *made = nullptr;

    options.size = sizeof(options);
    options.socket = argc > 1 ? argv[1] : nullptr;
    if (snpe_client_new(&options, &made) < 0)
        return 1;
    std::unique_ptr<snpe_client, decltype(&snpe_client_free)> client(made, snpe_client_free);
    float x[4] = {0};
    const snpe_input in = snpe_in("x", x, sizeof(x));
    int r = snpe_ping(client.get());

    if (r < 0)
        std::cout << snpe_error_name(r) << ", " << (snpe_retryable(r) ? "retryable" : "final")
                  << ": " << snpe_last_error(client.get()) << "\n";
    return in.size == sizeof(x) && (r == 0 || r == SNPE_E_DISCONNECTED) ? 0 : 1;
}
