/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The vCPU's handle and registers. Running it is in run.c, exit.c and kick.c. */

#include "fixture.h"
#include "suites.h"

#include <recording.h>

#include <string.h>

/* What a vCPU is in when it is made. */
#ifdef __s390x__
#define NEW_MP_STATE KVMLIB_MP_STATE_STOPPED
#else
#define NEW_MP_STATE KVMLIB_MP_STATE_RUNNABLE
#endif

#define MMAP_CALL   "mmap(vcpu)"
#define CREATE_CALL "KVM_CREATE_VCPU"

START_TEST(vcpu_create_knows_its_id)
{
	struct kvmlib_vcpu *other;

	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 7, &fix.vcpu));
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 0, &other));
	ck_assert_uint_eq(kvmlib_vcpu_id(fix.vcpu), 7);
	ck_assert_uint_eq(kvmlib_vcpu_id(other), 0);
	ck_assert_int_ne(kvmlib_vcpu_fd(fix.vcpu), kvmlib_vcpu_fd(other));
	kvmlib_vcpu_unref(other);
}
END_TEST

START_TEST(vcpu_create_taken_id_is_eexist)
{
	struct kvmlib_vcpu *other = SENTINEL;

	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 7, &fix.vcpu));
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 7, &other), EEXIST, VCPU_EXISTS, CREATE_CALL);
	assert_value(VCPU_ID, 7);
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

START_TEST(vcpu_unref_leaves_the_id_taken)
{
	struct kvmlib_vcpu *other = SENTINEL;

	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 7, &fix.vcpu));
	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 7, &other), EEXIST, VCPU_EXISTS, CREATE_CALL);
}
END_TEST

START_TEST(vcpu_create_id_beyond_the_maximum_is_einval)
{
	struct kvmlib_vcpu *other = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MAX_VCPU_ID, 16), 0);
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 16, &other), EINVAL, VCPU_LIMIT, CREATE_CALL);
	assert_value(VCPU_ID, 16);
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, UINT32_MAX, &other), EINVAL, VCPU_LIMIT,
		     CREATE_CALL);
	ck_assert_ptr_eq(other, SENTINEL);
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 15, &fix.vcpu));
}
END_TEST

START_TEST(vcpu_create_count_beyond_the_maximum_is_einval)
{
	struct kvmlib_vcpu *other = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_set_capability(fix.sim, KVMLIB_CAP_MAX_VCPUS, 1), 0);
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu));
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 1, &other), EINVAL, VCPU_LIMIT, CREATE_CALL);
	ck_assert_ptr_eq(other, SENTINEL);
}
END_TEST

START_TEST(vcpu_create_null_is_einval)
{
	assert_refuses_null(kvmlib_vm_create_vcpu(fix.vm, 0, NULL), 3);
	ck_assert_uint_eq(kvmlib_sim_nr_ioctls(fix.sim, KVM_CREATE_VCPU), 0);
}
END_TEST

#ifdef __x86_64__
START_TEST(vcpu_create_with_slot_on_the_apic_page_is_eexist)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 1);
	struct kvmlib_vcpu *vcpu = SENTINEL;

	assert_ok(kvmlib_vm_create_irqchip(fix.vm));
	region.guest_phys_addr = 0xfee00000;
	assert_ok(kvmlib_vm_set_user_memory_region(fix.vm, &region));
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 0, &vcpu), -EEXIST);
	ck_assert_ptr_eq(vcpu, SENTINEL);
}
END_TEST
#endif

/* The vCPU is made, but its page is not: the record tells which of the two failed. */
START_TEST(vcpu_create_failed_mapping_is_told_by_the_call)
{
	static const struct {
		int errnum;
		uint32_t cause;
	} rows[] = {
		{ ENOMEM, KVMLIB_CAUSE_MAPPING_LIMIT },
		{ EAGAIN, KVMLIB_CAUSE_LOCKED_MEMORY_LIMIT },
		{ EDOM, KVMLIB_CAUSE_UNLISTED },
	};
	struct kvmlib_vcpu *vcpu = SENTINEL;
	const char *differs;

	spoil_record();
	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 2, rows[_i].errnum), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 7, &vcpu), -rows[_i].errnum);
	differs = record_differs("kvmlib_vm_create_vcpu()", rows[_i].errnum, rows[_i].cause,
				 MMAP_CALL);
	ck_assert_msg(!differs, "%s", differs);
	assert_value(VCPU_ID, 7);
	ck_assert_ptr_eq(vcpu, SENTINEL);
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 7, &vcpu), EEXIST, VCPU_EXISTS, CREATE_CALL);
}
END_TEST

START_TEST(vcpu_create_failed_advice_unmaps_the_page)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;
	int mappings = kvmlib_sim_mappings(fix.sim);

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 3, ENOMEM), 0);
	assert_fails(kvmlib_vm_create_vcpu(fix.vm, 7, &vcpu), ENOMEM, MAPPING_LIMIT, MMAP_CALL);
	ck_assert_ptr_eq(vcpu, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 2);
}
END_TEST

START_TEST(vcpu_null_is_einval)
{
	uint32_t state = 77;

	assert_refuses_null(kvmlib_vcpu_fd(NULL), 1);
	assert_refuses_null(kvmlib_vcpu_ioctl(NULL, KVM_RUN, 0), 1);
	assert_refuses_null(kvmlib_vcpu_run(NULL), 1);
	assert_refuses_null(kvmlib_vcpu_bind(NULL, 40), 1);
	assert_refuses_null(kvmlib_vcpu_get_mp_state(NULL, &state), 1);
	assert_refuses_null(kvmlib_vcpu_get_mp_state(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_set_mp_state(NULL, 0), 1);
	ck_assert_uint_eq(state, 77);
}
END_TEST

START_TEST(vcpu_from_fd_has_descriptor_and_page_of_its_own)
{
	struct kvmlib_vcpu *adopted;

	assert_ok(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 9, &adopted));
	ck_assert_int_ne(kvmlib_vcpu_fd(adopted), kvmlib_vcpu_fd(fix.vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_id(adopted), 9);
	push_exit(KVMLIB_EXIT_HLT, 0);
	fix.vcpu = kvmlib_vcpu_unref(fix.vcpu);
	assert_ok(kvmlib_vcpu_run(adopted));
	ck_assert_uint_eq(kvmlib_vcpu_exit_reason(adopted), KVMLIB_EXIT_HLT);
	kvmlib_vcpu_unref(adopted);
}
END_TEST

START_TEST(vcpu_from_fd_null_is_einval)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;

	assert_refuses_null(kvmlib_vcpu_from_fd(NULL, 0, 0, &vcpu), 1);
	assert_refuses_null(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 0, NULL), 4);
	ck_assert_ptr_eq(vcpu, SENTINEL);
}
END_TEST

START_TEST(vcpu_from_fd_closed_is_ebadf)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;

	assert_fails(kvmlib_vcpu_from_fd(fix.vm, NO_SUCH_FD, 0, &vcpu), EBADF, BAD_FD,
		     "fcntl(F_DUPFD_CLOEXEC)");
	assert_value(FD, NO_SUCH_FD);
	ck_assert_ptr_eq(vcpu, SENTINEL);
}
END_TEST

START_TEST(vcpu_from_fd_emfile_is_fd_limit)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 1, EMFILE), 0);
	assert_fails(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 0, &vcpu), EMFILE,
		     FD_LIMIT, "fcntl(F_DUPFD_CLOEXEC)");
	ck_assert_ptr_eq(vcpu, SENTINEL);
}
END_TEST

START_TEST(vcpu_from_fd_enomem_of_mapping_is_mapping_limit)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;

	ck_assert_int_eq(kvmlib_sim_fail_nth(fix.sim, 3, ENOMEM), 0);
	assert_fails(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 0, &vcpu), ENOMEM,
		     MAPPING_LIMIT, MMAP_CALL);
	ck_assert_ptr_eq(vcpu, SENTINEL);
}
END_TEST

START_TEST(vcpu_from_fd_of_other_kind_is_enotty)
{
	struct kvmlib_vcpu *vcpu = SENTINEL;
	struct kvmlib_device *device;
	int fds[3];

	device = make_device();
	fds[0] = kvmlib_system_fd(fix.system);
	fds[1] = kvmlib_vm_fd(fix.vm);
	fds[2] = kvmlib_device_fd(device);
	for (size_t i = 0; i < 3; i++) {
		assert_fails(kvmlib_vcpu_from_fd(fix.vm, fds[i], 0, &vcpu), ENOTTY, NOT_VCPU_FD,
			     NULL);
		assert_value(FD, fds[i]);
	}
	ck_assert_ptr_eq(vcpu, SENTINEL);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), 4);
	kvmlib_device_unref(device);
}
END_TEST

/* A table over the simulated kernel's, in which /proc gives one name to everything. */
static const struct kvmlib_sys_ops *below;
static const char *name_in_proc;
static struct record record;

static int one_name(void *ctx, const char *path, char *buffer, size_t size)
{
	size_t length = strlen(name_in_proc);

	(void)ctx;
	ck_assert(!strncmp(path, "/proc/self/fd/", 14));
	if (!length)
		return -ENOENT;
	memcpy(buffer, name_in_proc, length < size ? length : size);
	return (int)(length < size ? length : size);
}

static void setup_named(void)
{
	struct kvmlib_system_opts opts;
	struct kvmlib_sys_ops sys;

	setup_sim();
	below = kvmlib_sim_sys_ops(fix.sim);
	sys = *below;
	sys.readlink = one_name;
	opts = sim_opts();
	opts.sys = recorded(&record, &sys);
	ck_assert_int_eq(kvmlib_system_open(&opts, &fix.system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(fix.system, NULL, &fix.vm), 0);
	ck_assert_int_eq(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu), 0);
}

/* KVM_GET_STATS_FD makes descriptors whose names begin as those of VMs and vCPUs do. */
START_TEST(vcpu_from_fd_of_statistics_is_enotty)
{
	static const char *const names[] = {
		"anon_inode:kvm-vcpu-stats:0", "anon_inode:kvm-vm-stats", "anon_inode:[eventfd]",
		"/tmp/anon_inode:kvm-vcpu:0",  "anon_inode:kvm-vcp",
	};
	struct kvmlib_vcpu *vcpu = SENTINEL;

	name_in_proc = names[_i];
	assert_fails(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vm_fd(fix.vm), 0, &vcpu), ENOTTY,
		     NOT_VCPU_FD, NULL);
	ck_assert_ptr_eq(vcpu, SENTINEL);
}
END_TEST

START_TEST(vcpu_from_fd_with_longest_name_is_adopted)
{
	struct kvmlib_vcpu *vcpu;

	name_in_proc = "anon_inode:kvm-vcpu:4294967295";
	assert_ok(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), UINT32_MAX, &vcpu));
	ck_assert_uint_eq(kvmlib_vcpu_id(vcpu), UINT32_MAX);
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

START_TEST(vcpu_from_fd_without_proc_is_adopted)
{
	struct kvmlib_vcpu *vcpu;

	name_in_proc = "";
	assert_ok(kvmlib_vcpu_from_fd(fix.vm, kvmlib_vcpu_fd(fix.vcpu), 0, &vcpu));
	kvmlib_vcpu_unref(vcpu);
}
END_TEST

#ifdef KVM_GET_REGS
START_TEST(vcpu_regs_come_back_as_they_were_set)
{
	struct kvm_regs regs, back;

	assert_ok(kvmlib_vcpu_get_regs(fix.vcpu, &regs));
#ifdef __x86_64__
	regs.rip = 0x1234567890;
	regs.rax = UINT64_MAX;
#else
	memset(&regs, 0x5a, sizeof(regs));
#endif
	assert_ok(kvmlib_vcpu_set_regs(fix.vcpu, &regs));
	memset(&back, 0, sizeof(back));
	assert_ok(kvmlib_vcpu_get_regs(fix.vcpu, &back));
	ck_assert_mem_eq(&back, &regs, sizeof(regs));
}
END_TEST

START_TEST(vcpu_regs_null_is_einval)
{
	struct kvm_regs regs;

	memset(&regs, 0, sizeof(regs));
	assert_refuses_null(kvmlib_vcpu_get_regs(NULL, &regs), 1);
	assert_refuses_null(kvmlib_vcpu_get_regs(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_set_regs(NULL, &regs), 1);
	assert_refuses_null(kvmlib_vcpu_set_regs(fix.vcpu, NULL), 2);
}
END_TEST

START_TEST(vcpu_regs_at_nowhere_is_efault)
{
	assert_fails(kvmlib_vcpu_get_regs(fix.vcpu, (void *)(uintptr_t)8), EFAULT, BAD_ADDRESS,
		     "KVM_GET_REGS");
	assert_value(VCPU_ID, 0);
	assert_fails(kvmlib_vcpu_set_regs(fix.vcpu, (void *)(uintptr_t)8), EFAULT, BAD_ADDRESS,
		     "KVM_SET_REGS");
}
END_TEST
#endif

#ifdef KVM_GET_SREGS
START_TEST(vcpu_sregs_come_back_as_they_were_set)
{
	struct kvm_sregs sregs, back;

	assert_ok(kvmlib_vcpu_get_sregs(fix.vcpu, &sregs));
#ifdef __x86_64__
	sregs.cs.base = 0xffff0000;
	sregs.gdt.limit = 0x17;
#endif
	assert_ok(kvmlib_vcpu_set_sregs(fix.vcpu, &sregs));
	memset(&back, 0, sizeof(back));
	assert_ok(kvmlib_vcpu_get_sregs(fix.vcpu, &back));
	ck_assert_mem_eq(&back, &sregs, sizeof(sregs));
}
END_TEST

START_TEST(vcpu_sregs_null_is_einval)
{
	struct kvm_sregs sregs;

	memset(&sregs, 0, sizeof(sregs));
	assert_refuses_null(kvmlib_vcpu_get_sregs(NULL, &sregs), 1);
	assert_refuses_null(kvmlib_vcpu_get_sregs(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_set_sregs(NULL, &sregs), 1);
	assert_refuses_null(kvmlib_vcpu_set_sregs(fix.vcpu, NULL), 2);
}
END_TEST
#endif

#ifdef __x86_64__
START_TEST(vcpu_sregs_that_contradict_are_einval)
{
	struct kvm_sregs sregs, back;

	assert_ok(kvmlib_vcpu_get_sregs(fix.vcpu, &sregs));
	back = sregs;
	sregs.cr0 |= 1U << 31; /* PG without PE */
	sregs.cr0 &= ~(uint64_t)1;
	assert_fails(kvmlib_vcpu_set_sregs(fix.vcpu, &sregs), EINVAL, SREGS_INCONSISTENT,
		     "KVM_SET_SREGS");
	assert_value(VCPU_ID, 0);
	assert_ok(kvmlib_vcpu_get_sregs(fix.vcpu, &sregs));
	ck_assert_mem_eq(&sregs, &back, sizeof(back));
}
END_TEST
#endif

#ifdef KVM_GET_FPU
START_TEST(vcpu_fpu_comes_back_as_it_was_set)
{
	struct kvm_fpu fpu, back;

	assert_ok(kvmlib_vcpu_get_fpu(fix.vcpu, &fpu));
#ifdef __x86_64__
	fpu.fcw = 0x37f;
	fpu.xmm[15][3] = 0xaa;
#endif
	assert_ok(kvmlib_vcpu_set_fpu(fix.vcpu, &fpu));
	memset(&back, 0, sizeof(back));
	assert_ok(kvmlib_vcpu_get_fpu(fix.vcpu, &back));
	ck_assert_mem_eq(&back, &fpu, sizeof(fpu));
}
END_TEST

START_TEST(vcpu_fpu_null_is_einval)
{
	struct kvm_fpu fpu;

	memset(&fpu, 0, sizeof(fpu));
	assert_refuses_null(kvmlib_vcpu_get_fpu(NULL, &fpu), 1);
	assert_refuses_null(kvmlib_vcpu_get_fpu(fix.vcpu, NULL), 2);
	assert_refuses_null(kvmlib_vcpu_set_fpu(NULL, &fpu), 1);
	assert_refuses_null(kvmlib_vcpu_set_fpu(fix.vcpu, NULL), 2);
}
END_TEST
#endif

/* Where the architecture has no such ioctl, none is made. */
#if !defined(KVM_GET_REGS) || !defined(KVM_GET_SREGS) || !defined(KVM_GET_FPU)
START_TEST(vcpu_registers_of_other_architectures_are_eopnotsupp)
{
	uint64_t calls = kvmlib_sim_nr_calls(fix.sim);
	void *regs = SENTINEL;

#ifndef KVM_GET_REGS
	assert_fails(kvmlib_vcpu_get_regs(fix.vcpu, regs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     "KVM_GET_REGS");
	assert_fails(kvmlib_vcpu_set_regs(fix.vcpu, regs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     "KVM_SET_REGS");
#endif
#ifndef KVM_GET_SREGS
	assert_fails(kvmlib_vcpu_get_sregs(fix.vcpu, regs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     "KVM_GET_SREGS");
	assert_fails(kvmlib_vcpu_set_sregs(fix.vcpu, regs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     "KVM_SET_SREGS");
#endif
#ifndef KVM_GET_FPU
	assert_fails(kvmlib_vcpu_get_fpu(fix.vcpu, regs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     "KVM_GET_FPU");
	assert_fails(kvmlib_vcpu_set_fpu(fix.vcpu, regs), EOPNOTSUPP, ARCH_UNSUPPORTED,
		     "KVM_SET_FPU");
#endif
	ck_assert_ptr_eq(regs, SENTINEL);
	ck_assert_uint_eq(kvmlib_sim_nr_calls(fix.sim), calls);
}
END_TEST
#endif

#ifdef KVM_GET_MP_STATE
START_TEST(vcpu_mp_state_is_that_of_a_new_vcpu_at_first)
{
	uint32_t state = 77;

	assert_ok(kvmlib_vcpu_get_mp_state(fix.vcpu, &state));
	ck_assert_uint_eq(state, NEW_MP_STATE);
	assert_ok(kvmlib_vcpu_set_mp_state(fix.vcpu, NEW_MP_STATE));
}
END_TEST

START_TEST(vcpu_mp_state_impossible_is_einval)
{
	assert_fails(kvmlib_vcpu_set_mp_state(fix.vcpu, 999), EINVAL, MP_STATE_INVALID,
		     "KVM_SET_MP_STATE");
	assert_value(VCPU_ID, 0);
	assert_value(STATE, 999);
}
END_TEST

START_TEST(vcpu_mp_state_failure_leaves_ret_untouched)
{
	uint32_t state = 77;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, KVM_GET_MP_STATE, EINTR, 1), 0);
	assert_fails(kvmlib_vcpu_get_mp_state(fix.vcpu, &state), EINTR, INTERRUPTED,
		     "KVM_GET_MP_STATE");
	ck_assert_uint_eq(state, 77);
}
END_TEST
#endif

#ifdef __x86_64__
START_TEST(vcpu_mp_state_halted_needs_the_local_apic)
{
	struct kvmlib_vcpu *with_apic;
	struct kvmlib_vm *vm;
	uint32_t state = 77;

	assert_fails(kvmlib_vcpu_set_mp_state(fix.vcpu, KVMLIB_MP_STATE_HALTED), EINVAL,
		     MP_STATE_INVALID, "KVM_SET_MP_STATE");
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &vm));
	assert_ok(kvmlib_vm_create_irqchip(vm));
	assert_ok(kvmlib_vm_create_vcpu(vm, 0, &with_apic));
	assert_ok(kvmlib_vcpu_set_mp_state(with_apic, KVMLIB_MP_STATE_HALTED));
	assert_ok(kvmlib_vcpu_get_mp_state(with_apic, &state));
	ck_assert_uint_eq(state, KVMLIB_MP_STATE_HALTED);
	kvmlib_vcpu_unref(with_apic);
	kvmlib_vm_unref(vm);
}
END_TEST
#endif

START_TEST(vcpu_ioctl_passes_argument_and_result)
{
	struct kvm_mp_state state = { .mp_state = 77 };

	NEEDS(GET_MP_STATE);
	assert_ok(kvmlib_vcpu_ioctl(fix.vcpu, REQUEST(GET_MP_STATE), (uintptr_t)&state));
	ck_assert_uint_eq(state.mp_state, NEW_MP_STATE);
	state.mp_state = 999;
	assert_fails(kvmlib_vcpu_ioctl(fix.vcpu, REQUEST(SET_MP_STATE), (uintptr_t)&state), EINVAL,
		     MP_STATE_INVALID, "KVM_SET_MP_STATE");
	assert_value(REQUEST, REQUEST(SET_MP_STATE));
}
END_TEST

START_TEST(vcpu_ioctl_unknown_request_is_unknown_ioctl)
{
	int r;

	spoil_record();
	r = kvmlib_vcpu_ioctl(fix.vcpu, 0xaeff, 0);
	ck_assert(r == -ENOTTY || r == -EINVAL);
	ck_assert_int_eq(kvmlib_error_errno(), -r);
	ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_UNKNOWN_IOCTL);
	ck_assert_str_eq(kvmlib_error_function(), "kvmlib_vcpu_ioctl");
	ck_assert_ptr_nonnull(kvmlib_error_call());
}
END_TEST

static void add_registers(TCase *tcase)
{
#ifdef KVM_GET_REGS
	ADD_TESTS(tcase, vcpu_regs_come_back_as_they_were_set, vcpu_regs_null_is_einval,
		  vcpu_regs_at_nowhere_is_efault);
#endif
#ifdef KVM_GET_SREGS
	ADD_TESTS(tcase, vcpu_sregs_come_back_as_they_were_set, vcpu_sregs_null_is_einval);
#endif
#ifdef KVM_GET_FPU
	ADD_TESTS(tcase, vcpu_fpu_comes_back_as_it_was_set, vcpu_fpu_null_is_einval);
#endif
#if !defined(KVM_GET_REGS) || !defined(KVM_GET_SREGS) || !defined(KVM_GET_FPU)
	ADD_TESTS(tcase, vcpu_registers_of_other_architectures_are_eopnotsupp);
#endif
#ifdef KVM_GET_MP_STATE
	ADD_TESTS(tcase, vcpu_mp_state_is_that_of_a_new_vcpu_at_first,
		  vcpu_mp_state_impossible_is_einval, vcpu_mp_state_failure_leaves_ret_untouched);
#endif
#ifdef __x86_64__
	ADD_TESTS(tcase, vcpu_sregs_that_contradict_are_einval,
		  vcpu_mp_state_halted_needs_the_local_apic);
#endif
}

Suite *vcpu_suite(void)
{
	Suite *suite = suite_create("vcpu");
	TCase *vm = add_case(suite, "create", setup_vm);
	TCase *vcpu = add_case(suite, "vcpu", setup_vcpu);
	TCase *named = add_case(suite, "names in /proc", setup_named);

	tcase_add_loop_test(vm, vcpu_create_failed_mapping_is_told_by_the_call, 0, 3);
	ADD_TESTS(vm, vcpu_create_knows_its_id, vcpu_create_taken_id_is_eexist,
		  vcpu_unref_leaves_the_id_taken, vcpu_create_id_beyond_the_maximum_is_einval,
		  vcpu_create_count_beyond_the_maximum_is_einval, vcpu_create_null_is_einval,
		  vcpu_create_failed_advice_unmaps_the_page);
#ifdef __x86_64__
	ADD_TESTS(vm, vcpu_create_with_slot_on_the_apic_page_is_eexist);
#endif
	ADD_TESTS(vcpu, vcpu_null_is_einval, vcpu_from_fd_has_descriptor_and_page_of_its_own,
		  vcpu_from_fd_null_is_einval, vcpu_from_fd_closed_is_ebadf,
		  vcpu_from_fd_emfile_is_fd_limit, vcpu_from_fd_enomem_of_mapping_is_mapping_limit,
		  vcpu_from_fd_of_other_kind_is_enotty, vcpu_ioctl_passes_argument_and_result,
		  vcpu_ioctl_unknown_request_is_unknown_ioctl);
	add_registers(vcpu);
	tcase_add_loop_test(named, vcpu_from_fd_of_statistics_is_enotty, 0, 5);
	ADD_TESTS(named, vcpu_from_fd_with_longest_name_is_adopted,
		  vcpu_from_fd_without_proc_is_adopted);
	return suite;
}
