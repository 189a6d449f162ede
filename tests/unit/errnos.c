/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every errno that the headers list with a wrapped ioctl: it passes unchanged, with the cause that
 * the facts give it, and touches no output. Here the kernel's answers are injected; what the
 * simulated kernel answers by itself is tested with each object.
 */

#include "fixture.h"
#include "suites.h"

#include <record.h>

#include <string.h>

#define LONGEST_LINE 512U /* as kvmlib_error_format() promises */

/* Causes that an architecture alone has; elsewhere the facts don't list the errno. */
#if defined(__aarch64__)
#define ON_ARM64(cause, other) KVMLIB_CAUSE_##cause
#else
#define ON_ARM64(cause, other) KVMLIB_CAUSE_##other
#endif
#if defined(__aarch64__) || defined(__riscv)
#define ON_ARM64_RISCV64(cause, other) KVMLIB_CAUSE_##cause
#else
#define ON_ARM64_RISCV64(cause, other) KVMLIB_CAUSE_##other
#endif
#if defined(__x86_64__)
#define ON_X86(cause, other) KVMLIB_CAUSE_##cause
#else
#define ON_X86(cause, other) KVMLIB_CAUSE_##other
#endif

/* Outputs of all kinds: preset, and looked at after the failure. */
static struct {
	void *handle;
	uint64_t bitmap[3];
	uint32_t number;
} out;

static struct kvmlib_device *device;

static int create_vm(void)
{
	return kvmlib_system_create_vm(fix.system, NULL, (struct kvmlib_vm **)&out.handle);
}

static int system_check_extension(void)
{
	return kvmlib_system_check_extension(fix.system, 5);
}

static int system_get_api_version(void)
{
	return kvmlib_system_get_api_version(fix.system);
}

static int system_get_vcpu_mmap_size(void)
{
	return kvmlib_system_get_vcpu_mmap_size(fix.system);
}

static int create_vcpu(void)
{
	return kvmlib_vm_create_vcpu(fix.vm, 1, (struct kvmlib_vcpu **)&out.handle);
}

static int create_device(void)
{
	return kvmlib_vm_create_device(fix.vm, DEVICE_TYPE, 0,
				       (struct kvmlib_device **)&out.handle);
}

static int create_irqchip(void)
{
	return kvmlib_vm_create_irqchip(fix.vm);
}

static int irq_line(void)
{
	return kvmlib_vm_irq_line(fix.vm, 1, 1);
}

static int check_extension(void)
{
	return kvmlib_vm_check_extension(fix.vm, 5);
}

static int set_region(void)
{
	struct kvm_userspace_memory_region region = region_of(0, 0, 1);

	return kvmlib_vm_set_user_memory_region(fix.vm, &region);
}

static int get_dirty_log(void)
{
	return kvmlib_vm_get_dirty_log(fix.vm, 0, out.bitmap);
}

static int clear_dirty_log(void)
{
	return kvmlib_vm_clear_dirty_log(fix.vm, 0, 0, 64, out.bitmap);
}

static int set_attr(void)
{
	return kvmlib_device_set_attr(device, 1, 0, out.bitmap);
}

static int get_attr(void)
{
	return kvmlib_device_get_attr(device, 1, 0, out.bitmap);
}

static int has_attr(void)
{
	return kvmlib_device_has_attr(device, 1, 0);
}

static int run(void)
{
	return kvmlib_vcpu_run(fix.vcpu);
}

#ifdef KVM_GET_MP_STATE
static int get_mp_state(void)
{
	return kvmlib_vcpu_get_mp_state(fix.vcpu, &out.number);
}

static int set_mp_state(void)
{
	return kvmlib_vcpu_set_mp_state(fix.vcpu, 0);
}
#endif

#ifdef KVM_GET_REGS
static struct kvm_regs regs;

static int get_regs(void)
{
	return kvmlib_vcpu_get_regs(fix.vcpu, &regs);
}

static int set_regs(void)
{
	return kvmlib_vcpu_set_regs(fix.vcpu, &regs);
}
#endif

#ifdef KVM_GET_SREGS
static struct kvm_sregs sregs;

static int get_sregs(void)
{
	return kvmlib_vcpu_get_sregs(fix.vcpu, &sregs);
}

static int set_sregs(void)
{
	return kvmlib_vcpu_set_sregs(fix.vcpu, &sregs);
}
#endif

#ifdef KVM_GET_FPU
static struct kvm_fpu fpu;

static int get_fpu(void)
{
	return kvmlib_vcpu_get_fpu(fix.vcpu, &fpu);
}

static int set_fpu(void)
{
	return kvmlib_vcpu_set_fpu(fix.vcpu, &fpu);
}
#endif

#ifdef __x86_64__
static struct kvm_cpuid_entry2 entries[256];

static int set_tss_addr(void)
{
	return kvmlib_vm_set_tss_addr(fix.vm, 0);
}

static int set_identity_map_addr(void)
{
	return kvmlib_vm_set_identity_map_addr(fix.vm, 0);
}

static int create_pit2(void)
{
	return kvmlib_vm_create_pit2(fix.vm, 0);
}

static int get_supported_cpuid(void)
{
	return kvmlib_system_get_supported_cpuid(fix.system, entries, 256, &out.number);
}

static int set_cpuid2(void)
{
	return kvmlib_vcpu_set_cpuid2(fix.vcpu, entries, 1);
}
#endif

struct row {
	int (*call)(void);
	const char *function;
	const char *ioctl;
	unsigned long request;
	int errnum;
	uint32_t cause;
};

#define ROW(call, function, ioctl, errnum, cause)                                         \
	{                                                                                 \
		call, "kvmlib_" #function "()", "KVM_" #ioctl, KVM_##ioctl, errnum, cause \
	}
#define LISTED(call, function, ioctl, errnum, cause) \
	ROW(call, function, ioctl, errnum, KVMLIB_CAUSE_##cause)

/* What vm.h and vcpu.h list for every call on a VM and a vCPU; EIO has tests of its own. */
#define ANY_VCPU(call, function, ioctl)                    \
	LISTED(call, function, ioctl, EINTR, INTERRUPTED), \
		LISTED(call, function, ioctl, ENOMEM, NO_MEMORY)

static const struct row rows[] = {
	LISTED(system_get_api_version, system_get_api_version, GET_API_VERSION, EINVAL,
	       ARGUMENT_NOT_ZERO),
	LISTED(system_get_vcpu_mmap_size, system_get_vcpu_mmap_size, GET_VCPU_MMAP_SIZE, EINVAL,
	       ARGUMENT_NOT_ZERO),
	ROW(system_check_extension, system_check_extension, CHECK_EXTENSION, EINVAL,
	    ON_ARM64(CAPABILITY_VM_ONLY, UNKNOWN_IOCTL)),

	LISTED(create_vm, system_create_vm, CREATE_VM, EINVAL, VM_TYPE_UNSUPPORTED),
	LISTED(create_vm, system_create_vm, CREATE_VM, EBUSY, VIRTUALIZATION_BUSY),
	LISTED(create_vm, system_create_vm, CREATE_VM, EIO, VIRTUALIZATION_BUSY),
	LISTED(create_vm, system_create_vm, CREATE_VM, ENOMEM, NO_MEMORY),
	LISTED(create_vm, system_create_vm, CREATE_VM, EMFILE, FD_LIMIT),
	LISTED(create_vm, system_create_vm, CREATE_VM, ENFILE, SYSTEM_FD_LIMIT),

	ROW(check_extension, vm_check_extension, CHECK_EXTENSION, ENOTTY,
	    ON_ARM64_RISCV64(UNLISTED, UNKNOWN_IOCTL)),

	LISTED(create_vcpu, vm_create_vcpu, CREATE_VCPU, EINVAL, VCPU_LIMIT),
	LISTED(create_vcpu, vm_create_vcpu, CREATE_VCPU, EEXIST, VCPU_EXISTS),
	ROW(create_vcpu, vm_create_vcpu, CREATE_VCPU, EBUSY,
	    ON_ARM64(VGIC_INITIALIZED, HOST_PERF_ACTIVE)),
	LISTED(create_vcpu, vm_create_vcpu, CREATE_VCPU, ENOMEM, NO_MEMORY),
	LISTED(create_vcpu, vm_create_vcpu, CREATE_VCPU, EMFILE, FD_LIMIT),
	LISTED(create_vcpu, vm_create_vcpu, CREATE_VCPU, ENFILE, SYSTEM_FD_LIMIT),

	LISTED(create_device, vm_create_device, CREATE_DEVICE, ENODEV, DEVICE_TYPE_UNKNOWN),
	LISTED(create_device, vm_create_device, CREATE_DEVICE, EEXIST, DEVICE_EXISTS),
	LISTED(create_device, vm_create_device, CREATE_DEVICE, EBUSY, DEVICE_CREATE_ORDER),
	ROW(create_device, vm_create_device, CREATE_DEVICE, E2BIG,
	    ON_ARM64(VGIC_TOO_MANY_VCPUS, UNLISTED)),
	LISTED(create_device, vm_create_device, CREATE_DEVICE, ENOMEM, NO_MEMORY),
	LISTED(create_device, vm_create_device, CREATE_DEVICE, EMFILE, FD_LIMIT),

#ifdef KVM_CREATE_IRQCHIP
	LISTED(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, EINVAL, AFTER_FIRST_VCPU),
	LISTED(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, EEXIST, IRQCHIP_EXISTS),
	ROW(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, ENXIO,
	    ON_ARM64(VGIC_UNAVAILABLE, UNLISTED)),
	ROW(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, ENODEV,
	    ON_ARM64(VGIC_V2_UNAVAILABLE, UNLISTED)),
	ROW(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, EBUSY,
	    ON_ARM64(AFTER_FIRST_RUN, UNLISTED)),
	ROW(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, E2BIG,
	    ON_ARM64(VGIC_TOO_MANY_VCPUS, UNLISTED)),
	LISTED(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, ENOMEM, NO_MEMORY),
#endif
#ifdef KVM_IRQ_LINE
	ROW(irq_line, vm_irq_line, IRQ_LINE, EINVAL, ON_ARM64_RISCV64(IRQ_LINE_RANGE, UNLISTED)),
	LISTED(irq_line, vm_irq_line, IRQ_LINE, ENXIO, IRQCHIP_MISSING),
	ROW(irq_line, vm_irq_line, IRQ_LINE, EBUSY,
	    ON_ARM64_RISCV64(IRQCHIP_UNINITIALIZED, UNLISTED)),
#endif

	LISTED(set_region, vm_set_user_memory_region, SET_USER_MEMORY_REGION, EINVAL,
	       SLOT_IMMUTABLE),
	LISTED(set_region, vm_set_user_memory_region, SET_USER_MEMORY_REGION, EEXIST, SLOT_OVERLAP),
	LISTED(set_region, vm_set_user_memory_region, SET_USER_MEMORY_REGION, ENOMEM, NO_MEMORY),
	ROW(set_region, vm_set_user_memory_region, SET_USER_MEMORY_REGION, EFAULT,
	    ON_ARM64_RISCV64(SLOT_ABOVE_GPA_LIMIT, BAD_ADDRESS)),

	LISTED(get_dirty_log, vm_get_dirty_log, GET_DIRTY_LOG, EINVAL, SLOT_ID_RANGE),
	LISTED(get_dirty_log, vm_get_dirty_log, GET_DIRTY_LOG, ENOENT, DIRTY_LOG_OFF),
	LISTED(get_dirty_log, vm_get_dirty_log, GET_DIRTY_LOG, ENXIO, DIRTY_RING_IN_USE),
	LISTED(get_dirty_log, vm_get_dirty_log, GET_DIRTY_LOG, EFAULT, BAD_ADDRESS),
	LISTED(clear_dirty_log, vm_clear_dirty_log, CLEAR_DIRTY_LOG, EINVAL, DIRTY_RANGE_UNALIGNED),
	LISTED(clear_dirty_log, vm_clear_dirty_log, CLEAR_DIRTY_LOG, ENOENT, DIRTY_LOG_OFF),
	LISTED(clear_dirty_log, vm_clear_dirty_log, CLEAR_DIRTY_LOG, ENXIO, DIRTY_RING_IN_USE),
	LISTED(clear_dirty_log, vm_clear_dirty_log, CLEAR_DIRTY_LOG, EFAULT, BAD_ADDRESS),

	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, EINVAL, ATTR_VALUE),
	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, ENXIO, ATTR_UNKNOWN),
	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, EPERM, ATTR_READ_ONLY),
	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, EBUSY, ATTR_BUSY),
	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, EEXIST, ADDRESS_ALREADY_SET),
	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, E2BIG, DEVICE_ABOVE_GPA_LIMIT),
	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, ENODEV, HOST_FEATURE_MISSING),
	LISTED(set_attr, device_set_attr, SET_DEVICE_ATTR, EFAULT, BAD_ADDRESS),
	LISTED(get_attr, device_get_attr, GET_DEVICE_ATTR, ENXIO, ATTR_UNKNOWN),
	LISTED(get_attr, device_get_attr, GET_DEVICE_ATTR, EPERM, ATTR_WRITE_ONLY),
	LISTED(get_attr, device_get_attr, GET_DEVICE_ATTR, EFAULT, BAD_ADDRESS),
	LISTED(has_attr, device_has_attr, HAS_DEVICE_ATTR, ENXIO, ATTR_UNKNOWN),
	LISTED(has_attr, device_has_attr, HAS_DEVICE_ATTR, EPERM, ATTR_NO_PROBE),

#ifdef KVM_GET_REGS
	ANY_VCPU(get_regs, vcpu_get_regs, GET_REGS),
	ANY_VCPU(set_regs, vcpu_set_regs, SET_REGS),
	LISTED(get_regs, vcpu_get_regs, GET_REGS, EFAULT, BAD_ADDRESS),
	LISTED(set_regs, vcpu_set_regs, SET_REGS, EFAULT, BAD_ADDRESS),
#endif
#ifdef KVM_GET_SREGS
	ANY_VCPU(get_sregs, vcpu_get_sregs, GET_SREGS),
	ANY_VCPU(set_sregs, vcpu_set_sregs, SET_SREGS),
	LISTED(set_sregs, vcpu_set_sregs, SET_SREGS, EINVAL, SREGS_INCONSISTENT),
	LISTED(get_sregs, vcpu_get_sregs, GET_SREGS, EFAULT, BAD_ADDRESS),
	LISTED(set_sregs, vcpu_set_sregs, SET_SREGS, EFAULT, BAD_ADDRESS),
#endif
#ifdef KVM_GET_FPU
	ANY_VCPU(get_fpu, vcpu_get_fpu, GET_FPU),
	ANY_VCPU(set_fpu, vcpu_set_fpu, SET_FPU),
	LISTED(get_fpu, vcpu_get_fpu, GET_FPU, EFAULT, BAD_ADDRESS),
	LISTED(set_fpu, vcpu_set_fpu, SET_FPU, EFAULT, BAD_ADDRESS),
#endif
#ifdef KVM_GET_MP_STATE
	ANY_VCPU(get_mp_state, vcpu_get_mp_state, GET_MP_STATE),
	ANY_VCPU(set_mp_state, vcpu_set_mp_state, SET_MP_STATE),
	LISTED(set_mp_state, vcpu_set_mp_state, SET_MP_STATE, EINVAL, MP_STATE_INVALID),
#endif

	LISTED(run, vcpu_run, RUN, EINVAL, RUN_FIELDS_INVALID),
	LISTED(run, vcpu_run, RUN, EIO, VM_DEAD),
	LISTED(run, vcpu_run, RUN, EFAULT, GUEST_MEMORY_UNMAPPED),
	LISTED(run, vcpu_run, RUN, EHWPOISON, HWPOISON),
	ROW(run, vcpu_run, RUN, ENOEXEC, ON_ARM64(VCPU_UNINITIALIZED, UNLISTED)),
	ROW(run, vcpu_run, RUN, EPERM, ON_ARM64(VCPU_NOT_FINALIZED, UNLISTED)),
	ROW(run, vcpu_run, RUN, ENOSYS, ON_ARM64(NISV_UNHANDLED, UNLISTED)),
	ROW(run, vcpu_run, RUN, EBUSY, ON_ARM64(VGIC_UNINITIALIZED, UNLISTED)),
	ROW(run, vcpu_run, RUN, ENXIO, ON_ARM64(VGIC_ADDRESS_MISSING, UNLISTED)),
	LISTED(run, vcpu_run, RUN, ENOMEM, NO_MEMORY),

#ifdef __x86_64__
	LISTED(set_tss_addr, vm_set_tss_addr, SET_TSS_ADDR, EINVAL, TSS_ADDRESS_RANGE),
	LISTED(set_tss_addr, vm_set_tss_addr, SET_TSS_ADDR, EEXIST, SLOT_OVERLAP),
	LISTED(set_identity_map_addr, vm_set_identity_map_addr, SET_IDENTITY_MAP_ADDR, EINVAL,
	       AFTER_FIRST_VCPU),
	LISTED(create_pit2, vm_create_pit2, CREATE_PIT2, EEXIST, DEVICE_EXISTS),
	LISTED(create_pit2, vm_create_pit2, CREATE_PIT2, ENOENT, PIC_MISSING),
	LISTED(create_pit2, vm_create_pit2, CREATE_PIT2, ENOMEM, NO_MEMORY),
	LISTED(get_supported_cpuid, system_get_supported_cpuid, GET_SUPPORTED_CPUID, E2BIG,
	       LIST_TOO_SMALL),
	LISTED(get_supported_cpuid, system_get_supported_cpuid, GET_SUPPORTED_CPUID, ENOMEM,
	       NO_MEMORY),
	LISTED(set_cpuid2, vcpu_set_cpuid2, SET_CPUID2, EINVAL, CPUID_AFTER_RUN),
	LISTED(set_cpuid2, vcpu_set_cpuid2, SET_CPUID2, E2BIG, CPUID_LIST_TOO_LONG),
	LISTED(set_cpuid2, vcpu_set_cpuid2, SET_CPUID2, EPERM, XSAVE_PERMISSION),
	LISTED(set_cpuid2, vcpu_set_cpuid2, SET_CPUID2, ENOMEM, NO_MEMORY),
	LISTED(irq_line, vm_irq_line, IRQ_LINE, ENOTTY, UNKNOWN_IOCTL),
	LISTED(create_irqchip, vm_create_irqchip, CREATE_IRQCHIP, EFAULT, BAD_ADDRESS),
#endif
};
#define NR_ROWS ((int)(sizeof(rows) / sizeof(rows[0])))

static void setup_arguments(void)
{
	device = make_device();
	memset(&out, 0x77, sizeof(out));
	out.handle = SENTINEL;
}

static void setup_all(void)
{
	setup_vcpu();
	setup_arguments();
}

static void teardown_all(void)
{
	device = kvmlib_device_unref(device);
	teardown();
}

static void assert_outputs_untouched(void)
{
	ck_assert_ptr_eq(out.handle, SENTINEL);
	ck_assert_uint_eq(out.number, 0x77777777);
	for (size_t i = 0; i < 3; i++)
		ck_assert_uint_eq(out.bitmap[i], 0x7777777777777777);
}

START_TEST(errno_passes_unchanged_with_its_cause)
{
	const struct row *row = &rows[_i];
	int fds = kvmlib_sim_open_fds(fix.sim), mappings = kvmlib_sim_mappings(fix.sim);
	const char *differs;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, row->request, row->errnum, 1), 0);
	spoil_record();
	ck_assert_int_eq(row->call(), -row->errnum);
	differs = record_differs(row->function, row->errnum, row->cause, row->ioctl);
	ck_assert_msg(!differs, "%s %s: %s", row->function, kvmlib_errno_name(row->errnum),
		      differs);
	assert_outputs_untouched();
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
}
END_TEST

/*
 * What a record over the simulated kernel told of the last ioctl with that request. It goes nowhere
 * else: errnos of which only the text is tested, or that no kernel has, are no coverage.
 */
static struct {
	struct record record;
	unsigned long request;
	const char *function, *kind;
	int result;
} noted;

static void note(void *userdata, const struct record_call *call)
{
	(void)userdata;
	if (call->request != noted.request)
		return;
	noted.function = call->function;
	noted.kind = call->kind;
	noted.result = call->result;
}

static void setup_noted(void)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = &noted.record.ops };

	setup_sim();
	record_init(&noted.record, kvmlib_sim_sys_ops(fix.sim), note, NULL);
	assert_ok(kvmlib_system_open(&opts, &fix.system));
	assert_ok(kvmlib_system_create_vm(fix.system, NULL, &fix.vm));
	assert_ok(kvmlib_vm_create_vcpu(fix.vm, 0, &fix.vcpu));
	setup_arguments();
}

/* Whether the function is named after the kind of descriptor: kvmlib_vm_... */
static bool is_handle_of(const char *kind, const char *function)
{
	const char *handle = function + strlen("kvmlib_");

	return kind && !strncmp(handle, kind, strlen(kind)) && handle[strlen(kind)] == '_';
}

START_TEST(errno_call_is_recorded_with_its_function)
{
	const struct row *row = &rows[_i];

	noted.request = row->request;
	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, row->request, row->errnum, 1), 0);
	ck_assert_int_eq(row->call(), -row->errnum);
	ck_assert_msg(noted.function, "%s: no function", row->function);
	ck_assert_uint_eq(strlen(noted.function), strcspn(row->function, "("));
	ck_assert(!strncmp(noted.function, row->function, strlen(noted.function)));
	ck_assert_msg(is_handle_of(noted.kind, noted.function), "%s on %s", row->function,
		      noted.kind);
	ck_assert_int_eq(noted.result, -row->errnum);
}
END_TEST

/* An errno that no table knows: it passes too. */
START_TEST(errno_unlisted_passes_unchanged)
{
	const struct row *row = &rows[_i];
	const char *differs;

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, row->request, EXDEV, 1), 0);
	spoil_record();
	ck_assert_int_eq(row->call(), -EXDEV);
	differs = record_differs(row->function, EXDEV, KVMLIB_CAUSE_UNLISTED, row->ioctl);
	ck_assert_msg(!differs, "%s: %s", row->function, differs);
	assert_outputs_untouched();
}
END_TEST

/* The row's call answers that errno: its line is one line, whole, and not too long. */
static void assert_line_fits(const struct row *row, int errnum)
{
	char line[LONGEST_LINE];

	ck_assert_int_eq(kvmlib_sim_fail_ioctl(fix.sim, row->request, errnum, 1), 0);
	if (row->call() >= 0)
		return; /* an answer that is an exit */
	ck_assert_uint_lt(kvmlib_error_format(line, sizeof(line)), sizeof(line));
	ck_assert_ptr_null(strchr(line, '\n'));
	ck_assert_ptr_nonnull(strstr(line, kvmlib_error_sentence()));
	ck_assert_ptr_nonnull(strstr(line, kvmlib_error_hint()));
}

START_TEST(errno_lines_fit_512_bytes)
{
	const struct row *row = &rows[_i];
	struct kvmlib_explanation explanation;

	for (size_t i = 0; !kvmlib_explain(row->ioctl, 0, i, &explanation); i++)
		if (explanation.errnum && explanation.errnum != EINTR)
			assert_line_fits(row, explanation.errnum);
}
END_TEST

Suite *errnos_suite(void)
{
	Suite *suite = suite_create("errnos");
	TCase *tcase = add_case(suite, "errnos", NULL);
	TCase *noted_only = add_case(suite, "noted", NULL);

	tcase_add_checked_fixture(tcase, setup_all, teardown_all);
	tcase_add_checked_fixture(noted_only, setup_noted, teardown_all);
	tcase_add_loop_test(tcase, errno_passes_unchanged_with_its_cause, 0, NR_ROWS);
	tcase_add_loop_test(noted_only, errno_call_is_recorded_with_its_function, 0, NR_ROWS);
	tcase_add_loop_test(noted_only, errno_unlisted_passes_unchanged, 0, NR_ROWS);
	tcase_add_loop_test(noted_only, errno_lines_fit_512_bytes, 0, NR_ROWS);
	return suite;
}
