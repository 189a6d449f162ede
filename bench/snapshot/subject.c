/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A VM whose guest writes to pages as it is told, and what it takes to put it back. */
#include "subject.h"

#include <stdlib.h>
#include <string.h>

#include <linux/kvm.h>

#define CODE 0x1000U

static bool open_vcpu(struct subject *subject)
{
	struct kvm_cpuid_entry2 *entries = NULL;
	uint32_t n;
	int r = kvmlib_vm_create_vcpu(subject->vm, 0, &subject->vcpu);

	if (!r)
		r = kvmlib_system_get_supported_cpuid_alloc(subject->system, &entries, &n);
	if (!r)
		r = kvmlib_vcpu_set_cpuid2(subject->vcpu, entries, n);
	free(entries);
	return r >= 0;
}

static bool add_memory(struct subject *subject)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
							.length = MEMORY_SIZE };
	struct kvmlib_memory_region *region;

	if (kvmlib_memory_new(subject->vm, NULL, &subject->memory) < 0 ||
	    kvmlib_memory_add(subject->memory, &opts, &region) < 0 ||
	    kvmlib_dirty_start(subject->memory, NULL, &subject->dirty) < 0)
		return false;
	subject->ram = kvmlib_memory_region_address(region);
	return true;
}

/* 32-bit code, flat: write a byte, go on by %esi, %ecx times; halt. */
static bool make_guest(struct subject *subject)
{
	static const uint8_t code[] = { 0xe3, 0x06, 0x88, 0x0f, 0x01, 0xf7, 0xe2, 0xfa, 0xf4 };
	struct kvm_sregs sregs;

	for (uint64_t page = 0; page < NR_PAGES; page++)
		subject->ram[page * PAGE + 1] = (uint8_t)(page | 1);
	memcpy(subject->ram + CODE, code, sizeof(code));
	if (kvmlib_vcpu_get_sregs(subject->vcpu, &sregs) < 0)
		return false;
	sregs.cr0 |= 1;
	sregs.cs = (struct kvm_segment){ .limit = 0xffffffff,
					 .selector = 8,
					 .type = 11,
					 .present = 1,
					 .s = 1,
					 .db = 1,
					 .g = 1 };
	sregs.ds = sregs.cs;
	sregs.ds.selector = 16;
	sregs.ds.type = 3;
	sregs.es = sregs.ss = sregs.ds;
	return kvmlib_vcpu_set_sregs(subject->vcpu, &sregs) >= 0;
}

void subject_write(struct subject *subject, uint32_t pages)
{
	const struct kvm_regs regs = {
		.rip = CODE, .rflags = 2, .rdi = FIRST, .rsi = STRIDE, .rcx = pages
	};

	if (kvmlib_vcpu_set_regs(subject->vcpu, &regs) < 0 || kvmlib_vcpu_run(subject->vcpu) < 0 ||
	    kvmlib_vcpu_exit_reason(subject->vcpu) != KVMLIB_EXIT_HLT)
		bench_fail("the guest");
}

static bool take_snapshot(struct subject *subject)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = &subject->vcpu,
						     .nr_vcpus = 1,
						     .memory = subject->memory };

	return !kvmlib_state_plan_new(subject->vm, &opts, &subject->plan) &&
	       !kvmlib_reset_new(subject->plan, subject->dirty, &subject->reset);
}

/* The second time it knows which MSRs can't be set. */
static bool note_calls(struct subject *subject)
{
	struct kvmlib_state_item xsave = { .length = 0 };
	int r = kvmlib_state_get(kvmlib_reset_state(subject->reset), "xsave", 0, &xsave);

	if (r >= 0)
		r = kvmlib_reset(subject->reset, NULL);
	calls_start(&subject->calls, xsave.length);
	if (r >= 0)
		r = kvmlib_reset(subject->reset, NULL);
	calls_stop();
	return r >= 0;
}

static void copy_memory(struct subject *subject)
{
	subject->bitmap = calloc(NR_PAGES / 64, sizeof(uint64_t));
	for (size_t i = 0; i < 2; i++) {
		subject->copies[i] = aligned_alloc(PAGE, MEMORY_SIZE);
		if (!subject->copies[i] || !subject->bitmap)
			bench_fail("memory");
		memcpy(subject->copies[i], subject->ram, MEMORY_SIZE);
	}
}

bool subject_open(struct subject *subject)
{
	const struct kvmlib_system_opts opts = { .size = sizeof(opts), .sys = calls_sys() };

	if (kvmlib_system_open(&opts, &subject->system) < 0 ||
	    kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0 ||
	    !add_memory(subject) || !open_vcpu(subject) || !make_guest(subject))
		return false;
	subject_write(subject, 1); /* nothing is as KVM makes it */
	copy_memory(subject);
	return take_snapshot(subject) && note_calls(subject);
}

void subject_close(struct subject *subject)
{
	calls_free(&subject->calls);
	free(subject->copies[0]);
	free(subject->copies[1]);
	free(subject->bitmap);
	kvmlib_reset_free(subject->reset);
	kvmlib_state_plan_free(subject->plan);
	kvmlib_dirty_unref(subject->dirty);
	kvmlib_memory_unref(subject->memory);
	kvmlib_vcpu_unref(subject->vcpu);
	kvmlib_vm_unref(subject->vm);
	kvmlib_system_unref(subject->system);
}
