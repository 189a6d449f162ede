/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest executes CPUID for every leaf and subleaf, on every vCPU, and finds exactly the table that it
 * was given: all that the host has, and each model.
 */

#include <runner.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "guest.h"

#define NR_VCPUS  4U
#define APIC	  (1U << 9) /* KVM makes it follow IA32_APIC_BASE */
#define UCODE_REV 0x8bU
#define CPUS                                                                       \
	{                                                                          \
		.size = sizeof(struct kvmlib_cpuid_vcpu), .cores = 2, .threads = 2 \
	}

#define MSR_GPA	  (CODE_GPA + 0x10)
#define FAULT_GPA (CODE_GPA + 0x20)
#define VECTOR	  0x34U /* of #GP */
#define STACK	  0x800
#define FAULTED	  0x5aU

/* cpuid; out %al, $0xe9 */
static const uint8_t code[] = { 0x0f, 0xa2, 0xe6, 0xe9 };
/* rdmsr; out %al, $0xe9 */
static const uint8_t read_msr[] = { 0x0f, 0x32, 0xe6, 0xe9 };
/* mov $FAULTED, %al; out %al, $0xe9 */
static const uint8_t fault[] = { 0xb0, FAULTED, 0xe6, 0xe9 };

static struct {
	struct kvmlib_cpuid *host;
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	struct kvmlib_vcpu *vcpu;
} box;

static void setup(void)
{
	guest_setup();
	memset(&box, 0, sizeof(box));
	ck_assert_int_eq(kvmlib_cpuid_collect(guest.system, NULL, &box.host), 0);
}

static void teardown(void)
{
	kvmlib_cpuid_free(box.host);
	guest_teardown();
}

static void put_code(uint8_t *ram)
{
	const uint16_t handler[] = { FAULT_GPA, 0 };

	memcpy(ram + VECTOR, handler, sizeof(handler));
	memcpy(ram + CODE_GPA, code, sizeof(code));
	memcpy(ram + MSR_GPA, read_msr, sizeof(read_msr));
	memcpy(ram + FAULT_GPA, fault, sizeof(fault));
}

static void make_vm(void)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram), .length = RAM_SIZE };
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &box.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_irqchip(box.vm), 0);
	ck_assert_int_eq(kvmlib_memory_new(box.vm, NULL, &box.memory), 0);
	ck_assert_int_eq(kvmlib_memory_add(box.memory, &ram, &region), 0);
	put_code(kvmlib_memory_region_address(region));
}

static void drop_vm(void)
{
	kvmlib_memory_unref(box.memory);
	kvmlib_vm_unref(box.vm);
}

/* Whatever it is, it starts in real mode, and does not wait for others. */
static void make_vcpu(uint32_t id)
{
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vm_create_vcpu(box.vm, id, &box.vcpu), 0);
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(box.vcpu, &sregs), 0);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(box.vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_mp_state(box.vcpu, KVMLIB_MP_STATE_RUNNABLE), 0);
}

static void give(const struct kvmlib_cpuid *cpuid, const struct kvmlib_cpuid_vcpu *place)
{
	char text[512];
	int r = kvmlib_cpuid_apply(cpuid, place, box.vcpu);

	kvmlib_error_format(text, sizeof(text));
	ck_assert_msg(r >= 0, "%s", text);
}

static struct kvm_regs run_from(uint64_t rip, uint32_t eax, uint32_t ecx)
{
	struct kvm_regs regs = { .rax = eax, .rcx = ecx, .rip = rip, .rsp = STACK, .rflags = 2 };

	ck_assert_int_eq(kvmlib_vcpu_set_regs(box.vcpu, &regs), 0);
	ck_assert_int_eq(kvmlib_vcpu_run(box.vcpu), 0);
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(box.vcpu), KVMLIB_EXIT_IO);
	ck_assert_int_eq(kvmlib_vcpu_get_regs(box.vcpu, &regs), 0);
	return regs;
}

/* What the guest finds. */
static void ask(const struct kvmlib_cpuid_leaf *leaf, uint32_t found[4])
{
	const struct kvm_regs regs = run_from(CODE_GPA, leaf->leaf, leaf->subleaf);

	found[0] = (uint32_t)regs.rax;
	found[1] = (uint32_t)regs.rbx;
	found[2] = (uint32_t)regs.rcx;
	found[3] = (uint32_t)regs.rdx;
}

/* Whether a guest is told what its table has, which takes a processor, or a KVM, that intercepts it. */
static bool kvm_intercepts(void)
{
	const struct kvmlib_cpuid_vcpu alone = { .size = sizeof(alone) };
	const struct kvmlib_cpuid_leaf no_features = { .leaf = 1 };
	struct kvmlib_cpuid *cpuid;
	uint32_t found[4];

	ck_assert_int_eq(kvmlib_cpuid_new(&cpuid), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_leaf(cpuid, &no_features), 0);
	make_vm();
	make_vcpu(0);
	give(cpuid, &alone);
	ask(&no_features, found);
	kvmlib_vcpu_unref(box.vcpu);
	drop_vm();
	kvmlib_cpuid_free(cpuid);
	return !found[2] && !(found[3] & ~APIC);
}

#define NEEDS_INTERCEPTION     \
	if (!kvm_intercepts()) \
	SKIP("this kernel's guests see the host's CPUID")

/* KVM makes these follow what the guest has switched on: XCR0 and IA32_XSS. */
static bool follows_guest(const struct kvmlib_cpuid_leaf *leaf, uint32_t reg)
{
	return leaf->leaf == 0xd && leaf->subleaf < 2 && reg == 1;
}

static void expect_leaf(const char *name, const struct kvmlib_cpuid_leaf *leaf)
{
	uint32_t found[4];

	ask(leaf, found);
	for (uint32_t reg = 0; reg < 4; reg++)
		ck_assert_msg(found[reg] == leaf->registers[reg] || follows_guest(leaf, reg),
			      "%s: leaf %#x, subleaf %#x, register %u: %#x, not %#x", name,
			      leaf->leaf, leaf->subleaf, reg, found[reg], leaf->registers[reg]);
}

static void expect_all(const char *name, const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_leaf *leaf;

	for (size_t i = 0; (leaf = kvmlib_cpuid_leaf_at(cpuid, i)); i++)
		expect_leaf(name, leaf);
}

/* What each kernel lets be set. */
static void expect_microcode(const struct kvmlib_cpuid *cpuid)
{
	const struct kvmlib_cpuid_msr *msr = kvmlib_cpuid_get_msr(cpuid, UCODE_REV);
	struct kvm_msr_entry found = { .index = UCODE_REV };

	if (!msr)
		return;
	ck_assert_int_eq(kvmlib_vcpu_get_msrs(box.vcpu, &found, 1), 1);
	ck_assert_uint_eq(found.data, msr->value);
}

static int tell(const struct kvmlib_cpuid_problem *problem, void *name)
{
	ck_abort_msg("%s: %s: leaf %#x, subleaf %#x, register %u: bits %#x, expected %#x, %s",
		     (const char *)name, problem->name, problem->leaf, problem->subleaf,
		     problem->reg, problem->bits, problem->expected,
		     problem->feature ? problem->feature : "");
}

/* Nothing contradicts itself, and every vCPU finds its own. */
static void expect_on_all_vcpus(const char *name, const struct kvmlib_cpuid *model)
{
	struct kvmlib_cpuid_vcpu place = CPUS;
	struct kvmlib_cpuid *own;
	uint32_t id;

	make_vm();
	for (; place.index < NR_VCPUS; place.index++) {
		ck_assert_int_eq(kvmlib_cpuid_copy(model, &own), 0);
		place.flags = KVMLIB_CPUID_DROP_UNMET | KVMLIB_CPUID_LEAVE_MSRS;
		ck_assert_int_eq(kvmlib_cpuid_fix(own, &place), 0);
		ck_assert_int_eq(kvmlib_cpuid_check(own, tell, (void *)(uintptr_t)name), 0);
		ck_assert_int_eq(kvmlib_cpuid_apic_id(&place, &id), 0);
		make_vcpu(id);
		give(model, &place);
		expect_all(name, own);
		expect_microcode(own);
		kvmlib_vcpu_unref(box.vcpu);
		kvmlib_cpuid_free(own);
	}
	drop_vm();
}

START_TEST(guest_finds_all_that_the_host_has)
{
	NEEDS_INTERCEPTION;
	expect_on_all_vcpus("host", box.host);
}
END_TEST

/* 1: the host can have it. */
static int expect_model(const struct kvmlib_cpuid_model *model)
{
	struct kvmlib_cpuid *cpuid;
	int lacks;

	ck_assert_int_eq(kvmlib_cpuid_from_model(model->name, model->version, box.host, &cpuid), 0);
	lacks = kvmlib_cpuid_verdict(cpuid, box.host, NULL, NULL);
	ck_assert_int_ge(lacks, 0);
	if (!lacks)
		expect_on_all_vcpus(model->name, cpuid);
	kvmlib_cpuid_free(cpuid);
	return !lacks;
}

START_TEST(guest_finds_each_model_that_the_host_can_have)
{
	const struct kvmlib_cpuid_model *model;
	int n = 0;

	NEEDS_INTERCEPTION;
	for (size_t i = 0; (model = kvmlib_cpuid_model_at(i)); i++)
		n += expect_model(model);
	if (!n)
		SKIP("this host has not all of any model");
}
END_TEST

/* Hyper-V */

#define VP_INDEX 0x40000002U /* an MSR */

/* All that the host offers. */
static void write_offers(char *names, size_t size)
{
	const struct kvmlib_cpuid_enlightenment *one;

	names[0] = '\0';
	for (size_t i = 0; (one = kvmlib_cpuid_enlightenment_at(i)); i++)
		if (kvmlib_cpuid_offers_hyperv(box.host, one->name) == 1)
			snprintf(names + strlen(names), size - strlen(names), "%s%s",
				 *names ? "," : "", one->name);
}

/* What is not asked for by Hyper-V's leaves is not there. */
static void expect_hyperv(const struct kvmlib_cpuid *own, uint32_t index)
{
	struct kvm_regs regs;

	expect_all("Hyper-V", own);
	for (uint32_t leaf = 0x40000000; leaf <= 0x40000005; leaf++)
		ck_assert_ptr_nonnull(kvmlib_cpuid_get_leaf(own, leaf, 0));
	ck_assert_ptr_nonnull(kvmlib_cpuid_get_leaf(own, 0x40000101, 0));
	if (kvmlib_cpuid_get_leaf(own, 0x4000000a, 0))
		expect_leaf("Hyper-V", &(const struct kvmlib_cpuid_leaf){ .leaf = 0x40000006 });
	if (kvmlib_cpuid_has_hyperv(own, "hv-vpindex") != 1)
		return;
	regs = run_from(MSR_GPA, 0, VP_INDEX);
	ck_assert_uint_eq((uint32_t)regs.rax, index);
}

static void expect_hyperv_on(const struct kvmlib_cpuid *model, uint32_t index, uint32_t flags)
{
	struct kvmlib_cpuid_vcpu place = CPUS;
	struct kvmlib_cpuid *own;
	uint32_t id;

	place.index = index;
	place.flags = KVMLIB_CPUID_DROP_UNMET | KVMLIB_CPUID_LEAVE_MSRS;
	ck_assert_int_eq(kvmlib_cpuid_copy(model, &own), 0);
	ck_assert_int_eq(kvmlib_cpuid_fix(own, &place), 0);
	ck_assert_int_eq(kvmlib_cpuid_check(own, tell, (void *)(uintptr_t) "Hyper-V"), 0);
	ck_assert_int_eq(kvmlib_cpuid_apic_id(&place, &id), 0);
	make_vcpu(id);
	ck_assert_int_eq(kvmlib_cpuid_enable_hyperv(own, box.vcpu, flags), 0);
	give(model, &place);
	expect_hyperv(own, index);
	kvmlib_vcpu_unref(box.vcpu);
	kvmlib_cpuid_free(own);
}

/* Enforced, where the kernel can: what the guest was told of works all the same. */
START_TEST(guest_finds_hyperv_as_the_host_offers_it)
{
	const uint32_t enforce =
		kvmlib_system_check_extension(guest.system, KVMLIB_CAP_HYPERV_ENFORCE_CPUID) > 0;
	struct kvmlib_cpuid *cpuid;
	char names[1024];

	NEEDS_INTERCEPTION;
	write_offers(names, sizeof(names));
	if (!*names)
		SKIP("this host offers nothing of Hyper-V");
	ck_assert_int_eq(kvmlib_cpuid_copy(box.host, &cpuid), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_hyperv(cpuid, names, box.host, NULL), 0);
	ck_assert_int_eq(kvmlib_cpuid_verdict(cpuid, box.host, NULL, NULL), 0);
	make_vm();
	for (uint32_t index = 0; index < NR_VCPUS; index++)
		expect_hyperv_on(cpuid, index, enforce * KVMLIB_CPUID_ENFORCE_HYPERV);
	drop_vm();
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(guest_finds_no_more_of_hyperv_than_is_enforced)
{
	struct kvmlib_cpuid *cpuid;

	NEEDS_INTERCEPTION;
	if (kvmlib_cpuid_offers_hyperv(box.host, "hv-time") != 1 ||
	    kvmlib_system_check_extension(guest.system, KVMLIB_CAP_HYPERV_ENFORCE_CPUID) <= 0)
		SKIP("no KVM_CAP_HYPERV_ENFORCE_CPUID, or no hv-time");
	ck_assert_int_eq(kvmlib_cpuid_copy(box.host, &cpuid), 0);
	ck_assert_int_eq(kvmlib_cpuid_set_hyperv(cpuid, "hv-time", box.host, NULL), 0);
	make_vm();
	make_vcpu(0);
	ck_assert_int_eq(kvmlib_cpuid_enable_hyperv(cpuid, box.vcpu, KVMLIB_CPUID_ENFORCE_HYPERV),
			 0);
	give(cpuid, &(const struct kvmlib_cpuid_vcpu){ .size = sizeof(struct kvmlib_cpuid_vcpu),
						       .flags = KVMLIB_CPUID_LEAVE_MSRS });
	ck_assert_uint_eq((uint32_t)run_from(MSR_GPA, 0, VP_INDEX).rax, FAULTED);
	kvmlib_vcpu_unref(box.vcpu);
	drop_vm();
	kvmlib_cpuid_free(cpuid);
}
END_TEST

START_TEST(guest_of_a_host_without_hyperv_is_refused_it)
{
	struct kvmlib_cpuid *cpuid;

	if (kvmlib_cpuid_hyperv_leaf_at(box.host, 0))
		SKIP("this host offers Hyper-V");
	ck_assert_int_eq(kvmlib_cpuid_copy(box.host, &cpuid), 0);
	assert_failed(kvmlib_cpuid_set_hyperv(cpuid, "hv-relaxed", box.host, NULL), EOPNOTSUPP,
		      KVMLIB_CAUSE_CPUID_HYPERV_MISSING);
	ck_assert_int_eq(kvmlib_cpuid_set_hyperv(cpuid, "hv-relaxed", NULL, NULL), 0);
	ck_assert_int_eq(kvmlib_cpuid_verdict(cpuid, box.host, NULL, NULL), 1);
	kvmlib_cpuid_free(cpuid);
}
END_TEST

/* Whatever the guest finds, the vCPU has what it was given; and after it has run, it keeps that. */
START_TEST(vcpu_is_given_a_cpu_once)
{
	const struct kvmlib_cpuid_vcpu alone = { .size = sizeof(alone),
						 .flags = KVMLIB_CPUID_LEAVE_MSRS };
	const struct kvmlib_cpuid_leaf leaf = { .leaf = 0 };
	struct kvmlib_cpuid *own;
	uint32_t found[4];
	int r;

	ck_assert_int_eq(kvmlib_cpuid_copy(box.host, &own), 0);
	ck_assert_int_eq(kvmlib_cpuid_fix(own, &alone), 0);
	make_vm();
	make_vcpu(0);
	ck_assert_int_eq(kvmlib_cpuid_set_msr(own, UCODE_REV, 0x77), 0);
	give(own, &alone);
	expect_microcode(own);
	ask(&leaf, found);
	ck_assert_int_eq(kvmlib_cpuid_set_feature(own, "sse3", 0), 0);
	r = kvmlib_cpuid_apply(own, &alone, box.vcpu);
	if (r) {
		ck_assert_int_eq(r, -EINVAL);
		ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_CPUID_AFTER_RUN);
	}
	kvmlib_vcpu_unref(box.vcpu);
	drop_vm();
	kvmlib_cpuid_free(own);
	if (!r)
		SKIP("this kernel lets CPUID change after the first run");
}
END_TEST

Suite *cpuid_guest_suite(void)
{
	Suite *suite = suite_create("cpuid_guest");
	TCase *tcase = tcase_create("cpuid_guest");

	tcase_add_checked_fixture(tcase, setup, teardown);
	tcase_add_test(tcase, guest_finds_all_that_the_host_has);
	tcase_add_test(tcase, vcpu_is_given_a_cpu_once);
	tcase_add_test(tcase, guest_finds_each_model_that_the_host_can_have);
	tcase_add_test(tcase, guest_finds_hyperv_as_the_host_offers_it);
	tcase_add_test(tcase, guest_finds_no_more_of_hyperv_than_is_enforced);
	tcase_add_test(tcase, guest_of_a_host_without_hyperv_is_refused_it);
	suite_add_tcase(suite, tcase);
	return suite;
}
