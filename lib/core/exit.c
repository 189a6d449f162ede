/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every exit has, and the payloads that more than one architecture knows. */
#include "exit.h"

#include <string.h>

#include <kvmlib/kvmlib.h>

#define MAX_DATA_WORDS 16U
#define IO_SIZES       (1U << 1 | 1U << 2 | 1U << 4)

/* Checks that are called through a table as well: the accessors shall not pay for that. */
#define IN_ACCESSOR static inline __attribute__((always_inline))

_Static_assert(sizeof(struct kvmlib_exit_io) == sizeof(void *) + 8, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_mmio) == 16 + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_exit_hypercall) == 16 + sizeof(void *), "no padding");
_Static_assert(sizeof(struct kvmlib_exit_system_event) == sizeof(void *) + 8, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_fail_entry) == 16, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_internal_error) == sizeof(void *) + 24, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_debug) == 32, "no padding");
_Static_assert(sizeof(struct kvmlib_exit_memory_fault) == 24, "no padding");

uint32_t kvmlib_vcpu_exit_reason(const struct kvmlib_vcpu *vcpu)
{
	return vcpu->reason;
}

int kvmlib_vcpu_exit_kicked(const struct kvmlib_vcpu *vcpu)
{
	return vcpu->was_kick;
}

int kvmlib_vcpu_exit_errno(const struct kvmlib_vcpu *vcpu)
{
	return -vcpu->run_result;
}

int kvmlib_vcpu_exit_pending(const struct kvmlib_vcpu *vcpu)
{
	return kvmlib_exit_needs_completion(vcpu->reason);
}

/* Whether KVM only has to take note that the guest's write was done. */
static bool is_write(const struct kvmlib_vcpu *vcpu, const struct kvmlib__exit *exit)
{
	return !kvmlib__vcpu_forked(vcpu) && ((const uint8_t *)vcpu->run)[exit->write_offset];
}

int kvmlib_vcpu_exit_drainable(const struct kvmlib_vcpu *vcpu)
{
	uint32_t drain = kvmlib_exit_drain(vcpu->reason);

	if (drain == KVMLIB_DRAIN_WRITES)
		return is_write(vcpu, &kvmlib__exits[vcpu->reason]);
	return drain != KVMLIB_DRAIN_ANSWERED;
}

static int refuse(const struct kvmlib_vcpu *vcpu, int errnum, uint32_t cause, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id),
			       KVMLIB__VALUE(EXIT_REASON, vcpu->reason)) });
}

int kvmlib__exit_refuse(const struct kvmlib_vcpu *vcpu, const void *argument, const char *function)
{
	if (!vcpu || !argument)
		return kvmlib__error_record(&(const struct kvmlib__failure){
			.function = function,
			.cause = KVMLIB_CAUSE_NULL_ARGUMENT,
			.errnum = -EINVAL,
			KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, vcpu ? 2 : 1)) });
	if (kvmlib__vcpu_forked(vcpu))
		return refuse(vcpu, -EIO, KVMLIB_CAUSE_FORKED, function);
	return refuse(vcpu, -EINVAL, KVMLIB_CAUSE_WRONG_EXIT, function);
}

int kvmlib__exit_malformed(const struct kvmlib_vcpu *vcpu, const char *function)
{
	return refuse(vcpu, -EPROTO, KVMLIB_CAUSE_EXIT_MALFORMED, function);
}

int kvmlib__exit_no_arch(const struct kvmlib_vcpu *vcpu, const char *function)
{
	return refuse(vcpu, -EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED, function);
}

/* Before the first exit, and where KVM_RUN says that there is none, the bytes are of an older one. */
static bool has_payload(uint32_t reason)
{
	return reason != KVMLIB_EXIT_NONE && reason != KVMLIB_EXIT_AGAIN &&
	       reason != KVMLIB_EXIT_INTR;
}

int kvmlib_vcpu_exit_raw(struct kvmlib_vcpu *vcpu, void **ret_payload, size_t *ret_size)
{
	if (vcpu && ret_payload && !ret_size)
		return KVMLIB__NULL_ARGUMENT(3);
	KVMLIB__EXIT_REQUIRE(vcpu, ret_payload, has_payload(vcpu->reason));

	*ret_payload = vcpu->run->padding;
	*ret_size = sizeof(vcpu->run->padding);
	return 0;
}

int kvmlib_vcpu_exit_unknown(struct kvmlib_vcpu *vcpu, uint64_t *ret_hardware_reason)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_hardware_reason, UNKNOWN);

	*ret_hardware_reason = vcpu->run->hw.hardware_exit_reason;
	return 0;
}

IN_ACCESSOR bool io_valid(const struct kvmlib_vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;
	uint64_t end;

	if (run->io.size > 4 || !(IO_SIZES >> run->io.size & 1))
		return false;
	return !__builtin_add_overflow(run->io.data_offset, (uint64_t)run->io.count * run->io.size,
				       &end) &&
	       end <= vcpu->run_size;
}

/* From the direction to the count both have the same members. */
_Static_assert(sizeof(struct kvmlib_exit_io) - offsetof(struct kvmlib_exit_io, is_write) ==
		       offsetof(struct kvm_run, io.data_offset) - offsetof(struct kvm_run, io),
	       "as in the page");

int kvmlib_vcpu_exit_io(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_io *ret_io)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_io, IO);
	if (!io_valid(vcpu))
		return kvmlib__exit_malformed(vcpu, __func__);

	ret_io->data = (uint8_t *)vcpu->run + vcpu->run->io.data_offset;
	memcpy((char *)ret_io + offsetof(struct kvmlib_exit_io, is_write), &vcpu->run->io,
	       offsetof(struct kvm_run, io.data_offset) - offsetof(struct kvm_run, io));
	return 0;
}

IN_ACCESSOR bool mmio_valid(const struct kvmlib_vcpu *vcpu)
{
	return kvmlib__access_valid(vcpu->run->mmio.len);
}

int kvmlib_vcpu_exit_mmio(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_mmio *ret_mmio)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_mmio, MMIO);
	if (!mmio_valid(vcpu))
		return kvmlib__exit_malformed(vcpu, __func__);

	*ret_mmio = (struct kvmlib_exit_mmio){
		.gpa = vcpu->run->mmio.phys_addr,
		.data = vcpu->run->mmio.data,
		.len = vcpu->run->mmio.len,
		.is_write = vcpu->run->mmio.is_write,
	};
	return 0;
}

int kvmlib_vcpu_exit_hypercall(struct kvmlib_vcpu *vcpu,
			       struct kvmlib_exit_hypercall *ret_hypercall)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_hypercall, HYPERCALL);

	ret_hypercall->nr = vcpu->run->hypercall.nr;
	ret_hypercall->flags = vcpu->run->hypercall.flags;
	ret_hypercall->args = vcpu->run->hypercall.args;
	return 0;
}

int kvmlib_vcpu_complete_hypercall(struct kvmlib_vcpu *vcpu, uint64_t ret)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, vcpu, HYPERCALL);

	vcpu->run->hypercall.ret = ret;
	return 0;
}

IN_ACCESSOR bool system_event_valid(const struct kvmlib_vcpu *vcpu)
{
	return vcpu->run->system_event.ndata <= MAX_DATA_WORDS;
}

int kvmlib_vcpu_exit_system_event(struct kvmlib_vcpu *vcpu,
				  struct kvmlib_exit_system_event *ret_event)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_event, SYSTEM_EVENT);
	if (!system_event_valid(vcpu))
		return kvmlib__exit_malformed(vcpu, __func__);

	ret_event->data = vcpu->run->system_event.data;
	ret_event->type = vcpu->run->system_event.type;
	ret_event->ndata = vcpu->run->system_event.ndata;
	return 0;
}

int kvmlib_vcpu_exit_fail_entry(struct kvmlib_vcpu *vcpu,
				struct kvmlib_exit_fail_entry *ret_fail_entry)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_fail_entry, FAIL_ENTRY);

	*ret_fail_entry = (struct kvmlib_exit_fail_entry){
		.reason = vcpu->run->fail_entry.hardware_entry_failure_reason,
		.cpu = vcpu->run->fail_entry.cpu,
	};
	return 0;
}

IN_ACCESSOR bool internal_error_valid(const struct kvmlib_vcpu *vcpu)
{
	const struct kvm_run *run = vcpu->run;

	return run->internal.ndata <= MAX_DATA_WORDS &&
	       (!kvmlib__exit_has_insn(run) ||
		run->emulation_failure.insn_size <= sizeof(run->emulation_failure.insn_bytes));
}

_Static_assert(sizeof(struct kvmlib_exit_internal_error) -
			       offsetof(struct kvmlib_exit_internal_error, insn_size) ==
		       1 + sizeof(((struct kvm_run *)NULL)->emulation_failure.insn_bytes),
	       "as in the page");

int kvmlib_vcpu_exit_internal_error(struct kvmlib_vcpu *vcpu,
				    struct kvmlib_exit_internal_error *ret_error)
{
	const size_t insn = offsetof(struct kvmlib_exit_internal_error, insn_size);
	const struct kvm_run *run;

	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_error, INTERNAL_ERROR);
	if (!internal_error_valid(vcpu))
		return kvmlib__exit_malformed(vcpu, __func__);

	run = vcpu->run;
	if (kvmlib__exit_has_insn(run))
		memcpy((char *)ret_error + insn, &run->emulation_failure.insn_size,
		       sizeof(*ret_error) - insn);
	else
		memset((char *)ret_error + insn, 0, sizeof(*ret_error) - insn);
	ret_error->data = run->internal.data;
	ret_error->suberror = run->internal.suberror;
	ret_error->ndata = run->internal.ndata;
	return 0;
}

int kvmlib_vcpu_exit_memory_fault(struct kvmlib_vcpu *vcpu,
				  struct kvmlib_exit_memory_fault *ret_fault)
{
	KVMLIB__EXIT_REQUIRE_REASON(vcpu, ret_fault, MEMORY_FAULT);

	ret_fault->flags = vcpu->run->memory_fault.flags;
	ret_fault->gpa = vcpu->run->memory_fault.gpa;
	ret_fault->size = vcpu->run->memory_fault.size;
	return 0;
}

static bool iocsr_valid(const struct kvmlib_vcpu *vcpu)
{
	return kvmlib__access_valid(vcpu->run->iocsr_io.len);
}

/* The payloads that say how much of them there is. */
static const struct {
	uint32_t reason;
	bool (*valid)(const struct kvmlib_vcpu *vcpu);
} checks[] = {
	{ KVMLIB_EXIT_IO, io_valid },
	{ KVMLIB_EXIT_MMIO, mmio_valid },
	{ KVMLIB_EXIT_INTERNAL_ERROR, internal_error_valid },
	{ KVMLIB_EXIT_SYSTEM_EVENT, system_event_valid },
	{ KVMLIB_EXIT_LOONGARCH_IOCSR, iocsr_valid },
};

bool kvmlib__exit_valid(const struct kvmlib_vcpu *vcpu)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (checks[i].reason == vcpu->reason)
			return checks[i].valid(vcpu);
	return true;
}
