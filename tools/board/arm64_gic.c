/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64's interrupt controller, in the kernel. */
#include "arm64.h"

#ifdef __aarch64__
#include "../machine.h"
#include "../tool.h"
#include "tree.h"

#define DISTRIBUTOR	 0x8000000U
#define CPU_INTERFACE	 0x8010000U
#define REDISTRIBUTORS	 0xa000000U /* up to the RAM: for 432 vCPUs */
#define REDISTRIBUTOR	 0x20000U
#define GICV2_SIZE	 0x1000U
#define GICV2_INTERFACES 0x2000U
#define GICV3_SIZE	 0x10000U

static int create_v2(struct machine *machine)
{
	const struct kvmlib_arm64_gic_v2_opts opts = { .size = sizeof(opts),
						       .distributor = DISTRIBUTOR,
						       .cpu_interface = CPU_INTERFACE };

	if (kvmlib_arm64_gic_v2_create(machine->vm, &opts, &machine->gic) < 0)
		return say_error(RUN, "can't create a GICv2");
	return STATUS_OK;
}

static int create_v3(struct machine *machine)
{
	const struct kvmlib_arm64_gic_v3_opts opts = { .size = sizeof(opts),
						       .distributor = DISTRIBUTOR,
						       .redistributors = REDISTRIBUTORS };

	if (kvmlib_arm64_gic_v3_create(machine->vm, &opts, &machine->gic) < 0)
		return say_error(RUN, "can't create a GICv3");
	return STATUS_OK;
}

static int choose(const struct machine *machine, struct run_options *options)
{
	uint32_t found;

	if (kvmlib_arm64_gic_probe(machine->vm, &found) < 0)
		return say_error(RUN, "can't ask for interrupt controllers");
	if (!options->gic)
		options->gic = found & KVMLIB_ARM64_GIC_V3 ? 3 : 2;
	if (found & (options->gic == 3 ? KVMLIB_ARM64_GIC_V3 : KVMLIB_ARM64_GIC_V2))
		return STATUS_OK;
	say(RUN, "this host can't have a GICv%u", options->gic);
	return STATUS_HOST;
}

int arm64_gic_create(struct machine *machine, struct run_options *options)
{
	int status = choose(machine, options);

	if (status)
		return status;
	return options->gic == 3 ? create_v3(machine) : create_v2(machine);
}

static void describe_v2(struct tree *tree)
{
	tree_text(tree, "compatible", "arm,cortex-a15-gic");
	tree_ranges(tree, "reg",
		    (const uint64_t[]){ DISTRIBUTOR, GICV2_SIZE, CPU_INTERFACE, GICV2_INTERFACES },
		    4);
}

static void describe_v3(const struct machine *machine, struct tree *tree)
{
	tree_text(tree, "compatible", "arm,gic-v3");
	tree_ranges(tree, "reg",
		    (const uint64_t[]){ DISTRIBUTOR, GICV3_SIZE, REDISTRIBUTORS,
					(uint64_t)REDISTRIBUTOR * machine->nr_vcpus },
		    4);
}

void arm64_gic_describe(const struct machine *machine, const struct run_options *options,
			struct tree *tree)
{
	tree_begin_at(tree, "intc", DISTRIBUTOR);
	if (options->gic == 3)
		describe_v3(machine, tree);
	else
		describe_v2(tree);
	tree_flag(tree, "interrupt-controller");
	tree_cell(tree, "#interrupt-cells", 3);
	tree_cell(tree, "phandle", ARM64_GIC_PHANDLE);
	tree_end(tree);
}
#endif
