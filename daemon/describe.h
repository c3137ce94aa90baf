#pragma once
/* Networks and models in the words of the wire. */
#include <stdint.h>

#include "engine/engine.h"
#include "protocol/messages.h"

struct generation;
struct server;
struct ready;

void describe_tensors(const struct tensor_info *infos, uint32_t n, struct tensor_desc *ret,
                      uint32_t *ret_n);
void describe_model(const struct server *server, const struct generation *generation,
                    struct model_desc *ret);
void describe_network(const struct ready *ready, struct network_desc *ret);
