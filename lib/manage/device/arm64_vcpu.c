/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* vCPUs with the features that the host has. What only arm64's kernels have is not compiled elsewhere. */

#include <kvmlib/arm64_vcpu.h>

#include <string.h>

#define KVMLIB__STRUCTS "uapi_structs_arm64.h"
#include "setup.h"

#include "../../core/cap.h"

_Static_assert(sizeof(struct kvmlib_arm64_vcpus_opts) == 2 * sizeof(size_t) + sizeof(void *) + 16,
	       "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_features) == 8, "no padding");

#ifdef __aarch64__

#define BIT(name)   (1U << KVMLIB_ARM_VCPU_##name)
#define EL2	    (BIT(HAS_EL2) | BIT(HAS_EL2_E2H0))
#define SVE_STEP    16U /* bytes of the shortest vectors, by which others are longer */
#define LONGEST_SVE (SVE_STEP * KVMLIB_ARM64_SVE_VQ_MAX)
#define WORD_BITS   64U

/* What tells of a feature, by its number; 0: every host has it. */
static const uint32_t capabilities[] = {
	[KVMLIB_ARM_VCPU_POWER_OFF] = 0,
	[KVMLIB_ARM_VCPU_EL1_32BIT] = KVMLIB_CAP_ARM_EL1_32BIT,
	[KVMLIB_ARM_VCPU_PSCI_0_2] = KVMLIB_CAP_ARM_PSCI_0_2,
	[KVMLIB_ARM_VCPU_PMU_V3] = KVMLIB_CAP_ARM_PMU_V3,
	[KVMLIB_ARM_VCPU_SVE] = KVMLIB_CAP_ARM_SVE,
	[KVMLIB_ARM_VCPU_PTRAUTH_ADDRESS] = KVMLIB_CAP_ARM_PTRAUTH_ADDRESS,
	[KVMLIB_ARM_VCPU_PTRAUTH_GENERIC] = KVMLIB_CAP_ARM_PTRAUTH_GENERIC,
	[KVMLIB_ARM_VCPU_HAS_EL2] = KVMLIB_CAP_ARM_EL2,
	[KVMLIB_ARM_VCPU_HAS_EL2_E2H0] = KVMLIB_CAP_ARM_EL2_E2H0,
};

#define NR_FEATURES (sizeof(capabilities) / sizeof(capabilities[0]))

_Static_assert((BIT(PTRAUTH_ADDRESS) | BIT(PTRAUTH_GENERIC)) == KVMLIB_ARM64_PTRAUTH, "both kinds");

/* What is done to the vCPUs. */
struct plan {
	struct kvmlib_arm64_vcpus_opts o;
	struct kvm_vcpu_init init;
	struct kvmlib_arm64_features got;
	const char *function;
};

static int check_features(uint32_t features, const char *function)
{
	const uint32_t ptrauth = features & KVMLIB_ARM64_PTRAUTH;

	for (uint32_t i = NR_FEATURES; i < 32; i++)
		if (features >> i & 1U)
			return KVMLIB__SETUP_REFUSE(function, BAD_ARGUMENT,
						    KVMLIB__VALUE(ARGUMENT, 2),
						    KVMLIB__VALUE(ID, i));
	if ((ptrauth && ptrauth != KVMLIB_ARM64_PTRAUTH) || (features & EL2) == BIT(HAS_EL2_E2H0) ||
	    (features & BIT(EL1_32BIT) && features & (BIT(SVE) | KVMLIB_ARM64_PTRAUTH | EL2)))
		return KVMLIB__SETUP_REFUSE(function, VCPU_INIT_FEATURES,
					    KVMLIB__VALUE(FLAGS, features));
	return 0;
}

static int check_lengths(uint32_t sve_bytes, const char *function)
{
	if (sve_bytes % SVE_STEP == 0 && sve_bytes <= LONGEST_SVE)
		return 0;
	return KVMLIB__SETUP_REFUSE(function, BAD_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2),
				    KVMLIB__VALUE(SIZE, sve_bytes),
				    KVMLIB__VALUE(LIMIT, LONGEST_SVE));
}

/* KVM shows topology in registers, which all vCPUs have to be there for. */
static int check_vcpus(const struct kvmlib_vm *vm, const struct plan *plan)
{
	const size_t made = atomic_load(&vm->nr_vcpus);
	int r = kvmlib__setup_check_vcpus(vm, plan->o.vcpus, plan->o.nr_vcpus, plan->function);

	if (r < 0 || plan->o.nr_vcpus >= made)
		return r;
	return KVMLIB__SETUP_REFUSE(plan->function, BAD_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2),
				    KVMLIB__VALUE(COUNT, plan->o.nr_vcpus),
				    KVMLIB__VALUE(NEEDED, made));
}

static int check(const struct kvmlib_vm *vm, const struct plan *plan)
{
	int r = check_features(plan->o.required | plan->o.wished, plan->function);

	if (!r)
		r = check_lengths(plan->o.sve_bytes, plan->function);
	if (!r && plan->o.reserved)
		r = KVMLIB__SETUP_REFUSE(plan->function, BAD_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2));
	return r < 0 ? r : check_vcpus(vm, plan);
}

/* Whether the host has it: 0 or 1. */
static int has_feature(struct kvmlib_vm *vm, uint32_t feature)
{
	int r = 1;

	if (capabilities[feature])
		r = kvmlib_vm_check_extension(vm, capabilities[feature]);
	return r > 0 ? 1 : r;
}

static int add_feature(struct kvmlib_vm *vm, struct plan *plan, uint32_t feature)
{
	int r = has_feature(vm, feature);

	if (r < 0)
		kvmlib__error_amend(plan->function, NULL);
	if (r)
		plan->got.features |= 1U << feature;
	if (r || !(plan->o.required >> feature & 1U))
		return r < 0 ? r : 0;
	r = kvmlib__cap_missing(capabilities[feature], plan->function);
	kvmlib__error_add(KVMLIB_VALUE_ID, feature);
	return r;
}

static int negotiate(struct kvmlib_vm *vm, struct plan *plan)
{
	const uint32_t asked = plan->o.required | plan->o.wished;
	uint32_t *features = &plan->got.features;
	int r = 0;

	for (uint32_t i = 0; !r && i < NR_FEATURES; i++)
		if (asked >> i & 1U)
			r = add_feature(vm, plan, i);
	if ((*features & KVMLIB_ARM64_PTRAUTH) != KVMLIB_ARM64_PTRAUTH)
		*features &= ~KVMLIB_ARM64_PTRAUTH;
	if (!(*features & BIT(HAS_EL2)))
		*features &= ~BIT(HAS_EL2_E2H0);
	return r;
}

static int initialize(struct plan *plan, size_t i)
{
	plan->init.features[0] = plan->got.features;
	if (!i)
		plan->init.features[0] &= ~BIT(POWER_OFF);
	return kvmlib_vcpu_arm_vcpu_init(plan->o.vcpus[i], &plan->init);
}

/* In units of the shortest. */
static uint32_t longest_of(const uint64_t lengths[KVMLIB_ARM64_SVE_VLS_WORDS])
{
	uint32_t n = KVMLIB_ARM64_SVE_VQ_MAX;

	while (n && !(lengths[(n - 1) / WORD_BITS] >> (n - 1) % WORD_BITS & 1U))
		n--;
	return n;
}

/* KVM takes those of the host up to some length. */
static int limit_lengths(struct plan *plan, struct kvmlib_vcpu *vcpu)
{
	uint64_t lengths[KVMLIB_ARM64_SVE_VLS_WORDS];
	const uint32_t limit = plan->o.sve_bytes / SVE_STEP;
	uint32_t longest;
	int r = kvmlib_vcpu_get_one_reg(vcpu, KVMLIB_REG_ARM64_SVE_VLS, lengths, sizeof(lengths));

	if (r < 0)
		return r;
	longest = longest_of(lengths);
	if (limit && longest > limit) {
		for (uint32_t n = limit; n < KVMLIB_ARM64_SVE_VQ_MAX; n++)
			lengths[n / WORD_BITS] &= ~(UINT64_C(1) << n % WORD_BITS);
		longest = longest_of(lengths);
		r = kvmlib_vcpu_set_one_reg(vcpu, KVMLIB_REG_ARM64_SVE_VLS, lengths,
					    sizeof(lengths));
	}
	plan->got.sve_bytes = longest * SVE_STEP;
	return r;
}

/* A vCPU that is only reset has been finalized. */
static int finalize(struct plan *plan, size_t i)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = 0;

	if (!(plan->got.features & BIT(SVE)))
		return 0;
	r = limit_lengths(plan, plan->o.vcpus[i]);
	if (r < 0)
		return r;
	r = kvmlib_vcpu_arm_vcpu_finalize(plan->o.vcpus[i], KVMLIB_ARM_VCPU_SVE);
	if (r != -EPERM)
		return r;
	kvmlib__error_restore(&before);
	return 0;
}

static int each(struct plan *plan, int (*step)(struct plan *plan, size_t i))
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < plan->o.nr_vcpus; i++)
		r = step(plan, i);
	if (r < 0)
		kvmlib__error_amend(plan->function, NULL);
	return r;
}

static int initialize_all(struct kvmlib_vm *vm, struct plan *plan)
{
	int r = kvmlib_vm_arm_preferred_target(vm, &plan->init);

	if (r < 0)
		kvmlib__error_amend(plan->function, NULL);
	if (r >= 0)
		r = each(plan, initialize);
	return r < 0 ? r : each(plan, finalize);
}

int kvmlib_arm64_vcpus_init(struct kvmlib_vm *vm, const struct kvmlib_arm64_vcpus_opts *opts,
			    struct kvmlib_arm64_features *ret_got)
{
	struct plan plan = { .function = __func__ };
	int r;

	if (!vm || !opts || !ret_got)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	r = kvmlib__setup_opts(&plan.o, sizeof(plan.o), opts, __func__);
	if (!r)
		r = check(vm, &plan);
	if (!r)
		r = negotiate(vm, &plan);
	if (!r)
		r = initialize_all(vm, &plan);
	if (!r)
		*ret_got = plan.got;
	return r;
}

#else

int kvmlib_arm64_vcpus_init(struct kvmlib_vm *vm, const struct kvmlib_arm64_vcpus_opts *opts,
			    struct kvmlib_arm64_features *ret_got)
{
	if (!vm || !opts || !ret_got)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
