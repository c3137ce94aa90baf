#pragma once
/*
 * The attributes of one layer (or of the network) while they are gathered for writing: lists of
 * named values, sorted by name when they are written, as the original tools do it. Names and lists
 * are borrowed until then. Running out of memory sticks in tree->error; a NULL branch takes values
 * and does nothing, so callers need not look in between. Zero-initialise to begin.
 */
#include <stdbool.h>

#include "base/mem.h"
#include "model/dlc/flat_build.h"

struct v3_branch;

struct v3_tree {
    struct arena arena;
    int error;
};

/* A list that stands for itself; UNSORTED: its children are written in the order they came. */
struct v3_branch *v3_tree_root(struct v3_tree *tree);
struct v3_branch *v3_tree_list(struct v3_tree *tree, struct v3_branch *in, const char *name);
struct v3_branch *v3_tree_unsorted(struct v3_tree *tree, struct v3_branch *in, const char *name);
/* The number as a name for children of lists, which are called "0", "1", ... */
const char *v3_tree_number(struct v3_tree *tree, uint32_t number);
struct v3_branch *v3_tree_numbered(struct v3_tree *tree, struct v3_branch *in, uint32_t number);

void v3_tree_bool(struct v3_tree *tree, struct v3_branch *in, const char *name, bool v);
void v3_tree_i32(struct v3_tree *tree, struct v3_branch *in, const char *name, int32_t v);
void v3_tree_u32(struct v3_tree *tree, struct v3_branch *in, const char *name, uint32_t v);
void v3_tree_f32(struct v3_tree *tree, struct v3_branch *in, const char *name, float v);
void v3_tree_text(struct v3_tree *tree, struct v3_branch *in, const char *name, const char *v);
void v3_tree_i32s(struct v3_tree *tree, struct v3_branch *in, const char *name, const int32_t *v,
                  uint32_t n);
void v3_tree_u32s(struct v3_tree *tree, struct v3_branch *in, const char *name, const uint32_t *v,
                  uint32_t n);
void v3_tree_f32s(struct v3_tree *tree, struct v3_branch *in, const char *name, const float *v,
                  uint32_t n);

/* Has IN a value of that name already? */
bool v3_tree_has(const struct v3_branch *in, const char *name);

/* Writes the list; the place of its vector of attributes. */
uint32_t v3_tree_build(struct v3_tree *tree, const struct v3_branch *list,
                       struct flat_build *build);

/* Forgets everything, for the next layer. */
void v3_tree_done(struct v3_tree *tree);
