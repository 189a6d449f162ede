/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BOARD_RISCV64_H
#define BOARD_RISCV64_H

struct machine;
struct run_options;

#define RISCV64_UART	  0x10000000U
#define RISCV64_UART_SIZE 0x8U
#define RISCV64_RAM	  0x80000000U

/* Write the device tree to the beginning of the RAM. Returns STATUS_OK, or another status after a
 * message. */
int riscv64_write_tree(struct machine *machine, const struct run_options *options);

#endif
