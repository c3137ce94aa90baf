/* What of a load is there already, and may so be had by whoever may not load. */
#include <string.h>

#include "base/error.h"
#include "daemon/load.h"
#include "daemon/models.h"
#include "daemon/server.h"
#include "daemon/session.h"

const struct generation *load_find_loaded(const struct load *load)
{
    const struct generation *generation;

    if (load->fd >= 0)
        return NULL;
    generation = models_find(&load->server->models, load->name, strlen(load->name));
    return generation && generation->state == GENERATION_READY ? generation : NULL;
}

bool load_is_there(const struct load *load)
{
    const struct generation *generation = load_find_loaded(load);

    list_foreach (it, &load->server->models.networks) {
        const struct ready *ready = list_entry(it, struct ready, link);

        if (generation && strcmp(ready->key + DIGEST_TEXT_SIZE - 1, load->suffix) == 0 &&
            memcmp(&ready->digest, &generation->digest, sizeof(ready->digest)) == 0)
            return true;
    }
    return false;
}

int load_check_rights(const struct load *load, struct fault *fault)
{
    const struct session *session = load->call.to.session;

    if (!session || session->rights.load || (!load->keep && load_is_there(load)))
        return 0;
    return fail(fault, E_DENIED,
                "user %u may run what is loaded but load nothing, and %.80s is not there as asked "
                "for: see [policy] load_users in snped.conf",
                session->peer.uid, load->name);
}
