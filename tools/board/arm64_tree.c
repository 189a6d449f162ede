/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What arm64's guest is told of the machine. */
#include "arm64.h"

#ifdef __aarch64__
#include "../machine.h"
#include "../tool.h"
#include "registers.h"
#include "tree.h"

#define CLOCK_PHANDLE 2U
#define UART_CLOCK    24000000U
#define SPI	      0U /* kinds of interrupts, and when they are */
#define PPI	      1U
#define LEVEL_HIGH    4U
#define LEVEL_LOW     8U

/* Of an id, which the tree names the vCPU by. */
#define AFFINITY UINT64_C(0xff00ffffff)

static int describe_vcpu(struct kvmlib_vcpu *vcpu, struct tree *tree)
{
	uint64_t id;
	int status = reg_get(vcpu, "MPIDR_EL1", &id);

	if (status)
		return status;
	id &= AFFINITY;
	tree_begin_at(tree, "cpu", id);
	tree_text(tree, "device_type", "cpu");
	tree_text(tree, "compatible", "arm,armv8");
	tree_text(tree, "enable-method", "psci");
	tree_cells(tree, "reg", (const uint32_t[]){ (uint32_t)(id >> 32), (uint32_t)id }, 2);
	tree_end(tree);
	return STATUS_OK;
}

static int describe_vcpus(const struct machine *machine, struct tree *tree)
{
	int status = STATUS_OK;

	tree_begin(tree, "cpus");
	tree_cell(tree, "#address-cells", 2);
	tree_cell(tree, "#size-cells", 0);
	for (uint32_t i = 0; !status && i < machine->nr_vcpus; i++)
		status = describe_vcpu(machine->vcpus[i], tree);
	tree_end(tree);
	return status;
}

static void describe_psci(struct tree *tree)
{
	static const char versions[] = "arm,psci-1.0\0arm,psci-0.2";

	tree_begin(tree, "psci");
	tree_texts(tree, "compatible", versions, sizeof(versions));
	tree_text(tree, "method", "hvc");
	tree_end(tree);
}

/* KVM's own numbers. */
static void describe_timer(struct tree *tree)
{
	static const uint32_t interrupts[] = { PPI, 13, LEVEL_LOW, PPI, 14, LEVEL_LOW,
					       PPI, 11, LEVEL_LOW, PPI, 10, LEVEL_LOW };

	tree_begin(tree, "timer");
	tree_text(tree, "compatible", "arm,armv8-timer");
	tree_cells(tree, "interrupts", interrupts, sizeof(interrupts) / sizeof(interrupts[0]));
	tree_flag(tree, "always-on");
	tree_end(tree);
}

static void describe_clock(struct tree *tree)
{
	tree_begin(tree, "apb-pclk");
	tree_text(tree, "compatible", "fixed-clock");
	tree_cell(tree, "#clock-cells", 0);
	tree_cell(tree, "clock-frequency", UART_CLOCK);
	tree_cell(tree, "phandle", CLOCK_PHANDLE);
	tree_end(tree);
}

static void describe_uart(struct tree *tree)
{
	static const char kinds[] = "arm,pl011\0arm,primecell";
	static const char clocks[] = "uartclk\0apb_pclk";

	tree_begin_at(tree, "pl011", ARM64_UART);
	tree_texts(tree, "compatible", kinds, sizeof(kinds));
	tree_range(tree, ARM64_UART, ARM64_UART_SIZE);
	tree_cells(tree, "interrupts", (const uint32_t[]){ SPI, ARM64_UART_SPI, LEVEL_HIGH }, 3);
	tree_cells(tree, "clocks", (const uint32_t[]){ CLOCK_PHANDLE, CLOCK_PHANDLE }, 2);
	tree_texts(tree, "clock-names", clocks, sizeof(clocks));
	tree_end(tree);
}

static void describe_devices(const struct machine *machine, const struct run_options *options,
			     struct tree *tree)
{
	describe_psci(tree);
	describe_clock(tree);
	describe_uart(tree);
	if (!options->irqchip)
		return;
	describe_timer(tree);
	arm64_gic_describe(machine, options, tree);
}

int arm64_write_tree(struct machine *machine, const struct run_options *options)
{
	struct tree tree = tree_start(machine->memory.ram, "linux,dummy-virt");
	int status;

	if (options->irqchip)
		tree_cell(&tree, "interrupt-parent", ARM64_GIC_PHANDLE);
	tree_chosen(&tree, "/pl011@9000000");
	tree_memory(&tree, ARM64_RAM, options->ram.size);
	describe_devices(machine, options, &tree);
	status = describe_vcpus(machine, &tree);
	return status ? status : tree_finish(&tree);
}
#endif
