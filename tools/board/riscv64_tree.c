/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What riscv64's guest is told of the machine. */
#include "riscv64.h"

#ifdef __riscv
#include <string.h>

#include "../machine.h"
#include "../tool.h"
#include "registers.h"
#include "tree.h"

#define UART_CLOCK 3686400U
#define ISA_ROOM   48U

/* Single letters, in the order in which a name of an ISA has them. */
static void name_isa(char *name, uint64_t isa)
{
	static const char letters[] = "imafdqlcbjtpvh";
	size_t n = 4;

	memcpy(name, "rv64", n);
	for (const char *letter = letters; *letter; letter++)
		if (isa & UINT64_C(1) << (*letter - 'a'))
			name[n++] = *letter;
	name[n] = '\0';
}

static int describe_vcpu(struct kvmlib_vcpu *vcpu, uint32_t id, struct tree *tree)
{
	char name[ISA_ROOM];
	uint64_t value;
	int status = reg_get(vcpu, "config/isa", &value);

	if (status)
		return status;
	name_isa(name, value);
	tree_begin_at(tree, "cpu", id);
	tree_text(tree, "device_type", "cpu");
	tree_text(tree, "compatible", "riscv");
	tree_text(tree, "riscv,isa", name);
	tree_text(tree, "mmu-type", "riscv,sv39");
	tree_cell(tree, "reg", id);
	tree_begin(tree, "interrupt-controller");
	tree_text(tree, "compatible", "riscv,cpu-intc");
	tree_flag(tree, "interrupt-controller");
	tree_cell(tree, "#interrupt-cells", 1);
	tree_end(tree);
	tree_end(tree);
	return STATUS_OK;
}

static int describe_vcpus(const struct machine *machine, struct tree *tree)
{
	uint64_t ticks;
	int status = reg_get(machine->vcpus[0], "timer/frequency", &ticks);

	tree_begin(tree, "cpus");
	tree_cell(tree, "#address-cells", 1);
	tree_cell(tree, "#size-cells", 0);
	tree_cell(tree, "timebase-frequency", status ? 0 : (uint32_t)ticks);
	for (uint32_t i = 0; !status && i < machine->nr_vcpus; i++)
		status = describe_vcpu(machine->vcpus[i], i, tree);
	tree_end(tree);
	return status;
}

static void describe_uart(struct tree *tree)
{
	tree_begin(tree, "soc");
	tree_text(tree, "compatible", "simple-bus");
	tree_cell(tree, "#address-cells", 2);
	tree_cell(tree, "#size-cells", 2);
	tree_flag(tree, "ranges");
	tree_begin_at(tree, "serial", RISCV64_UART);
	tree_text(tree, "compatible", "ns16550a");
	tree_range(tree, RISCV64_UART, RISCV64_UART_SIZE);
	tree_cell(tree, "clock-frequency", UART_CLOCK);
	tree_end(tree);
	tree_end(tree);
}

int riscv64_write_tree(struct machine *machine, const struct run_options *options)
{
	struct tree tree = tree_start(machine->memory.ram, "riscv-virtio");
	int status;

	tree_chosen(&tree, "/soc/serial@10000000");
	tree_memory(&tree, RISCV64_RAM, options->ram.size);
	describe_uart(&tree);
	status = describe_vcpus(machine, &tree);
	return status ? status : tree_finish(&tree);
}
#endif
