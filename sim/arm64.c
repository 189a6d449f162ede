/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* arm64: vCPUs that are initialized with features, and the attributes that they have then. */
#include "internal.h"

#include <string.h>

#if defined(__aarch64__)

#define BIT(name) (1U << KVMLIB_ARM_VCPU_##name)
#define NR_KNOWN  (KVMLIB_ARM_VCPU_HAS_EL2_E2H0 + 1U)
#define PTRAUTH	  (BIT(PTRAUTH_ADDRESS) | BIT(PTRAUTH_GENERIC))
#define NOWHERE	  UINT64_MAX
#define NR_EVENTS 0x10000U
#define NR_IDS	  1020U
#define RECORD	  64U
#define VLS_WORDS KVMLIB_ARM64_SVE_VLS_WORDS

/* Those of the host, by the number of the shortest: 128, 256 and 512 bits. */
#define HOST_LENGTHS UINT64_C(0xb)

static const uint32_t capabilities[NR_KNOWN] = {
	[KVMLIB_ARM_VCPU_EL1_32BIT] = KVMLIB_CAP_ARM_EL1_32BIT,
	[KVMLIB_ARM_VCPU_PSCI_0_2] = KVMLIB_CAP_ARM_PSCI_0_2,
	[KVMLIB_ARM_VCPU_PMU_V3] = KVMLIB_CAP_ARM_PMU_V3,
	[KVMLIB_ARM_VCPU_SVE] = KVMLIB_CAP_ARM_SVE,
	[KVMLIB_ARM_VCPU_PTRAUTH_ADDRESS] = KVMLIB_CAP_ARM_PTRAUTH_ADDRESS,
	[KVMLIB_ARM_VCPU_PTRAUTH_GENERIC] = KVMLIB_CAP_ARM_PTRAUTH_GENERIC,
	[KVMLIB_ARM_VCPU_HAS_EL2] = KVMLIB_CAP_ARM_EL2,
	[KVMLIB_ARM_VCPU_HAS_EL2_E2H0] = KVMLIB_CAP_ARM_EL2_E2H0,
};

static bool has(const struct sim_vcpu *vcpu, uint32_t feature)
{
	return vcpu->arm.is_initialized && vcpu->arm.features & feature;
}

static int check_features(const struct sim_call *call, uint32_t features)
{
	const struct sim_vm *vm = call->vm;

	if (features >> NR_KNOWN)
		return REFUSE(ARM_FEATURE);
	for (uint32_t i = 0; i < NR_KNOWN; i++)
		if (features >> i & 1U && capabilities[i] &&
		    !kvmlib__sim_capability(call->sim, capabilities[i]))
			return REFUSE(ARM_FEATURES);
	if ((features & PTRAUTH && (features & PTRAUTH) != PTRAUTH) ||
	    (features & BIT(HAS_EL2_E2H0) && !(features & BIT(HAS_EL2))))
		return REFUSE(ARM_FEATURES);
	for (const struct sim_vcpu *vcpu = vm->vcpus; vcpu; vcpu = vcpu->next)
		if (vcpu->arm.is_initialized && vcpu->arm.features != features)
			return REFUSE(ARM_FEATURES);
	return 0;
}

int kvmlib__sim_arm_vcpu_init(const struct sim_call *call)
{
	struct kvm_vcpu_init init;
	uint32_t features;
	int r = kvmlib__sim_copy_from_user(&init, call->arg, sizeof(init));

	if (r < 0)
		return r;
	features = init.features[0] & ~BIT(POWER_OFF);
	r = check_features(call, features);
	if (r < 0)
		return r;
	call->vcpu->arm.is_initialized = true;
	call->vcpu->arm.features = features;
	call->vcpu->mp_state = init.features[0] & BIT(POWER_OFF) ? KVMLIB_MP_STATE_STOPPED
								 : KVMLIB_MP_STATE_RUNNABLE;
	return 0;
}

int kvmlib__sim_arm_vcpu_finalize(const struct sim_call *call)
{
	struct sim_arm *arm = &call->vcpu->arm;
	int feature;
	int r = kvmlib__sim_copy_from_user(&feature, call->arg, sizeof(feature));

	if (r < 0)
		return r;
	if (!arm->is_initialized)
		return REFUSE(ARM_UNINITIALIZED);
	if (feature != KVMLIB_ARM_VCPU_SVE || !(arm->features & BIT(SVE)))
		return REFUSE(ARM_NO_FEATURE);
	if (arm->is_final)
		return REFUSE(ARM_FINAL);
	arm->is_final = true;
	return 0;
}

/* Lengths of vectors: those of the host up to some length, until the vCPU is final. */

int kvmlib__sim_first_value(const struct sim_call *call, uint64_t id, void *value)
{
	const uint64_t lengths[VLS_WORDS] = { HOST_LENGTHS };

	if (id == KVMLIB_REG_ARM64_SVE_VLS && has(call->vcpu, BIT(SVE)))
		memcpy(value, lengths, sizeof(lengths));
	return 0;
}

int kvmlib__sim_check_value(const struct sim_call *call, uint64_t id, const void *value)
{
	uint64_t lengths[VLS_WORDS], below = UINT64_MAX;

	if (id != KVMLIB_REG_ARM64_SVE_VLS)
		return 0;
	if (call->vcpu->arm.is_final)
		return REFUSE(ARM_FINAL);
	memcpy(lengths, value, sizeof(lengths));
	while (below && lengths[0] != (HOST_LENGTHS & below))
		below >>= 1;
	return below & 1U ? 0 : REFUSE(ARM_LENGTHS);
}

/* Attributes */

static bool is_ppi(uint64_t irq)
{
	return irq >= 16 && irq < 32;
}

static int set_timer(const struct sim_call *call, uint64_t attr, uint64_t value)
{
	if (!call->vm->irqchip || !is_ppi(value))
		return REFUSE(ARM_TIMER);
	for (const struct sim_vcpu *vcpu = call->vm->vcpus; vcpu; vcpu = vcpu->next)
		if (vcpu->has_run)
			return REFUSE(ARM_TIMER_LATE);
	call->vm->timers[attr] = (uint32_t)value;
	return 0;
}

/* A PPI is that of all, an SPI of one. */
static bool irq_is_free(const struct sim_vm *vm, uint64_t irq)
{
	for (const struct sim_vcpu *vcpu = vm->vcpus; vcpu; vcpu = vcpu->next)
		if (vcpu->arm.pmu_irq && is_ppi(irq) != (vcpu->arm.pmu_irq == irq))
			return false;
	return true;
}

static int set_pmu_irq(const struct sim_call *call, uint64_t irq)
{
	if (!call->vm->irqchip || irq < 16 || irq >= NR_IDS || !irq_is_free(call->vm, irq))
		return REFUSE(ARM_PMU_IRQ);
	if (call->vcpu->arm.pmu_irq)
		return REFUSE(ARM_PMU_READY);
	call->vcpu->arm.pmu_irq = (uint32_t)irq;
	return 0;
}

static int init_pmu(const struct sim_call *call)
{
	struct sim_arm *arm = &call->vcpu->arm;

	if (call->vm->irqchip && !call->vm->irqchip_ready)
		return REFUSE(ARM_PMU_NO_GIC);
	if (call->vm->irqchip && !arm->pmu_irq)
		return REFUSE(ARM_PMU_NO_IRQ);
	arm->pmu_is_ready = true;
	return 0;
}

static int add_pmu_filter(const struct sim_call *call, uint64_t value)
{
	const uint32_t first = value & 0xffffU, count = value >> 16 & 0xffffU;

	if (first + count > NR_EVENTS || (value >> 32 & 0xffU) > KVMLIB_PMU_EVENT_DENY)
		return REFUSE(ARM_PMU_FILTER);
	call->vm->pmu_filtered = true;
	return 0;
}

static int set_pmu(const struct sim_call *call, uint64_t attr, uint64_t value)
{
	if (call->vcpu->arm.pmu_is_ready)
		return REFUSE(ARM_PMU_READY);
	switch (attr) {
	case KVMLIB_ARM_VCPU_PMU_V3_IRQ:
		return set_pmu_irq(call, value);
	case KVMLIB_ARM_VCPU_PMU_V3_INIT:
		return init_pmu(call);
	case KVMLIB_ARM_VCPU_PMU_V3_FILTER:
		return add_pmu_filter(call, value);
	case KVMLIB_ARM_VCPU_PMU_V3_SET_PMU:
		call->vm->pmu_is_chosen = true;
		return call->vm->pmu_filtered ? REFUSE(ARM_PMU_READY) : 0;
	default:
		return call->vm->pmu_is_chosen ? 0 : REFUSE(ARM_PMU_COUNTERS);
	}
}

static int set_record(const struct sim_call *call, uint64_t gpa)
{
	if (gpa % RECORD)
		return REFUSE(ARM_PVTIME);
	if (call->vcpu->arm.has_record)
		return REFUSE(ARM_PVTIME_SET);
	if (!kvmlib__sim_slot_at(call->vm, gpa / call->sim->page_size))
		return REFUSE(ARM_PVTIME);
	call->vcpu->arm.has_record = true;
	call->vcpu->arm.record = gpa;
	return 0;
}

static int set_attr(const struct sim_call *call, const struct kvm_device_attr *attr, uint64_t value)
{
	switch (attr->group) {
	case KVMLIB_ARM_VCPU_PMU_V3_CTRL:
		return set_pmu(call, attr->attr, value);
	case KVMLIB_ARM_VCPU_TIMER_CTRL:
		return set_timer(call, attr->attr, value);
	default:
		return set_record(call, value);
	}
}

static int get_attr(const struct sim_call *call, const struct kvm_device_attr *attr,
		    uint64_t *ret_value)
{
	const struct sim_arm *arm = &call->vcpu->arm;

	*ret_value = arm->has_record ? arm->record : NOWHERE;
	if (attr->group == KVMLIB_ARM_VCPU_TIMER_CTRL)
		*ret_value = call->vm->timers[attr->attr];
	if (attr->group != KVMLIB_ARM_VCPU_PMU_V3_CTRL)
		return 0;
	*ret_value = arm->pmu_irq;
	return attr->attr == KVMLIB_ARM_VCPU_PMU_V3_IRQ && arm->pmu_irq ? 0 : REFUSE(ATTR_UNKNOWN);
}

/* Bytes of an attribute's value; -1: there is no such attribute. */
static int size_of(const struct sim_call *call, const struct kvm_device_attr *attr)
{
	static const int pmu[] = { 4, 0, sizeof(struct kvm_pmu_event_filter), 4, 4 };

	switch (attr->group) {
	case KVMLIB_ARM_VCPU_PMU_V3_CTRL:
		return has(call->vcpu, BIT(PMU_V3)) && attr->attr < sizeof(pmu) / sizeof(pmu[0])
			       ? pmu[attr->attr]
			       : -1;
	case KVMLIB_ARM_VCPU_TIMER_CTRL:
		return attr->attr < SIM_NR_TIMERS ? 4 : -1;
	case KVMLIB_ARM_VCPU_PVTIME_CTRL:
		return attr->attr == KVMLIB_ARM_VCPU_PVTIME_IPA ? 8 : -1;
	default:
		return -1;
	}
}

int kvmlib__sim_arm_vcpu_attr(const struct sim_call *call)
{
	struct kvm_device_attr attr;
	uint64_t value = 0;
	int r = kvmlib__sim_copy_from_user(&attr, call->arg, sizeof(attr));
	int size;

	if (r < 0)
		return r;
	size = size_of(call, &attr);
	if (size < 0)
		return REFUSE(ATTR_UNKNOWN);
	if (call->request == KVM_HAS_DEVICE_ATTR)
		return 0;
	if (call->request == KVM_SET_DEVICE_ATTR) {
		r = kvmlib__sim_copy_from_user(&value, attr.addr, (size_t)size);
		return r < 0 ? r : set_attr(call, &attr, value);
	}
	r = get_attr(call, &attr, &value);
	return r < 0 ? r : kvmlib__sim_copy_to_user(attr.addr, &value, (size_t)size);
}

#else
/* A file must not be empty. */
typedef int kvmlib__sim_no_arm64;
#endif
