/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stolen time of arm64's vCPUs. */
#include "arm64_attrs.h"

_Static_assert(sizeof(struct kvmlib_arm64_pvtime_opts) == 2 * sizeof(size_t) + sizeof(void *) + 8,
	       "no padding");

#ifdef __aarch64__

#define NOWHERE UINT64_MAX /* what KVM has for a record's address before it is set */
#define PVTIME	KVMLIB_ARM_VCPU_PVTIME_CTRL

static int check_record(struct kvmlib_vcpu *vcpu, const char *function)
{
	uint64_t now;
	int r = kvmlib__vcpu_attr_amended(
		kvmlib_vcpu_get_device_attr_u64(vcpu, PVTIME, KVMLIB_ARM_VCPU_PVTIME_IPA, &now),
		function);

	if (r < 0 || now == NOWHERE)
		return r;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_ADDRESS_ALREADY_SET,
		.errnum = -EEXIST,
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, vcpu->id), KVMLIB__VALUE(GPA, now)) });
}

static int check_pvtime(const struct kvmlib_vm *vm, const struct kvmlib_arm64_pvtime_opts *o,
			const char *function)
{
	int r = kvmlib__setup_check_vcpus(vm, o->vcpus, o->nr_vcpus, function);

	if (r < 0)
		return r;
	if (o->gpa % KVMLIB_ARM64_PVTIME_SIZE ||
	    o->nr_vcpus > (UINT64_MAX - o->gpa) / KVMLIB_ARM64_PVTIME_SIZE)
		return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(GPA, o->gpa));
	for (size_t i = 0; !r && i < o->nr_vcpus; i++)
		r = check_record(o->vcpus[i], function);
	return r;
}

int kvmlib_arm64_pvtime_set(struct kvmlib_vm *vm, const struct kvmlib_arm64_pvtime_opts *opts)
{
	struct kvmlib_arm64_pvtime_opts o;
	int r;

	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = kvmlib__setup_opts(&o, sizeof(o), opts, __func__);
	if (!r)
		r = check_pvtime(vm, &o, __func__);
	for (size_t i = 0; !r && i < o.nr_vcpus; i++) {
		const uint64_t gpa = o.gpa + i * KVMLIB_ARM64_PVTIME_SIZE;

		r = kvmlib__vcpu_attr_set(o.vcpus[i], PVTIME, KVMLIB_ARM_VCPU_PVTIME_IPA, &gpa,
					  __func__);
	}
	return r;
}

#else

int kvmlib_arm64_pvtime_set(struct kvmlib_vm *vm, const struct kvmlib_arm64_pvtime_opts *opts)
{
	if (!vm || !opts)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
