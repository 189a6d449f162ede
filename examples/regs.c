/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The registers of a new vCPU by their names: all that KVM lists, or those that are named.
 *
 *     cc regs.c $(pkg-config --cflags --libs kvmlib) -o regs && ./regs MIDR_EL1
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __aarch64__
#include <linux/kvm.h>
#endif

#define LARGEST 256

static int fail(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "regs: %s: %s\n", what, line);
	return -1;
}

/* Only arm64 wants to be told what a vCPU is, before it has registers. */
static int begin_vcpu(struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu)
{
#ifdef __aarch64__
	struct kvm_vcpu_init init;
	int r = kvmlib_vm_arm_preferred_target(vm, &init);

	return r ? r : kvmlib_vcpu_arm_vcpu_init(vcpu, &init);
#else
	(void)vm;
	(void)vcpu;
	return 0;
#endif
}

/* [list] */
static int print_reg(struct kvmlib_vcpu *vcpu, uint64_t id)
{
	char name[KVMLIB_REG_NAME_SIZE];
	uint8_t value[LARGEST];
	size_t size = kvmlib_reg_size(id);

	if (size > LARGEST || kvmlib_vcpu_get_one_reg(vcpu, id, value, size))
		return fail("can't read a register");
	kvmlib_reg_name(id, name, sizeof(name));
	printf("%-26s ", name);
	for (size_t i = 0; i < size; i++)
		printf("%02x", value[i]);
	printf("\n");
	return 0;
}

static int print_all(struct kvmlib_vcpu *vcpu)
{
	uint64_t *ids, count;
	int r = 0;

	if (kvmlib_vcpu_get_reg_list_alloc(vcpu, &ids, &count))
		return fail("this kernel lists no registers");
	for (uint64_t i = 0; !r && i < count; i++)
		r = print_reg(vcpu, ids[i]);
	printf("%" PRIu64 " registers\n", count);
	free(ids);
	return r;
}
/* [list] */

/* [name] */
static int print_named(struct kvmlib_vcpu *vcpu, const char *name)
{
	uint64_t id;

	if (kvmlib_reg_from_name(name, &id))
		return fail("no such register");
	return print_reg(vcpu, id);
}
/* [name] */

static int print(struct kvmlib_vcpu *vcpu, char **names)
{
	int r = 0;

	if (!*names)
		return print_all(vcpu);
	for (; !r && *names; names++)
		r = print_named(vcpu, *names);
	return r;
}

int main(int argc, char **argv)
{
	struct kvmlib_system *system = NULL;
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;
	int r = -1;

	(void)argc;
	if (kvmlib_system_open(NULL, &system) || kvmlib_system_create_vm(system, NULL, &vm))
		fail("no KVM");
	else if (kvmlib_vm_create_vcpu(vm, 0, &vcpu) || begin_vcpu(vm, vcpu))
		fail("can't make the vCPU");
	else
		r = print(vcpu, argv + 1);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	return r ? EXIT_FAILURE : EXIT_SUCCESS;
}
