/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define UNION_OFFSET offsetof(struct kvm_run, padding)

static uint32_t owed_io(const struct kvm_run *run, uint64_t *ret_offset)
{
	uint64_t size = (uint64_t)run->io.size * run->io.count;

	*ret_offset = run->io.data_offset;
	return run->io.direction || size > SIM_ANSWER_SIZE ? 0 : (uint32_t)size;
}

static uint32_t owed_mmio(const struct kvm_run *run, uint64_t *ret_offset)
{
	uint32_t len = run->mmio.len;

	*ret_offset = offsetof(struct kvm_run, mmio.data);
	return run->mmio.is_write || len > sizeof(run->mmio.data) ? 0 : len;
}

static uint32_t owed_iocsr(const struct kvm_run *run, uint64_t *ret_offset)
{
	uint32_t len = run->iocsr_io.len;

	*ret_offset = offsetof(struct kvm_run, iocsr_io.data);
	return run->iocsr_io.is_write || len > sizeof(run->iocsr_io.data) ? 0 : len;
}

static uint32_t owed_hypercall(const struct kvm_run *run, uint64_t *ret_offset)
{
	*ret_offset = offsetof(struct kvm_run, hypercall.ret);
	return sizeof(run->hypercall.ret);
}

static uint32_t owed_msr(const struct kvm_run *run, uint64_t *ret_offset)
{
	*ret_offset = offsetof(struct kvm_run, msr.data);
	return sizeof(run->msr.data);
}

static uint32_t owed_sbi(const struct kvm_run *run, uint64_t *ret_offset)
{
	*ret_offset = offsetof(struct kvm_run, riscv_sbi.ret);
	return sizeof(run->riscv_sbi.ret);
}

static uint32_t owed_csr(const struct kvm_run *run, uint64_t *ret_offset)
{
	*ret_offset = offsetof(struct kvm_run, riscv_csr.ret_value);
	return sizeof(run->riscv_csr.ret_value);
}

/* Exits that KVM completes on the next run with data from the run page, and where that stands. */
static const struct {
	uint32_t reason;
	uint32_t (*owed)(const struct kvm_run *run, uint64_t *ret_offset);
} completions[] = {
	{ KVMLIB_EXIT_IO, owed_io },
	{ KVMLIB_EXIT_MMIO, owed_mmio },
	{ KVMLIB_EXIT_LOONGARCH_IOCSR, owed_iocsr },
	{ KVMLIB_EXIT_HYPERCALL, owed_hypercall },
	{ KVMLIB_EXIT_X86_RDMSR, owed_msr },
	{ KVMLIB_EXIT_RISCV_SBI, owed_sbi },
	{ KVMLIB_EXIT_RISCV_CSR, owed_csr },
};

/* KVM remembers what it has to complete; it does not read the page for that later. */
static void remember_owed(struct sim_vcpu *vcpu)
{
	struct sim_owed owed = { .reason = vcpu->run->exit_reason };

	for (size_t i = 0; i < sizeof(completions) / sizeof(completions[0]); i++)
		if (completions[i].reason == owed.reason)
			owed.size = completions[i].owed(vcpu->run, &owed.offset);
	if (owed.offset > vcpu->run_size || owed.size > vcpu->run_size - owed.offset)
		owed.size = 0;
	vcpu->owed = owed;
}

static void complete(struct sim_vcpu *vcpu)
{
	const struct sim_owed *owed = &vcpu->owed;

	if (!owed->size)
		return;
	if (vcpu->vm->sim->by_reason && vcpu->run->exit_reason != owed->reason)
		return;
	memcpy(vcpu->answer, (const uint8_t *)vcpu->run + owed->offset, owed->size);
	vcpu->answer_size = owed->size;
	vcpu->answered = true;
	vcpu->owed.size = 0;
}

static void fill_page(struct sim_vcpu *vcpu, const struct sim_entry *entry)
{
	uint8_t *page = (uint8_t *)vcpu->run;

	vcpu->run->exit_reason = entry->reason;
	vcpu->run->flags = entry->run_flags;
	memcpy(page + UNION_OFFSET, entry->bytes, entry->payload_size);
	memcpy(page + entry->data_offset, entry->bytes + entry->payload_size, entry->data_size);
}

/* The guest exits as the script says. */
static int leave_guest(struct sim_vcpu *vcpu)
{
	const struct sim_entry *entry = vcpu->script;
	int r = entry->result;

	if (!(entry->flags & KVMLIB_SIM_EXIT_STALE)) {
		fill_page(vcpu, entry);
		remember_owed(vcpu);
	}
	kvmlib__sim_pop_script(vcpu);
	return r;
}

static bool spins(const struct sim_vcpu *vcpu)
{
	return !vcpu->script || vcpu->script->flags & KVMLIB_SIM_EXIT_SPIN;
}

/* Used up by whatever interrupts it, so that a script does not depend on who comes first. */
static int interrupted(struct sim_vcpu *vcpu)
{
	if (vcpu->script && spins(vcpu))
		kvmlib__sim_pop_script(vcpu);
	return REFUSE(RUN_INTERRUPTED);
}

static void drain(const struct sim_vcpu *vcpu)
{
	uint64_t count;
	ssize_t r = read(vcpu->wake, &count, sizeof(count));

	(void)r; /* nothing to read is fine */
}

/* Lets signals in: the one moment of KVM_RUN at which they are not blocked. */
static bool signal_comes(struct sim_vcpu *vcpu, const struct sim_signals *signals, bool block)
{
	struct kvmlib_sim *sim = vcpu->vm->sim;
	bool came;

	vcpu->in_guest = block;
	kvmlib__sim_unlock(sim);
	came = kvmlib__sim_wait_for_signal(signals, vcpu->wake, block);
	kvmlib__sim_lock(sim);
	vcpu->in_guest = false;
	drain(vcpu);
	return came;
}

/* x86 looks at the ring before it lets signals in. */
static bool ring_comes_first(const struct sim_vcpu *vcpu)
{
#if defined(__x86_64__)
	return kvmlib__sim_ring_is_full(vcpu);
#else
	(void)vcpu;
	return false;
#endif
}

/* The guest could write more than its ring takes, and stays where it is until some is reset. */
static int leave_full(const struct sim_vcpu *vcpu)
{
	vcpu->run->exit_reason = KVMLIB_EXIT_DIRTY_RING_FULL;
	return 0;
}

static int enter_guest(struct sim_vcpu *vcpu, const struct sim_signals *signals)
{
	bool came = !ring_comes_first(vcpu) && signal_comes(vcpu, signals, false);

	while (!came && !vcpu->vm->dead) {
		if (kvmlib__sim_ring_is_full(vcpu))
			return leave_full(vcpu);
		vcpu->has_run = true;
		vcpu->exception_pending = false;
		vcpu->owed.size = 0;
		if (!spins(vcpu))
			return leave_guest(vcpu);
		came = signal_comes(vcpu, signals, true);
	}
	if (!came)
		return REFUSE(RUN_DEAD_VM);
	vcpu->run->exit_reason = KVMLIB_EXIT_INTR;
	return interrupted(vcpu);
}

/* immediate_exit leaves exit_reason alone; only a signal sets it. */
static int run_masked(struct sim_vcpu *vcpu, const struct sim_signals *signals)
{
	int r = kvmlib__sim_begin_run(vcpu);

	if (r < 0)
		return r;
#if defined(__riscv)
	vcpu->has_run = true; /* even if its guest does not get that far */
#endif
	complete(vcpu);
	if (__atomic_load_n(&vcpu->run->immediate_exit, __ATOMIC_SEQ_CST))
		return interrupted(vcpu);
	return enter_guest(vcpu, signals);
}

/*
 * Signals are blocked from here on: a handler that ran before has set immediate_exit, if it meant
 * to, before it is read; a signal that comes later stays pending until signal_comes().
 */
int kvmlib__sim_run(const struct sim_call *call)
{
	struct sim_signals signals;
	int r;

	if (call->arg)
		return REFUSE(RUN_ARGUMENT);
	kvmlib__sim_begin_signals(call->vcpu, &signals);
	r = run_masked(call->vcpu, &signals);
	kvmlib__sim_end_run(call->vcpu);
	kvmlib__sim_end_signals(&signals);
	return r;
}
