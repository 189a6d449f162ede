/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Device trees, by libfdt. */
#include "tree.h"

#if defined(__aarch64__) || defined(__riscv)
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "../run.h"
#include "../tool.h"

#define MAX_CELLS 16U

static void note(struct tree *tree, int r)
{
	if (tree->r >= 0)
		tree->r = r;
}

static void put(struct tree *tree, const char *name, const void *data, size_t size)
{
	if (tree->r >= 0)
		note(tree, fdt_property(tree->blob, name, data, (int)size));
}

int tree_check(const struct run_options *options)
{
	if (options->ram.size >= TREE_ROOM)
		return STATUS_OK;
	say(RUN, "the guest needs 1M of RAM or more: its device tree is there");
	return STATUS_USAGE;
}

struct tree tree_start(void *blob, const char *compatible)
{
	struct tree tree = { .blob = blob };

	note(&tree, fdt_create(blob, TREE_ROOM));
	note(&tree, fdt_finish_reservemap(blob));
	tree_begin(&tree, "");
	tree_text(&tree, "compatible", compatible);
	tree_cell(&tree, "#address-cells", 2);
	tree_cell(&tree, "#size-cells", 2);
	return tree;
}

void tree_begin(struct tree *tree, const char *name)
{
	if (tree->r >= 0)
		note(tree, fdt_begin_node(tree->blob, name));
}

void tree_begin_at(struct tree *tree, const char *name, uint64_t address)
{
	char full[64];

	snprintf(full, sizeof(full), "%s@%" PRIx64, name, address);
	tree_begin(tree, full);
}

void tree_end(struct tree *tree)
{
	if (tree->r >= 0)
		note(tree, fdt_end_node(tree->blob));
}

int tree_finish(struct tree *tree)
{
	tree_end(tree);
	if (tree->r >= 0)
		note(tree, fdt_finish(tree->blob));
	if (tree->r >= 0)
		return STATUS_OK;
	say(RUN, "can't make the device tree: %s", fdt_strerror(tree->r));
	return STATUS_HOST;
}

void tree_text(struct tree *tree, const char *name, const char *text)
{
	tree_texts(tree, name, text, strlen(text) + 1);
}

void tree_texts(struct tree *tree, const char *name, const char *texts, size_t size)
{
	put(tree, name, texts, size);
}

void tree_cells(struct tree *tree, const char *name, const uint32_t *cells, size_t n)
{
	fdt32_t swapped[MAX_CELLS];

	for (size_t i = 0; i < n; i++)
		swapped[i] = cpu_to_fdt32(cells[i]);
	put(tree, name, swapped, n * sizeof(swapped[0]));
}

void tree_cell(struct tree *tree, const char *name, uint32_t cell)
{
	tree_cells(tree, name, &cell, 1);
}

void tree_flag(struct tree *tree, const char *name)
{
	put(tree, name, NULL, 0);
}

void tree_ranges(struct tree *tree, const char *name, const uint64_t *ranges, size_t n)
{
	fdt64_t swapped[MAX_CELLS];

	for (size_t i = 0; i < n; i++)
		swapped[i] = cpu_to_fdt64(ranges[i]);
	put(tree, name, swapped, n * sizeof(swapped[0]));
}

void tree_range(struct tree *tree, uint64_t address, uint64_t size)
{
	tree_ranges(tree, "reg", (const uint64_t[]){ address, size }, 2);
}

void tree_chosen(struct tree *tree, const char *console)
{
	tree_begin(tree, "chosen");
	tree_text(tree, "stdout-path", console);
	tree_end(tree);
}

void tree_memory(struct tree *tree, uint64_t address, uint64_t size)
{
	tree_begin_at(tree, "memory", address);
	tree_text(tree, "device_type", "memory");
	tree_range(tree, address, size);
	tree_end(tree);
}
#endif
