/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__SIM_INTERNAL_H
#define KVMLIB__SIM_INTERNAL_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE 1
#endif

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <kvmlib/sim.h>
#include <kvmlib/sys.h>
#include <kvmlib/uapi_caps.h>
#include <kvmlib/uapi_exits.h>
#include <kvmlib/uapi_flags.h>

#include "../lib/base/uapi_ioctls.h"
#include "../lib/base/uapi_structs.h"
#include "checks.h"

#define SIM_NR_CAPABILITIES 1024U
#define SIM_NR_DEVICE_TYPES 64U
#define SIM_NR_SPACES	    2U
#define SIM_MAX_ERRNO	    4095
#define SIM_MAX_CPUID	    256U
#define SIM_NR_RANGES	    16U
#define SIM_NR_TIMERS	    4U
#define SIM_ANSWER_SIZE	    4096U /* as much as a port access can carry */

/* Virtual descriptors start here, far above what a process can have open. */
#define SIM_FD_BASE 0x4b000000

/* As many bytes as a request's number says that its argument has; powerpc's have 13 bits for it. */
#define SIM_ARG_SIZE(request) ((size_t)((request) >> 16 & 0x1fffU))

struct sim_vm;
struct sim_vcpu;
struct sim_device;
struct sim_kept;
struct sim_eventfd;
struct sim_zone;

enum sim_kind {
	SIM_SYSTEM = 1U << 0,
	SIM_VM = 1U << 1,
	SIM_VCPU = 1U << 2,
	SIM_DEVICE = 1U << 3,
};

/* An open file description: descriptors, mappings and calls under way hold it. */
struct sim_file {
	enum sim_kind kind;
	unsigned int refs;
	struct sim_vm *vm; /* a counted reference; NULL for the system */
	struct sim_vcpu *vcpu;
	struct sim_device *device;
};

enum sim_real_flag {
	SIM_REAL_GMEM = 1U << 0,      /* a guest_memfd */
	SIM_REAL_GMEM_MMAP = 1U << 1, /* and one that can be mapped */
};

/* A descriptor of the real system. */
struct sim_real {
	int fd;
	unsigned int flags;
};

struct sim_mapping {
	uintptr_t address;
	size_t length;
	struct sim_file *file; /* NULL: anonymous */
};

/* What is known of one request: how often it came, and how often it shall fail. */
struct sim_request {
	uint32_t request;
	unsigned int fail_times;
	int fail_error;
	uint64_t calls;
};

struct sim_attr {
	struct sim_attr *next;
	uint64_t attr;
	uint64_t last;	/* of registers that are alike */
	uint64_t whose; /* bits of a number that don't tell the register */
	uint32_t group;
	uint32_t access;
	size_t size;
};

enum sim_type_flag {
	SIM_TYPE_IRQCHIP = 1U << 0,    /* is the VM's interrupt controller */
	SIM_TYPE_NEEDS_INIT = 1U << 1, /* takes interrupts only after its initialization */
	SIM_TYPE_VFIO = 1U << 2,       /* keeps files; a VM has one; closing removes it */
	SIM_TYPE_NO_GET = 1U << 3,     /* the kernel has no function to read its attributes */
	SIM_TYPE_NO_HAS = 1U << 4,     /* nor one to probe them */
};

struct sim_type {
	const char *name; /* NULL: this kernel doesn't know the type */
	unsigned int flags;
	struct sim_attr *attrs;
};

struct kvmlib_sim {
	struct kvmlib_sys_ops ops;
	struct kvmlib_sim *next; /* of all kernels of the process */
	pthread_mutex_t lock;	 /* of all below but the counters; never held while blocking */
	size_t page_size;
	unsigned int page_shift;

	int capabilities[SIM_NR_CAPABILITIES];
	struct sim_type types[SIM_NR_DEVICE_TYPES];
	int api_version;
	int mmap_size;
	int open_error;
	bool by_reason;

	/* Atomic, without the lock: tgkill() is called by signal handlers. */
	uint64_t nr_calls;
	uint64_t fail_at;
	int fail_error;
	uint64_t slept;

	struct sim_request *requests;
	size_t nr_requests;
	size_t requests_room;

	struct sim_file **files; /* by descriptor; a number is never used again */
	size_t nr_files;
	size_t files_room;
	int open_fds;

	struct sim_real *reals; /* those that the table made and has not closed */
	size_t nr_reals;
	size_t reals_room;
	uint8_t *stats; /* what files of statistics hold; NULL: one statistic */
	size_t stats_size;

	struct sim_mapping *mappings;
	size_t nr_mappings;
	size_t mappings_room;
};

struct sim_slot {
	uint64_t gfn;
	uint64_t npages;
	uint64_t host;	  /* user space address */
	uint64_t *dirty;  /* NULL: no dirty log */
	uint64_t *pushed; /* with it: pages in a ring that were not protected again */
	uint32_t flags;
	uint32_t number; /* as the caller gave it: address space and id */
	bool internal;	 /* KVM's own; no id */
};

/* One address space: slots by id, and in the order of their addresses. */
struct sim_space {
	struct sim_slot **by_id;
	size_t ids_room;
	struct sim_slot **ordered;
	size_t nr_slots;
	size_t slots_room;
};

struct sim_line {
	uint32_t irq;
	uint32_t level;
	bool is_pending; /* it went up, and no guest takes it */
};

struct sim_vm {
	struct kvmlib_sim *sim;
	unsigned int refs; /* by the files of the VM, its vCPUs and devices */
	pid_t owner;
	bool dead;
	uint64_t type;
	struct sim_space spaces[SIM_NR_SPACES];
	uint64_t manual_protect;
	uint32_t ring_size;	/* bytes of each vCPU's dirty ring; 0: none */
	bool ring_bitmap;	/* and dirty logs beside them */
	struct sim_vcpu *vcpus; /* in the order of their making */
	unsigned int nr_vcpus;
	struct sim_device *devices;
	struct sim_line *lines;
	size_t nr_lines;
	size_t lines_room;
	struct sim_kept *kept;
	struct sim_eventfd *eventfds;
	struct sim_zone *zones;
	int coalesced_memory; /* memfd behind the ring of coalesced writes; -1: no vCPU was made yet */
	struct kvm_coalesced_mmio_ring *coalesced; /* the kernel's own mapping of it */
	bool irqchip;
	bool irqchip_ready; /* initialized, where it needs to be */
	bool irqchip_allowed;
	bool split;
	bool pit;
	bool apic_page;
	bool tss;

	/* arm64: interrupts of the timers, and what was done to the PMU. */
	uint32_t timers[SIM_NR_TIMERS];
	bool pmu_is_chosen;
	bool pmu_filtered;
};

struct sim_device {
	struct sim_device *next;
	struct sim_vm *vm;
	uint32_t type;
	struct sim_value *values;
	int *files; /* VFIO: those added */
	size_t nr_files;
	size_t files_room;

	/* arm64: the redistributors' addresses, and whether they are one region for all vCPUs. */
	struct {
		uint64_t start;
		uint64_t end;
	} ranges[SIM_NR_RANGES];
	size_t nr_ranges;
	bool is_single;
};

/* An entry of a script; the bytes of payload and data follow it. */
struct sim_entry {
	struct sim_entry *next;
	int32_t result;
	uint32_t reason;
	uint32_t flags;
	uint16_t run_flags;
	size_t payload_size;
	size_t data_size;
	uint64_t data_offset;
	uint8_t bytes[];
};

/* What the next KVM_RUN has to hand to the guest: bytes of the run page. */
struct sim_owed {
	uint32_t reason;
	uint32_t size; /* 0: nothing is owed */
	uint64_t offset;
};

/* Indexes only grow, and wrap. */
struct sim_ring {
	struct kvm_dirty_gfn *entries; /* the kernel's own mapping; NULL: no ring */
	uint32_t nr_entries;	       /* a power of two */
	uint32_t dirty_index;	       /* the next to be written */
	uint32_t reset_index;	       /* the next to be handed back */
};

/* arm64: what a vCPU was initialized with, and told since. */
struct sim_arm {
	bool is_initialized;
	bool is_final;
	bool pmu_is_ready;
	bool has_record; /* of stolen time */
	uint32_t features;
	uint32_t pmu_irq;
	uint64_t record;
};

struct sim_vcpu {
	struct sim_vcpu *next;
	struct sim_vm *vm;
	uint32_t id;
	int memory;	     /* memfd behind the run page and the dirty ring */
	int wake;	     /* eventfd: look at the script again */
	struct kvm_run *run; /* the kernel's own mapping of it */
	size_t run_size;
	pthread_cond_t idle;
	sigset_t mask;
	bool masked;		/* KVM_RUN blocks the signals of the mask, not its thread's */
	bool exception_pending; /* injected by KVM_SET_GUEST_DEBUG, until the next run */
	bool busy;		/* a call is under way; others wait for idle */
	bool in_guest;
	bool has_run;
	uint32_t mp_state;
	struct sim_kept *kept;
	struct sim_arm arm;

	struct sim_ring ring;

	struct sim_entry *script;
	struct sim_entry **script_end;
	int script_left;

	struct sim_owed owed;
	bool answered;
	size_t answer_size;
	uint8_t answer[SIM_ANSWER_SIZE];

#ifdef KVM_GET_REGS
	struct kvm_regs regs;
#endif
#ifdef KVM_GET_SREGS
	struct kvm_sregs sregs;
#endif
#ifdef KVM_GET_FPU
	struct kvm_fpu fpu;
#endif
#ifdef KVM_SET_CPUID2
	struct kvm_cpuid_entry2 cpuid[SIM_MAX_CPUID];
	uint32_t nr_cpuid;
#endif
};

/* The signals that end a KVM_RUN: those that its thread blocks are looked at, and stay pending. */
struct sim_signals {
	sigset_t thread; /* what the thread blocks between runs */
	sigset_t run;	 /* and while it waits */
	int blocked;	 /* signalfd of those that the thread blocks and the run doesn't; or -1 */
};

/* An ioctl under way. The lock is held. */
struct sim_call {
	struct kvmlib_sim *sim;
	struct sim_vm *vm;
	struct sim_vcpu *vcpu;
	struct sim_device *device;
	unsigned long arg;
	uint32_t request;
};

/* array.c */
void *kvmlib__sim_make_room(void *array, size_t *room, size_t wanted, size_t size);

/* sim.c */
void kvmlib__sim_lock(struct kvmlib_sim *sim);
void kvmlib__sim_unlock(struct kvmlib_sim *sim);
int kvmlib__sim_capability(const struct kvmlib_sim *sim, uint32_t capability);

/* files.c */
int kvmlib__sim_open_file(struct kvmlib_sim *sim, enum sim_kind kind, struct sim_vm *vm,
			  struct sim_vcpu *vcpu, struct sim_device *device);
struct sim_file *kvmlib__sim_file(const struct kvmlib_sim *sim, int fd);
void kvmlib__sim_put_file(struct kvmlib_sim *sim, struct sim_file *file);
int kvmlib__sim_close(struct kvmlib_sim *sim, int fd);
int kvmlib__sim_fcntl(struct kvmlib_sim *sim, int fd, int command, int argument);
int kvmlib__sim_readlink(const struct kvmlib_sim *sim, const char *path, char *buffer, size_t size);
int kvmlib__sim_find_vm(struct kvmlib_sim *sim, int fd, struct sim_vm **ret_vm);
int kvmlib__sim_find_vcpu(struct kvmlib_sim *sim, int fd, struct sim_vcpu **ret_vcpu);

/* real.c */
int kvmlib__sim_add_real(struct kvmlib_sim *sim, int fd, unsigned int flags);
const struct sim_real *kvmlib__sim_real(const struct kvmlib_sim *sim, int fd);
int kvmlib__sim_count_real(const struct kvmlib_sim *sim);
int kvmlib__sim_close_real(struct kvmlib_sim *sim, int fd);
int kvmlib__sim_fcntl_real(struct kvmlib_sim *sim, int fd, int command, int argument);
int kvmlib__sim_readlink_real(const char *path, char *buffer, size_t size);

/* mappings.c */
int kvmlib__sim_mmap(struct kvmlib_sim *sim, size_t length, int prot, int flags, int fd,
		     uint64_t offset, void **ret_address);
int kvmlib__sim_mmap_at(const struct kvmlib_sim *sim, void *address, size_t length, int prot,
			int flags, int fd, uint64_t offset);
int kvmlib__sim_munmap(struct kvmlib_sim *sim, void *address, size_t length);

/* ops.c */
int kvmlib__sim_count_call(struct kvmlib_sim *sim);
void kvmlib__sim_init_ops(struct kvmlib_sim *sim);

/* memory.c */
void kvmlib__sim_init_memory_ops(struct kvmlib_sys_ops *ops);

/* requests.c */
int kvmlib__sim_count_request(struct kvmlib_sim *sim, uint32_t request);

/* calls.c */
int kvmlib__sim_ioctl(struct kvmlib_sim *sim, int fd, uint32_t request, unsigned long arg);

/* user.c */
int kvmlib__sim_copy_from_user(void *to, uint64_t from, size_t size);
int kvmlib__sim_copy_to_user(uint64_t to, const void *from, size_t size);

/* generic.c */
struct kvmlib__sim_fact;
/* What the facts know of a call on such a descriptor; NULL: nothing, or its capability is missing. */
const struct kvmlib__sim_fact *kvmlib__sim_find_fact(const struct sim_call *call,
						     enum sim_kind kind);
int kvmlib__sim_generic(const struct sim_call *call, const struct kvmlib__sim_fact *fact);

/* kept.c */
bool kvmlib__sim_recall(const struct sim_call *call, uint64_t key, void *bytes, size_t size);
int kvmlib__sim_keep(const struct sim_call *call, uint64_t key, const void *bytes, size_t size);
void kvmlib__sim_free_kept(struct sim_kept *kept);

/* state.c */
int kvmlib__sim_need_apic(const struct sim_call *call, const void *bytes);
int kvmlib__sim_need_pit(const struct sim_call *call, const void *bytes);
int kvmlib__sim_get_state(const struct sim_call *call);
int kvmlib__sim_set_state(const struct sim_call *call);

/* made.c */
int kvmlib__sim_get_stats_fd(const struct sim_call *call);
int kvmlib__sim_create_guest_memfd(const struct sim_call *call);

/* onereg.c */
int kvmlib__sim_get_one_reg(const struct sim_call *call);
int kvmlib__sim_set_one_reg(const struct sim_call *call);
int kvmlib__sim_get_reg_list(const struct sim_call *call);

/* arm64.c */
int kvmlib__sim_arm_vcpu_init(const struct sim_call *call);
int kvmlib__sim_arm_vcpu_finalize(const struct sim_call *call);
int kvmlib__sim_arm_vcpu_attr(const struct sim_call *call);

/* arm64.c, riscv64.c: what a register is before it is set, and whether it can be. */
int kvmlib__sim_first_value(const struct sim_call *call, uint64_t id, void *value);
int kvmlib__sim_check_value(const struct sim_call *call, uint64_t id, const void *value);

/* eventfd.c */
void kvmlib__sim_free_eventfds(struct sim_eventfd *eventfd);
int kvmlib__sim_irqfd(const struct sim_call *call);
int kvmlib__sim_ioeventfd(const struct sim_call *call);

/* routing.c */
int kvmlib__sim_set_gsi_routing(const struct sim_call *call);
int kvmlib__sim_signal_msi(const struct sim_call *call);

/* controller.c */
/* Whether it has such a register, too, as its other attributes are. */
int kvmlib__sim_check_register(const struct sim_device *device, uint32_t group, uint64_t number);
/*
 * Before an attribute without a file is stored; a value of less than 8 bytes is extended by zeros. 1: the
 * kernel leaves it as it is.
 */
int kvmlib__sim_check_controller(struct sim_device *device, const struct sim_attr *attr,
				 uint64_t number, uint64_t value);

/* coalesced.c */
void kvmlib__sim_free_coalesced(struct sim_vm *vm);
/* The VM's ring, before its first vCPU. */
int kvmlib__sim_make_coalesced(struct sim_vm *vm);
/* Put it in its place in what was mapped of a vCPU. */
int kvmlib__sim_map_coalesced(const struct sim_vm *vm, void *address, size_t length, int prot,
			      int flags, uint64_t offset);
int kvmlib__sim_register_zone(const struct sim_call *call);
int kvmlib__sim_unregister_zone(const struct sim_call *call);

/* attributes.c */
int kvmlib__sim_set_memory_attributes(const struct sim_call *call);

/* prefault.c */
int kvmlib__sim_pre_fault_memory(const struct sim_call *call);

/* signals.c */
int kvmlib__sim_set_signal_mask(const struct sim_call *call);
void kvmlib__sim_begin_signals(const struct sim_vcpu *vcpu, struct sim_signals *signals);
bool kvmlib__sim_wait_for_signal(const struct sim_signals *signals, int wake, bool block);
void kvmlib__sim_end_signals(struct sim_signals *signals);

/* debug.c */
int kvmlib__sim_set_guest_debug(const struct sim_call *call);

/* nested.c */
int kvmlib__sim_get_nested_state(const struct sim_call *call);
int kvmlib__sim_set_nested_state(const struct sim_call *call);

/* x86.c */
int kvmlib__sim_set_tsc_khz(const struct sim_call *call);
int kvmlib__sim_get_tsc_khz(const struct sim_call *call);
int kvmlib__sim_set_nr_mmu_pages(const struct sim_call *call);
int kvmlib__sim_set_boot_cpu_id(const struct sim_call *call);
int kvmlib__sim_interrupt(const struct sim_call *call);
int kvmlib__sim_kvmclock_ctrl(const struct sim_call *call);
int kvmlib__sim_set_vapic_addr(const struct sim_call *call);
int kvmlib__sim_reinject_control(const struct sim_call *call);
int kvmlib__sim_get_mce_cap(const struct sim_call *call);
int kvmlib__sim_setup_mce(const struct sim_call *call);
int kvmlib__sim_set_mce(const struct sim_call *call);
int kvmlib__sim_smi(const struct sim_call *call);
int kvmlib__sim_translate(const struct sim_call *call);
int kvmlib__sim_encrypt_op(const struct sim_call *call);
int kvmlib__sim_encrypt_region(const struct sim_call *call);
int kvmlib__sim_enable_vcpu_cap(const struct sim_call *call);

/* system.c */
void kvmlib__sim_init_capabilities(struct kvmlib_sim *sim);
int kvmlib__sim_get_api_version(const struct sim_call *call);
int kvmlib__sim_get_vcpu_mmap_size(const struct sim_call *call);
int kvmlib__sim_check_extension(const struct sim_call *call);
int kvmlib__sim_create_vm(const struct sim_call *call);

/* vm.c */
void kvmlib__sim_put_vm(struct sim_vm *vm);
int kvmlib__sim_x2apic_flags(const struct sim_vm *vm);
int kvmlib__sim_enable_cap(const struct sim_call *call);
int kvmlib__sim_set_tss_addr(const struct sim_call *call);
int kvmlib__sim_set_identity_map_addr(const struct sim_call *call);

/* slots.c */
bool kvmlib__sim_slot_number_ok(const struct sim_vm *vm, uint32_t number);
struct sim_slot *kvmlib__sim_slot(const struct sim_vm *vm, uint32_t number);
struct sim_slot *kvmlib__sim_slot_at(const struct sim_vm *vm, uint64_t gfn);
bool kvmlib__sim_slots_overlap(const struct sim_space *space, uint64_t gfn, uint64_t npages,
			       const struct sim_slot *except);
int kvmlib__sim_add_slot(struct sim_space *space, struct sim_slot *slot);
int kvmlib__sim_add_internal_slot(struct sim_vm *vm, uint64_t gpa, uint64_t npages);
void kvmlib__sim_move_slot(struct sim_space *space, struct sim_slot *slot, uint64_t gfn);
void kvmlib__sim_delete_slot(struct sim_space *space, struct sim_slot *slot);
void kvmlib__sim_free_slot(struct sim_slot *slot);
void kvmlib__sim_free_logs(struct sim_slot *slot);
void kvmlib__sim_free_slots(struct sim_vm *vm);
size_t kvmlib__sim_dirty_words(const struct sim_slot *slot);

/* regions.c */
int kvmlib__sim_set_user_memory_region(const struct sim_call *call);
int kvmlib__sim_set_user_memory_region2(const struct sim_call *call);

/* dirty.c */
int kvmlib__sim_get_dirty_log(const struct sim_call *call);
int kvmlib__sim_clear_dirty_log(const struct sim_call *call);

/* ring.c */
int kvmlib__sim_enable_rings(struct sim_vm *vm, const struct kvm_enable_cap *cap);
int kvmlib__sim_enable_ring_bitmap(struct sim_vm *vm, const struct kvm_enable_cap *cap);
int kvmlib__sim_check_bitmap(const struct sim_vm *vm);
size_t kvmlib__sim_ring_end(const struct sim_vm *vm);
int kvmlib__sim_make_ring(struct sim_vcpu *vcpu);
void kvmlib__sim_free_ring(struct sim_ring *ring);
int kvmlib__sim_check_ring_mapping(const struct sim_vm *vm, size_t length, int prot, int flags,
				   uint64_t offset);
uint32_t kvmlib__sim_ring_room(const struct sim_vcpu *vcpu);
bool kvmlib__sim_ring_is_full(const struct sim_vcpu *vcpu);
void kvmlib__sim_push_dirty(struct sim_vcpu *vcpu, const struct sim_slot *slot, uint64_t page);
int kvmlib__sim_reset_dirty_rings(const struct sim_call *call);

/* irqchip.c */
int kvmlib__sim_check_irqchip(const struct sim_vm *vm, uint32_t type);
void kvmlib__sim_set_irqchip(struct sim_vm *vm, bool ready);
int kvmlib__sim_create_irqchip(const struct sim_call *call);
int kvmlib__sim_irq_line(const struct sim_call *call);
int kvmlib__sim_irq_line_status(const struct sim_call *call);
int kvmlib__sim_create_pit2(const struct sim_call *call);

/* device.c */
/* What was last written to an attribute, or NULL. */
void *kvmlib__sim_value(const struct sim_device *device, uint32_t group, uint64_t number);
int kvmlib__sim_init_types(struct kvmlib_sim *sim);
void kvmlib__sim_free_types(struct kvmlib_sim *sim);
void kvmlib__sim_close_device(struct sim_device *device);
void kvmlib__sim_free_device(struct sim_device *device);
int kvmlib__sim_create_device(const struct sim_call *call);
int kvmlib__sim_set_device_attr(const struct sim_call *call);
int kvmlib__sim_get_device_attr(const struct sim_call *call);
int kvmlib__sim_has_device_attr(const struct sim_call *call);

/* vcpu.c */
int kvmlib__sim_create_vcpu(const struct sim_call *call);
void kvmlib__sim_free_vcpu(struct sim_vcpu *vcpu);
int kvmlib__sim_get_mp_state(const struct sim_call *call);
int kvmlib__sim_set_mp_state(const struct sim_call *call);

/* registers.c */
void kvmlib__sim_reset_registers(struct sim_vcpu *vcpu);
int kvmlib__sim_get_registers(const struct sim_call *call);
int kvmlib__sim_set_registers(const struct sim_call *call);
int kvmlib__sim_begin_run(struct sim_vcpu *vcpu);
void kvmlib__sim_end_run(struct sim_vcpu *vcpu);

/* cpuid.c */
int kvmlib__sim_get_supported_cpuid(const struct sim_call *call);
int kvmlib__sim_get_hv_cpuid(const struct sim_call *call);
int kvmlib__sim_get_emulated_cpuid(const struct sim_call *call);
int kvmlib__sim_set_cpuid(const struct sim_call *call);
int kvmlib__sim_get_cpuid2(const struct sim_call *call);
int kvmlib__sim_set_cpuid2(const struct sim_call *call);
const struct kvm_cpuid_entry2 *kvmlib__sim_cpuid(const struct sim_vcpu *vcpu, uint32_t function);
/* The entry of one of its subleaves. */
const struct kvm_cpuid_entry2 *kvmlib__sim_cpuid_at(const struct sim_vcpu *vcpu, uint32_t function,
						    uint32_t index);

/* msr.c */
int kvmlib__sim_get_msr_index_list(const struct sim_call *call);
int kvmlib__sim_get_msr_feature_index_list(const struct sim_call *call);
int kvmlib__sim_get_msrs(const struct sim_call *call);
/* Multiply what the vCPU's time-stamp counter holds. */
int kvmlib__sim_scale_tsc(const struct sim_call *call, uint64_t numerator, uint64_t denominator);
int kvmlib__sim_set_msrs(const struct sim_call *call);

/* run.c */
int kvmlib__sim_run(const struct sim_call *call);

/* script.c */
void kvmlib__sim_wake(struct sim_vcpu *vcpu);
void kvmlib__sim_pop_script(struct sim_vcpu *vcpu);

#endif
