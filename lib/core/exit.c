/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/exit.h>

#include <kvmlib/kvmlib.h>

#include "handles.h"

#define MAX_DATA_WORDS 16U
#define MAX_INSN_BYTES 15U
#define MAX_MMIO_BYTES 8U

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
	return vcpu->reason < kvmlib__nr_exits && kvmlib__exits[vcpu->reason].needs_completion;
}

/* Why an accessor can't serve; rarely needed, and kept out of the accessors. */
__attribute__((cold, noinline)) static int refuse(const struct kvmlib_vcpu *vcpu, int errnum,
						  uint32_t cause, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id),
			       KVMLIB__VALUE(EXIT_REASON, vcpu->reason)) });
}

/* Whether the last exit has that reason and the run page is there. */
static inline int check(const struct kvmlib_vcpu *vcpu, uint32_t reason, const char *function)
{
	if (vcpu->reason != reason)
		return refuse(vcpu, -EINVAL, KVMLIB_CAUSE_WRONG_EXIT, function);
	if (kvmlib__forked(vcpu->vm))
		return refuse(vcpu, -EIO, KVMLIB_CAUSE_FORKED, function);
	return 0;
}

static int malformed(const struct kvmlib_vcpu *vcpu, const char *function)
{
	return refuse(vcpu, -EPROTO, KVMLIB_CAUSE_EXIT_MALFORMED, function);
}

static bool io_size_valid(uint8_t size)
{
	return size == 1 || size == 2 || size == 4;
}

int kvmlib_vcpu_exit_io(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_io *ret_io)
{
	uint64_t offset, bytes, size;
	int r;

	if (!vcpu || !ret_io)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = check(vcpu, KVMLIB_EXIT_IO, __func__);
	if (r < 0)
		return r;

	size = vcpu->vm->system->run_size;
	offset = vcpu->run->io.data_offset;
	bytes = (uint64_t)vcpu->run->io.count * vcpu->run->io.size;
	if (!io_size_valid(vcpu->run->io.size) || offset > size || bytes > size - offset)
		return malformed(vcpu, __func__);

	ret_io->data = (uint8_t *)vcpu->run + offset;
	ret_io->count = vcpu->run->io.count;
	ret_io->port = vcpu->run->io.port;
	ret_io->size = vcpu->run->io.size;
	ret_io->is_write = vcpu->run->io.direction == KVMLIB_EXIT_IO_OUT;
	return 0;
}

int kvmlib_vcpu_exit_mmio(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_mmio *ret_mmio)
{
	int r;

	if (!vcpu || !ret_mmio)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = check(vcpu, KVMLIB_EXIT_MMIO, __func__);
	if (r < 0)
		return r;
	if (!vcpu->run->mmio.len || vcpu->run->mmio.len > MAX_MMIO_BYTES)
		return malformed(vcpu, __func__);

	*ret_mmio = (struct kvmlib_exit_mmio){
		.gpa = vcpu->run->mmio.phys_addr,
		.data = vcpu->run->mmio.data,
		.len = vcpu->run->mmio.len,
		.is_write = vcpu->run->mmio.is_write,
	};
	return 0;
}

int kvmlib_vcpu_exit_system_event(struct kvmlib_vcpu *vcpu,
				  struct kvmlib_exit_system_event *ret_event)
{
	int r;

	if (!vcpu || !ret_event)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = check(vcpu, KVMLIB_EXIT_SYSTEM_EVENT, __func__);
	if (r < 0)
		return r;
	if (vcpu->run->system_event.ndata > MAX_DATA_WORDS)
		return malformed(vcpu, __func__);

	ret_event->data = vcpu->run->system_event.data;
	ret_event->type = vcpu->run->system_event.type;
	ret_event->ndata = vcpu->run->system_event.ndata;
	return 0;
}

int kvmlib_vcpu_exit_fail_entry(struct kvmlib_vcpu *vcpu,
				struct kvmlib_exit_fail_entry *ret_fail_entry)
{
	int r;

	if (!vcpu || !ret_fail_entry)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = check(vcpu, KVMLIB_EXIT_FAIL_ENTRY, __func__);
	if (r < 0)
		return r;

	*ret_fail_entry = (struct kvmlib_exit_fail_entry){
		.reason = vcpu->run->fail_entry.hardware_entry_failure_reason,
		.cpu = vcpu->run->fail_entry.cpu,
	};
	return 0;
}

/* The instruction overlays the data words, and is there only if its flag is. */
static uint32_t insn_size(const struct kvm_run *run)
{
	if (run->emulation_failure.suberror != KVMLIB_INTERNAL_ERROR_EMULATION ||
	    run->emulation_failure.ndata < 3 ||
	    !(run->emulation_failure.flags &
	      KVMLIB_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES))
		return 0;
	return run->emulation_failure.insn_size;
}

int kvmlib_vcpu_exit_internal_error(struct kvmlib_vcpu *vcpu,
				    struct kvmlib_exit_internal_error *ret_error)
{
	uint32_t size;
	int r;

	if (!vcpu || !ret_error)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = check(vcpu, KVMLIB_EXIT_INTERNAL_ERROR, __func__);
	if (r < 0)
		return r;
	size = insn_size(vcpu->run);
	if (vcpu->run->internal.ndata > MAX_DATA_WORDS || size > MAX_INSN_BYTES)
		return malformed(vcpu, __func__);

	*ret_error = (struct kvmlib_exit_internal_error){
		.data = vcpu->run->internal.data,
		.insn_bytes = size ? vcpu->run->emulation_failure.insn_bytes : NULL,
		.suberror = vcpu->run->internal.suberror,
		.ndata = vcpu->run->internal.ndata,
		.insn_size = size,
	};
	return 0;
}

int kvmlib_vcpu_exit_debug(struct kvmlib_vcpu *vcpu, struct kvmlib_exit_debug *ret_debug)
{
	int r;

	if (!vcpu || !ret_debug)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = check(vcpu, KVMLIB_EXIT_DEBUG, __func__);
	if (r < 0)
		return r;
#ifdef __x86_64__
	*ret_debug = (struct kvmlib_exit_debug){
		.pc = vcpu->run->debug.arch.pc,
		.dr6 = vcpu->run->debug.arch.dr6,
		.dr7 = vcpu->run->debug.arch.dr7,
		.exception = vcpu->run->debug.arch.exception,
	};
	return 0;
#else
	return refuse(vcpu, -EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED, __func__);
#endif
}

int kvmlib_vcpu_exit_memory_fault(struct kvmlib_vcpu *vcpu,
				  struct kvmlib_exit_memory_fault *ret_fault)
{
	int r;

	if (!vcpu || !ret_fault)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = check(vcpu, KVMLIB_EXIT_MEMORY_FAULT, __func__);
	if (r < 0)
		return r;

	ret_fault->flags = vcpu->run->memory_fault.flags;
	ret_fault->gpa = vcpu->run->memory_fault.gpa;
	ret_fault->size = vcpu->run->memory_fault.size;
	return 0;
}
