#pragma once
/*
 * A layer that only its author knows: DLC's UDO, a Python or custom layer of Caffe. It is kept with
 * all that its file says; who runs it is registered at run time. Any inputs -> outputs of the
 * shapes that it says itself.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "model/attr.h"

struct node;

struct user_defined_attrs {
    const char *type;    /* what it is: "Selu", "rpn.proposal_layer.ProposalLayer" */
    const char *package; /* where it comes from; may be empty */

    /*
     * Name, kind and value of each parameter, one after another: kind is one of user_kinds, value
     * its text. A list of numbers is written with a space between two. The value of the kind
     * "list" is how many of the parameters that follow are in it, a list in it and what is in that
     * counted once.
     */
    struct strings params;

    struct i32s shapes;     /* of each output its rank, then its sizes */
    struct strings tensors; /* under which names the last inputs, constants, are stored with it */
};

enum user_kind {
    USER_BOOL, /* "true" or "false" */
    USER_I32,
    USER_U32,
    USER_F32,
    USER_STRING,
    USER_I32S,
    USER_U32S,
    USER_F32S,
    USER_LIST,
};
extern const char *const user_kinds[]; /* "bool", "i32", ... in the order of the enum, then NULL */

#define USER_DEPTH_MOST   8 /* lists in lists */
#define USER_TENSORS_MOST 8

/* The kind that a parameter's middle string names; -1: none. */
int user_kind_of(const char *word);

/*
 * How many numbers of KIND (a bool, a number, a list of them, the size of a list) the text VALUE
 * has; -1: it is no such text. RET, if not NULL, takes their bits.
 */
int64_t user_numbers(enum user_kind kind, const char *value, uint32_t *ret);

/* Has a container another use for a parameter of that name that is in no list? */
bool user_is_reserved(const char *name);

/*
 * What a runtime answers when it is asked for a layer: 0, or if NODE is a user-defined one
 * E_UDL_MISSING, for no runtime has those: a handler has to be registered.
 */
int user_defined_refuse(const struct node *node, struct fault *fault);
