/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__EXIT_H
#define KVMLIB__EXIT_H

#include <kvmlib/exit.h>
#include <kvmlib/uapi_flags.h>

#include "../base/exit_tables.h"
#include "handles.h"

/* Why an accessor can't serve; rarely needed, and kept out of the accessors. */
__attribute__((cold, noinline)) int kvmlib__exit_refuse(const struct kvmlib_vcpu *vcpu,
							const void *argument, const char *function);
__attribute__((cold, noinline)) int kvmlib__exit_malformed(const struct kvmlib_vcpu *vcpu,
							   const char *function);
__attribute__((cold, noinline)) int kvmlib__exit_no_arch(const struct kvmlib_vcpu *vcpu,
							 const char *function);

/*
 * Leave an accessor that can't serve: one of its two arguments is NULL, a forked child has no run
 * page, or the exit is not the one that it is for.
 */
#define KVMLIB__EXIT_REQUIRE(vcpu, argument, is)                                  \
	do {                                                                      \
		if (!(vcpu) || !(argument) || kvmlib__vcpu_forked(vcpu) || !(is)) \
			return kvmlib__exit_refuse(vcpu, argument, __func__);     \
	} while (0)

#define KVMLIB__EXIT_REQUIRE_REASON(vcpu, argument, name) \
	KVMLIB__EXIT_REQUIRE(vcpu, argument, (vcpu)->reason == KVMLIB_EXIT_##name)

/* The accesses whose data KVM keeps in eight bytes of the payload. */
static inline bool kvmlib__access_valid(uint32_t len)
{
	return len >= 1 && len <= sizeof(((struct kvm_run *)NULL)->mmio.data);
}

/* Whether the payload of the last exit can be what it says. */
bool kvmlib__exit_valid(const struct kvmlib_vcpu *vcpu);

/* Whether an internal error tells the instruction: it overlays the data words. */
static inline bool kvmlib__exit_has_insn(const struct kvm_run *run)
{
	return run->emulation_failure.suberror == KVMLIB_INTERNAL_ERROR_EMULATION &&
	       run->emulation_failure.ndata >= 3 &&
	       run->emulation_failure.flags &
		       KVMLIB_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
}

#endif
