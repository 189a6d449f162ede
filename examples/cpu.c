/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Which processor does the guest see? The host's, without what is named, as six vCPUs in two sockets, in a
 * VM that poses as Hyper-V where it can; each tells the APIC id that it finds.
 *
 *     cc cpu.c $(pkg-config --cflags --libs kvmlib) -o cpu && ./cpu avx2 aes
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

static int fail(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "cpu: %s: %s\n", what, line);
	return -1;
}

#ifdef __x86_64__
#include <string.h>

#include <linux/kvm.h>

#define CODE	 0x1000
#define PORT	 0xe9
#define NR_VCPUS 6

/* mov eax, 1; cpuid; shr ebx, 24; mov al, bl; out PORT, al; hlt */
static const uint8_t code[] = {
	0x66, 0xb8, 1, 0, 0, 0, 0x0f, 0xa2, 0x66, 0xc1, 0xeb, 0x18, 0x88, 0xd8, 0xe6, PORT, 0xf4,
};

/* [collect] */
static int make_cpu(struct kvmlib_system *system, char **without, struct kvmlib_cpuid **cpu)
{
	if (kvmlib_cpuid_collect(system, NULL, cpu))
		return fail("can't ask the host");
	for (; *without; without++)
		if (kvmlib_cpuid_set_feature(*cpu, *without, 0))
			return fail("can't take it away");
	return 0;
}
/* [collect] */

/* [hyperv] */
/* The table is the host's, and knows what there is. Each vCPU wants kvmlib_cpuid_enable_hyperv(). */
static int pose_as_hyperv(struct kvmlib_cpuid *cpu)
{
	static const char names[] = "hv-relaxed,hv-time,hv-vpindex,hv-spinlocks";

	if (!kvmlib_cpuid_set_hyperv(cpu, names, cpu, NULL))
		printf("poses as Hyper-V\n");
	else if (kvmlib_error_cause() == KVMLIB_CAUSE_CPUID_HYPERV_MISSING)
		printf("the host does not offer %s\n", kvmlib_error_subject());
	else
		return fail("can't pose as Hyper-V");
	return 0;
}
/* [hyperv] */

/* [check] */
static int print_problem(const struct kvmlib_cpuid_problem *problem, void *userdata)
{
	(void)userdata;
	if (problem->feature)
		printf("%s needs %s\n", problem->feature, problem->needs);
	else
		printf("%s: leaf 0x%x, subleaf %u\n", problem->name, problem->leaf,
		       problem->subleaf);
	return 0;
}
/* [check] */

/* [apply] */
/* Six cores in two sockets. What needs a feature that was taken away goes as well; and some kernels tell of
 * more MSRs than they let vCPUs have. */
static struct kvmlib_cpuid_vcpu place_of(uint32_t index)
{
	return (struct kvmlib_cpuid_vcpu){
		.size = sizeof(struct kvmlib_cpuid_vcpu),
		.index = index,
		.sockets = 2,
		.cores = NR_VCPUS / 2,
		.flags = KVMLIB_CPUID_DROP_UNMET | KVMLIB_CPUID_LEAVE_MSRS,
	};
}

static int make_vcpu(struct kvmlib_vm *vm, const struct kvmlib_cpuid *cpu, uint32_t index,
		     struct kvmlib_vcpu **vcpu)
{
	const struct kvmlib_cpuid_vcpu place = place_of(index);
	uint32_t id;

	if (kvmlib_cpuid_apic_id(&place, &id) || kvmlib_vm_create_vcpu(vm, id, vcpu) ||
	    kvmlib_cpuid_apply(cpu, &place, *vcpu) < 0)
		return fail("can't make the vCPU");
	return 0;
}
/* [apply] */

/* [fix] */
static int check_cpu(const struct kvmlib_cpuid *cpu)
{
	const struct kvmlib_cpuid_vcpu place = place_of(NR_VCPUS - 1);
	struct kvmlib_cpuid *own = NULL;
	int r = kvmlib_cpuid_copy(cpu, &own);

	if (!r)
		r = kvmlib_cpuid_fix(own, &place);
	if (!r)
		r = kvmlib_cpuid_check(own, print_problem, NULL);
	kvmlib_cpuid_free(own);
	return r < 0 ? fail("can't check the CPU") : r;
}
/* [fix] */

static int run(struct kvmlib_vcpu *vcpu)
{
	struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs;
	struct kvmlib_exit_io io;

	if (kvmlib_vcpu_get_sregs(vcpu, &sregs))
		return fail("can't read registers");
	sregs.cs.base = sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(vcpu, &sregs) || kvmlib_vcpu_set_regs(vcpu, &regs))
		return fail("can't set registers");
	if (kvmlib_vcpu_run(vcpu) || kvmlib_vcpu_exit_io(vcpu, &io))
		return fail("can't run");
	printf(" %u", *(const uint8_t *)io.data);
	return 0;
}

static int make_memory(struct kvmlib_vm *vm, struct kvmlib_memory **memory)
{
	const struct kvmlib_memory_region_opts page = {
		.size = sizeof(page),
		.gpa = CODE,
		.length = 0x1000,
	};
	struct kvmlib_memory_region *region;

	if (kvmlib_memory_new(vm, NULL, memory) || kvmlib_memory_add(*memory, &page, &region))
		return fail("can't make the guest's memory");
	memcpy(kvmlib_memory_region_address(region), code, sizeof(code));
	return 0;
}

static int run_all(struct kvmlib_vm *vm, const struct kvmlib_cpuid *cpu)
{
	struct kvmlib_vcpu *vcpu;
	int r = 0;

	printf("APIC ids:");
	for (uint32_t i = 0; !r && i < NR_VCPUS; i++) {
		vcpu = NULL;
		r = make_vcpu(vm, cpu, i, &vcpu);
		if (!r)
			r = run(vcpu);
		kvmlib_vcpu_unref(vcpu);
	}
	printf("\n");
	return r;
}

int main(int argc, char **argv)
{
	struct kvmlib_memory *memory = NULL;
	struct kvmlib_system *system = NULL;
	struct kvmlib_cpuid *cpu = NULL;
	struct kvmlib_vm *vm = NULL;
	int r = -1;

	(void)argc;
	if (kvmlib_system_open(NULL, &system) || kvmlib_system_create_vm(system, NULL, &vm))
		fail("no KVM");
	else if (!make_cpu(system, argv + 1, &cpu) && !pose_as_hyperv(cpu) && !check_cpu(cpu) &&
		 !make_memory(vm, &memory))
		r = run_all(vm, cpu);
	kvmlib_cpuid_free(cpu);
	kvmlib_memory_unref(memory);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
#else
int main(void)
{
	fail("the guest is for x86-64");
	return EXIT_FAILURE;
}
#endif
