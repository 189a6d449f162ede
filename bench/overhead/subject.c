/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The VM that the calls are made on, and its guest. */

#include "subject.h"

#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE_SIZE UINT64_C(0x1000)
#define RAM_SIZE  0x10000U
#define LOG_GPA	  0x1000000U
#define LOG_SIZE  (LOG_PAGES * PAGE_SIZE)
#define SPARE_GPA 0x4000000U
/* More CPUID entries than any host has. */
#define CPUIDS 256U
/* Three pages in the guest's address space that Intel's KVM wants. */
#define TSS_GPA 0xfffbd000U

/* 32-bit code. */
static const uint8_t code_io[] = {
	0xe6, 0xe9, /* 1: out 0xe9, al */
	0xeb, 0xfc, /*    jmp 1b */
};
static const uint8_t code_mmio[] = {
	0xa2, 0x00, 0x00, 0x0d, 0x00, /* 1: mov [0xd0000], al */
	0xeb, 0xf9,		      /*    jmp 1b */
};
static const uint8_t code_dirty[] = {
	0x88, 0x07, /* 1: mov [edi], al */
	0x01, 0xd7, /*    add edi, edx */
	0x49,	    /*    dec ecx */
	0x75, 0xf9, /*    jnz 1b */
	0xe6, 0xe9, /* 2: out 0xe9, al */
	0xeb, 0xfc, /*    jmp 2b */
};

static void map_ram(struct subject *subject)
{
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE;

	subject->ram = mmap(NULL, RAM_SIZE + LOG_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (subject->ram == MAP_FAILED)
		bench_fail("guest memory");
	subject->log_ram = subject->ram + RAM_SIZE;
	memcpy(subject->ram + CODE_IO, code_io, sizeof(code_io));
	memcpy(subject->ram + CODE_MMIO, code_mmio, sizeof(code_mmio));
	memcpy(subject->ram + CODE_DIRTY, code_dirty, sizeof(code_dirty));
}

static bool add_slots(struct subject *subject)
{
	struct kvm_userspace_memory_region ram = {
		.slot = 0,
		.memory_size = RAM_SIZE,
		.userspace_addr = (uintptr_t)subject->ram,
	};
	struct kvm_userspace_memory_region log = {
		.slot = LOG_SLOT,
		.flags = KVM_MEM_LOG_DIRTY_PAGES,
		.guest_phys_addr = LOG_GPA,
		.memory_size = LOG_SIZE,
		.userspace_addr = (uintptr_t)subject->log_ram,
	};

	return !kvmlib_vm_set_user_memory_region(subject->vm, &ram) &&
	       !kvmlib_vm_set_user_memory_region(subject->vm, &log);
}

/* The slots that rows add and remove: a page each, with a hole behind it. */
static void describe_spare_slots(struct subject *subject)
{
	for (unsigned int i = 0; i < SPARE_SLOTS; i++)
		subject->slots[i] = (struct kvm_userspace_memory_region){
			.slot = LOG_SLOT + 1 + i,
			.guest_phys_addr = SPARE_GPA + PAGE_SIZE * 2 * i,
			.memory_size = PAGE_SIZE,
			.userspace_addr = (uintptr_t)subject->ram,
		};
}

/* With all features of the host. */
static bool open_vcpu(struct subject *subject)
{
	static union {
		struct kvm_cpuid2 list;
		unsigned char
			room[sizeof(struct kvm_cpuid2) + CPUIDS * sizeof(struct kvm_cpuid_entry2)];
	} cpuid;
	struct kvm_cpuid_entry2 *entries = cpuid.list.entries;

	subject->cpuid = &cpuid.list;
	if (kvmlib_vm_create_vcpu(subject->vm, 0, &subject->vcpu) < 0 ||
	    kvmlib_system_get_supported_cpuid(subject->system, entries, CPUIDS,
					      &subject->nr_cpuid) < 0)
		return false;
	return !kvmlib_vcpu_set_cpuid2(subject->vcpu, entries, subject->nr_cpuid);
}

static bool open_vm(struct subject *subject)
{
	if (kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0 ||
	    kvmlib_vm_set_tss_addr(subject->vm, TSS_GPA) < 0)
		return false;
	subject->has_irqchip = kvmlib_vm_check_extension(subject->vm, KVM_CAP_IRQCHIP) > 0 &&
			       !kvmlib_vm_create_irqchip(subject->vm);
	if (subject->has_irqchip && kvmlib_vm_create_pit2(subject->vm, 0) < 0)
		return false;
	map_ram(subject);
	return add_slots(subject) && open_vcpu(subject);
}

/* What not every kernel has is left out: the rows that need it look whether it is there. */
static void open_others(struct subject *subject)
{
	kvmlib_vm_create_device(subject->vm, KVM_DEV_TYPE_VFIO, 0, &subject->device);
	subject->device_fd = subject->device ? kvmlib_device_fd(subject->device) : -1;
	subject->event_fd = eventfd(0, EFD_CLOEXEC);
	if (subject->event_fd < 0)
		bench_fail("eventfd");
}

/* The run page a second time, for what a program without the library would read and write. */
static void map_run(struct subject *subject, const struct kvmlib_sys_ops *sys)
{
	int size = kvmlib_system_get_vcpu_mmap_size(subject->system);
	void *run;

	if (sys->mmap(sys->ctx, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, subject->vcpu_fd,
		      0, &run) < 0)
		bench_fail("run page");
	subject->run = run;
}

static struct kvm_segment flat_segment(uint8_t type)
{
	return (struct kvm_segment){
		.limit = 0xffffffffU,
		.selector = 8,
		.type = type,
		.present = 1,
		.db = 1,
		.s = 1,
		.g = 1,
	};
}

/* Protected mode without paging: all of the address space from the first instruction on. */
static bool enter_protected_mode(struct subject *subject)
{
	struct kvm_sregs sregs = { 0 };

	if (kvmlib_vcpu_get_sregs(subject->vcpu, &sregs) < 0)
		return false;
	sregs.cs = flat_segment(11);
	sregs.ds = sregs.es = sregs.ss = flat_segment(3);
	sregs.cr0 |= 1;
	return !kvmlib_vcpu_set_sregs(subject->vcpu, &sregs);
}

bool subject_open(struct subject *subject, const struct kvmlib_sys_ops *sys)
{
	const struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = sys };

	if (kvmlib_system_open(&opts, &subject->system) < 0 || !open_vm(subject))
		return false;
	subject->system_fd = kvmlib_system_fd(subject->system);
	subject->vm_fd = kvmlib_vm_fd(subject->vm);
	subject->vcpu_fd = kvmlib_vcpu_fd(subject->vcpu);
	open_others(subject);
	map_run(subject, sys ? sys : kvmlib_sys_default());
	describe_spare_slots(subject);
	return enter_protected_mode(subject);
}

void subject_close(struct subject *subject)
{
	kvmlib_device_unref(subject->device);
	kvmlib_vcpu_unref(subject->vcpu);
	kvmlib_vm_unref(subject->vm);
	kvmlib_system_unref(subject->system);
}

/* The last exit must be completed first: it would change the registers that are to be set. */
static void complete_exit(struct subject *subject)
{
	subject->run->immediate_exit = 1;
	if (kvmlib_vcpu_run(subject->vcpu) < 0)
		bench_fail("completing an exit");
	subject->run->immediate_exit = 0;
}

static void set_regs(struct subject *subject, const struct kvm_regs *regs)
{
	complete_exit(subject);
	if (kvmlib_vcpu_set_regs(subject->vcpu, regs) < 0)
		bench_fail("setting registers");
}

void subject_point_at(struct subject *subject, uint32_t code)
{
	set_regs(subject, &(const struct kvm_regs){ .rip = code, .rflags = 2 });
}

static void run_to_io(struct subject *subject)
{
	do {
		if (kvmlib_vcpu_run(subject->vcpu) < 0)
			bench_fail("running the guest");
	} while (kvmlib_vcpu_exit_reason(subject->vcpu) == KVMLIB_EXIT_INTR);
	if (kvmlib_vcpu_exit_reason(subject->vcpu) != KVMLIB_EXIT_IO)
		bench_fail("the guest's exit");
}

void subject_dirty(struct subject *subject, unsigned int pages)
{
	const struct kvm_regs regs = {
		.rip = CODE_DIRTY,
		.rflags = 2,
		.rdi = LOG_GPA,
		.rcx = pages,
		.rdx = LOG_PAGES / pages * PAGE_SIZE,
	};

	set_regs(subject, &regs);
	run_to_io(subject);
}

void subject_drop_vms(struct subject *subject)
{
	for (unsigned int i = 0; i < SPARE_VMS; i++) {
		if (subject->vm_fds[i])
			close(subject->vm_fds[i]);
		subject->vm_fds[i] = 0;
		subject->vms[i] = kvmlib_vm_unref(subject->vms[i]);
	}
}
