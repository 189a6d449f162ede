/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BOARD_ARM64_H
#define BOARD_ARM64_H

struct machine;
struct run_options;
struct tree;

#define ARM64_UART	0x9000000U
#define ARM64_UART_SIZE 0x1000U
#define ARM64_UART_SPI	1U
#define ARM64_RAM	0x40000000U

/* Each returns STATUS_OK, or another status after a message. */

/* Make the interrupt controller of options->gic, or the newest that this host can have, which
 * options->gic is then. After the vCPUs. */
int arm64_gic_create(struct machine *machine, struct run_options *options);
void arm64_gic_describe(const struct machine *machine, const struct run_options *options,
			struct tree *tree);
/* How the tree refers to it. */
#define ARM64_GIC_PHANDLE 1U

/* Write the device tree to the beginning of the RAM. */
int arm64_write_tree(struct machine *machine, const struct run_options *options);

#endif
