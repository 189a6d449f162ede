/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BENCH_OVERHEAD_SUBJECT_H
#define BENCH_OVERHEAD_SUBJECT_H

#include <stdbool.h>
#include <stdint.h>

#include <kvmlib/kvmlib.h>
#include <linux/kvm.h>

#include <rounds.h>

/* A slot with a dirty log, 16 MiB. */
#define LOG_SLOT  1U
#define LOG_PAGES 4096U

/* Slots that come and go, and VMs, in one round. */
#define SPARE_SLOTS 32U
#define SPARE_VMS   8U

/* A VM with an interrupt controller (where the host has one) and one vCPU. */
struct subject {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_device *device; /* VFIO, without a group; NULL: none in this kernel */
	/* The same by their descriptors, and the run page once more. */
	int system_fd;
	int vm_fd;
	int vcpu_fd;
	int device_fd;
	int event_fd;
	struct kvm_run *run;
	uint8_t *ram;
	uint8_t *log_ram;
	bool has_irqchip;

	/* What the calls are given, and what they fill in. */
	unsigned int turn; /* number of the call in its round */
	struct kvm_regs regs;
	uint64_t bitmap[LOG_PAGES / 64];
	struct kvm_userspace_memory_region slots[SPARE_SLOTS];
	int vm_fds[SPARE_VMS]; /* 0: none */
	struct kvmlib_vm *vms[SPARE_VMS];
	/* What the vCPU was given. */
	struct kvm_cpuid2 *cpuid;
	uint32_t nr_cpuid;
};

/* Through a table of system calls, NULL for the system's own; false with an error record. */
bool subject_open(struct subject *subject, const struct kvmlib_sys_ops *sys);
void subject_close(struct subject *subject);

/* The guest's code, each without an end: what it does, KVM_RUN returns from. */
#define CODE_IO	   0x1000U /* writes a byte to a port */
#define CODE_MMIO  0x1100U /* writes a byte where no memory is */
#define CODE_DIRTY 0x1200U /* writes to some pages with a log, then a byte to a port */

/* Let the guest start over there. */
void subject_point_at(struct subject *subject, uint32_t code);

/* Let the guest write to so many pages of the slot with a log. */
void subject_dirty(struct subject *subject, unsigned int pages);

/* Close what a round has left in vm_fds and vms. */
void subject_drop_vms(struct subject *subject);

extern const struct row overhead_rows[];
extern const size_t overhead_nr_rows;
extern const struct row family_rows[];
extern const size_t family_nr_rows;

/* The two ways. */
int raw_run(struct subject *subject);
int raw_get_regs(struct subject *subject);
int raw_set_regs(struct subject *subject);
int raw_check_extension_system(struct subject *subject);
int raw_check_extension_vm(struct subject *subject);
int raw_dirty_log(struct subject *subject);
int raw_slot_add(struct subject *subject);
int raw_slot_remove(struct subject *subject);
int raw_irq_line(struct subject *subject);
int raw_vm_create(struct subject *subject);

int wrapped_run(struct subject *subject);
int wrapped_get_regs(struct subject *subject);
int wrapped_set_regs(struct subject *subject);
int wrapped_check_extension_system(struct subject *subject);
int wrapped_check_extension_vm(struct subject *subject);
int wrapped_dirty_log(struct subject *subject);
int wrapped_slot_add(struct subject *subject);
int wrapped_slot_remove(struct subject *subject);
int wrapped_irq_line(struct subject *subject);
int wrapped_vm_create(struct subject *subject);

#endif
