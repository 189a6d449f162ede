/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is measured: the calls of a VMM's hot path, and some of its control plane. */

#include "subject.h"

#define DIRTY_1_PERCENT (LOG_PAGES / 100)

static void point_at_io(struct subject *subject)
{
	subject_point_at(subject, CODE_IO);
}

static void point_at_mmio(struct subject *subject)
{
	subject_point_at(subject, CODE_MMIO);
}

static void require_exit(const struct subject *subject, uint32_t reason)
{
	if (subject->run->exit_reason != reason)
		bench_fail("another exit");
}

static void require_io(struct subject *subject)
{
	require_exit(subject, KVM_EXIT_IO);
}

static void require_mmio(struct subject *subject)
{
	require_exit(subject, KVM_EXIT_MMIO);
}

static void set_immediate_exit(struct subject *subject)
{
	subject->run->immediate_exit = 1;
}

static void clear_immediate_exit(struct subject *subject)
{
	subject->run->immediate_exit = 0;
}

static void dirty_1_percent(struct subject *subject)
{
	subject_dirty(subject, DIRTY_1_PERCENT);
}

static void dirty_all(struct subject *subject)
{
	subject_dirty(subject, LOG_PAGES);
}

static void require_dirty(const struct subject *subject, unsigned int least, unsigned int most)
{
	unsigned int pages = 0;

	for (size_t i = 0; i < LOG_PAGES / 64; i++)
		pages += (unsigned int)__builtin_popcountll(subject->bitmap[i]);
	if (pages < least || pages > most)
		bench_fail("another number of dirty pages");
}

static void require_clean(struct subject *subject)
{
	require_dirty(subject, 0, 0);
}

static void require_1_percent(struct subject *subject)
{
	require_dirty(subject, DIRTY_1_PERCENT, 2 * DIRTY_1_PERCENT);
}

static void require_all(struct subject *subject)
{
	require_dirty(subject, LOG_PAGES, LOG_PAGES);
}

/* Whatever other rows left in the log. */
static void clean_log(struct subject *subject)
{
	if (kvmlib_vm_get_dirty_log(subject->vm, LOG_SLOT, subject->bitmap) < 0)
		bench_fail("emptying the log");
}

static void start_over(struct subject *subject)
{
	subject->turn = 0;
}

static void set_slot(struct subject *subject, const struct kvm_userspace_memory_region *slot)
{
	if (kvmlib_vm_set_user_memory_region(subject->vm, slot) < 0)
		bench_fail("spare slots");
}

static void add_slots(struct subject *subject)
{
	for (unsigned int i = 0; i < SPARE_SLOTS; i++)
		set_slot(subject, &subject->slots[i]);
	start_over(subject);
}

static void remove_slots(struct subject *subject)
{
	for (unsigned int i = 0; i < SPARE_SLOTS; i++)
		set_slot(subject, &(const struct kvm_userspace_memory_region){
					  .slot = subject->slots[i].slot });
}

static const char *irqchip_trouble(const struct subject *subject)
{
	return subject->has_irqchip ? NULL : "no interrupt controller in this kernel";
}

#define WAYS(what) .raw = raw_##what, .wrapped = wrapped_##what

const struct row overhead_rows[] = {
	{ .name = "run_io", WAYS(run), .calls = 200, .prepare = point_at_io, .check = require_io },
	{ .name = "run_mmio",
	  WAYS(run),
	  .calls = 200,
	  .prepare = point_at_mmio,
	  .check = require_mmio },
	{ .name = "run_immediate",
	  WAYS(run),
	  .calls = 200,
	  .prepare = set_immediate_exit,
	  .finish = clear_immediate_exit },
	{ .name = "get_regs", WAYS(get_regs), .calls = 500 },
	{ .name = "set_regs", WAYS(set_regs), .calls = 500 },
	{ .name = "check_extension_system", WAYS(check_extension_system), .calls = 2000 },
	{ .name = "check_extension_vm", WAYS(check_extension_vm), .calls = 2000 },
	{ .name = "dirty_log_0",
	  WAYS(dirty_log),
	  .calls = 500,
	  .prepare = clean_log,
	  .check = require_clean },
	{ .name = "dirty_log_1",
	  WAYS(dirty_log),
	  .calls = 1,
	  .prepare = dirty_1_percent,
	  .check = require_1_percent },
	{ .name = "dirty_log_100",
	  WAYS(dirty_log),
	  .calls = 1,
	  .prepare = dirty_all,
	  .check = require_all },
	{ .name = "slot_add",
	  WAYS(slot_add),
	  .calls = SPARE_SLOTS,
	  .prepare = start_over,
	  .finish = remove_slots },
	{ .name = "slot_remove", WAYS(slot_remove), .calls = SPARE_SLOTS, .prepare = add_slots },
	{ .name = "irq_line",
	  WAYS(irq_line),
	  .calls = 500,
	  .prepare = start_over,
	  .trouble = irqchip_trouble },
	{ .name = "vm_create",
	  WAYS(vm_create),
	  .calls = SPARE_VMS,
	  .prepare = start_over,
	  .finish = subject_drop_vms },
};
const size_t overhead_nr_rows = sizeof(overhead_rows) / sizeof(overhead_rows[0]);
