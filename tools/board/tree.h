/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BOARD_TREE_H
#define BOARD_TREE_H

#include <stddef.h>
#include <stdint.h>

struct run_options;

/* A device tree that is being written; the first error is kept, and told at the end. */
struct tree {
	void *blob;
	int r;
};

#define TREE_ROOM 0x100000U /* bytes: enough for as many vCPUs as KVM has */

/* See that there is room for one at the beginning of RAM. Returns STATUS_OK, or another status after a
 * message. */
int tree_check(const struct run_options *options);

/* Begin one, and its root, which has addresses and sizes of two cells. */
struct tree tree_start(void *blob, const char *compatible);
void tree_begin(struct tree *tree, const char *name);
void tree_begin_at(struct tree *tree, const char *name, uint64_t address);
void tree_end(struct tree *tree);
/* End the root; returns STATUS_OK, or another status after a message. */
int tree_finish(struct tree *tree);

void tree_text(struct tree *tree, const char *name, const char *text);
/* Several texts, each with its 0. */
void tree_texts(struct tree *tree, const char *name, const char *texts, size_t size);
void tree_cells(struct tree *tree, const char *name, const uint32_t *cells, size_t n);
void tree_cell(struct tree *tree, const char *name, uint32_t cell);
void tree_flag(struct tree *tree, const char *name);
/* Ranges of addresses and sizes. */
void tree_ranges(struct tree *tree, const char *name, const uint64_t *ranges, size_t n);
void tree_range(struct tree *tree, uint64_t address, uint64_t size);

/* Nodes that all boards have. */
void tree_chosen(struct tree *tree, const char *console);
void tree_memory(struct tree *tree, uint64_t address, uint64_t size);

#endif
