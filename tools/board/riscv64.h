/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BOARD_RISCV64_H
#define BOARD_RISCV64_H

#include <stddef.h>

#include <linux/kvm.h>

struct machine;
struct run_options;

#define RISCV64_UART	  0x10000000U
#define RISCV64_UART_SIZE 0x8U
#define RISCV64_RAM	  0x80000000U

#define RISCV64_CORE(member) \
	(KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_CORE | KVM_REG_RISCV_CORE_REG(member))
#define RISCV64_CSR(member) \
	(KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_CSR | KVM_REG_RISCV_CSR_REG(member))
#define RISCV64_CONFIG(member) \
	(KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_CONFIG | KVM_REG_RISCV_CONFIG_REG(member))
#define RISCV64_TIMER(member) \
	(KVM_REG_RISCV | KVM_REG_SIZE_U64 | KVM_REG_RISCV_TIMER | KVM_REG_RISCV_TIMER_REG(member))

/* Write the device tree to the beginning of the RAM. Returns STATUS_OK, or another status after a
 * message. */
int riscv64_write_tree(struct machine *machine, const struct run_options *options);

#endif
