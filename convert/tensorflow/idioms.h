#pragma once
/*
 * The idioms, each an own function that looks at the last of its nodes: true if it was found there
 * and replaced, else nothing has happened.
 */
#include "convert/tensorflow/match.h"

/* Looks for all of them, from the first node to the last. 0, -ENOMEM, E_TOO_LARGE. */
int idioms_find(struct conversion *c);

bool idiom_dropout(struct match *m, struct tf_node *node);
bool idiom_dilation(struct match *m, struct tf_node *node);
bool idiom_bias(struct match *m, struct tf_node *node);
bool idiom_affine(struct match *m, struct tf_node *node);
bool idiom_prelu(struct match *m, struct tf_node *node);
bool idiom_clip(struct match *m, struct tf_node *node);
bool idiom_product(struct match *m, struct tf_node *node); /* swish, hard-swish, gelu, ... */
bool idiom_l2_norm(struct match *m, struct tf_node *node);
bool idiom_moments(struct match *m, struct tf_node *node); /* layer and instance norms */
