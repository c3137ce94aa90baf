#include "tools/net.h"

#include <stddef.h>

int net_open(const struct net_options *options, struct net **ret, struct fault *fault)
{
    return options->daemon ? net_daemon_open(options, ret, fault)
                           : net_local_open(options, ret, fault);
}

void net_close(struct net *net)
{
    if (net)
        net->ops->close(net);
}

int net_run(struct net *net, struct fault *fault)
{
    return net->ops->run(net, fault);
}
