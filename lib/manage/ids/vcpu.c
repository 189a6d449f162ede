/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Id registers of vCPUs: read, and written as a whole or not at all. */
#include "ids.h"

#include <errno.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#include "../../core/handles.h"

#ifdef __aarch64__

#define OP1(reg) ((reg) >> KVMLIB_REG_ARM64_SYSREG_OP1_SHIFT & 7U)
#define CRM(reg) ((reg) >> KVMLIB_REG_ARM64_SYSREG_CRM_SHIFT & 15U)
#define OP2(reg) ((reg)&7U)

/* What a failure has left, as its record tells. */
enum outcome { UNTOUCHED, AS_BEFORE, HALF_DONE };

/* Where a register's mask is among those that KVM tells. */
static size_t mask_place(uint64_t reg)
{
	const uint64_t op1 = OP1(reg);

	return ((op1 == 3 ? 2 : op1) * 8 + CRM(reg)) * 8 + OP2(reg);
}

/* Whether KVM tells which bits can be changed, and which: 1, 0, or a failure. */
static int get_masks(struct kvmlib_vm *vm, uint64_t masks[KVMLIB_ARM_FEATURE_ID_RANGE_SIZE])
{
	int r = kvmlib_vm_check_extension(vm, KVMLIB_CAP_ARM_SUPPORTED_REG_MASK_RANGES);

	if (r < 0 || !((uint32_t)r & 1U << KVMLIB_ARM_FEATURE_ID_RANGE))
		return r < 0 ? r : 0;
	r = kvmlib_vm_arm_get_reg_writable_masks(vm, KVMLIB_ARM_FEATURE_ID_RANGE, masks,
						 KVMLIB_ARM_FEATURE_ID_RANGE_SIZE);
	return r < 0 ? r : 1;
}

/* A register that the vCPU has not is no failure. */
static int read_register(struct kvmlib_vcpu *vcpu, size_t place, struct kvmlib__id_value *reg)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r = kvmlib_vcpu_get_one_reg(vcpu, kvmlib__idregs[place].id, &reg->value,
					sizeof(reg->value));

	reg->is_there = r >= 0;
	if (r >= 0 || r != -ENOENT)
		return r;
	kvmlib__error_restore(&before);
	return 0;
}

/* Whether KVM has told the masks: 1, 0, or a failure. */
static int read_all(struct kvmlib_vcpu *vcpu, struct kvmlib_arm64_ids *ids)
{
	uint64_t masks[KVMLIB_ARM_FEATURE_ID_RANGE_SIZE] = { 0 };
	const int has_masks = get_masks(vcpu->vm, masks);
	int r = has_masks;

	for (size_t i = 0; r >= 0 && i < kvmlib__nr_idregs; i++) {
		ids->regs[i].fixed = ~masks[mask_place(kvmlib__idregs[i].id)];
		r = read_register(vcpu, i, &ids->regs[i]);
	}
	return r < 0 ? r : has_masks;
}

int kvmlib_arm64_ids_read(struct kvmlib_vcpu *vcpu, struct kvmlib_arm64_ids **ret_ids)
{
	struct kvmlib_arm64_ids *ids;
	int r;

	if (!vcpu || !ret_ids)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = kvmlib_arm64_ids_new(&ids);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		return r;
	}
	r = read_all(vcpu, ids);
	if (r < 0) {
		kvmlib__error_amend(__func__, NULL);
		kvmlib_arm64_ids_free(ids);
		return r;
	}
	*ret_ids = ids;
	return 0;
}

/* Of a host */

int kvmlib__arm64_init_whole(struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu)
{
	const struct kvmlib_arm64_vcpus_opts opts = {
		.size = sizeof(opts),
		.vcpus = &vcpu,
		.nr_vcpus = 1,
		.wished = 1U << KVMLIB_ARM_VCPU_PSCI_0_2 | 1U << KVMLIB_ARM_VCPU_PMU_V3 |
			  1U << KVMLIB_ARM_VCPU_SVE | KVMLIB_ARM64_PTRAUTH,
	};
	struct kvmlib_arm64_features got;

	return kvmlib_arm64_vcpus_init(vm, &opts, &got);
}

int kvmlib_arm64_ids_collect(struct kvmlib_system *system, struct kvmlib_arm64_ids **ret_ids)
{
	struct kvmlib_vcpu *vcpu = NULL;
	struct kvmlib_vm *vm = NULL;
	int r;

	if (!system || !ret_ids)
		return KVMLIB__NULL_ARGUMENT(system ? 2 : 1);
	r = kvmlib_system_create_vm(system, NULL, &vm);
	if (!r)
		r = kvmlib_vm_create_vcpu(vm, 0, &vcpu);
	if (!r)
		r = kvmlib__arm64_init_whole(vm, vcpu);
	if (!r)
		r = kvmlib_arm64_ids_read(vcpu, ret_ids);
	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	if (r < 0)
		kvmlib__error_amend(__func__, NULL);
	return r;
}

/* What a vCPU is given, and what it had. */
struct application {
	struct kvmlib_vcpu *vcpu;
	const struct kvmlib_arm64_ids *ids;
	struct kvmlib_arm64_ids old;
	const char *function;
};

static int failed(const struct application *to, int r, enum outcome outcome)
{
	kvmlib__error_amend(to->function, NULL);
	kvmlib__error_add(KVMLIB_VALUE_OUTCOME, outcome);
	return r;
}

static uint64_t differ(const struct application *to, size_t i)
{
	const struct kvmlib__id_value *wanted = &to->ids->regs[i];

	return wanted->is_there ? wanted->value ^ to->old.regs[i].value : 0;
}

/* The first of the fields that has one of the bits. */
static const char *name_of(size_t place, uint64_t bits)
{
	for (size_t i = 0; i < kvmlib__nr_arm64_fields; i++)
		if (kvmlib__arm64_fields[i].reg == kvmlib__idregs[place].id &&
		    kvmlib__arm64_bits(&kvmlib__arm64_fields[i]) & bits)
			return kvmlib__arm64_fields[i].name;
	return kvmlib__idregs[place].name;
}

static int is_fixed(const struct application *to, size_t i, uint64_t bits)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = to->function,
		.cause = KVMLIB_CAUSE_ARM64_FIELD_FIXED,
		.errnum = -EINVAL,
		.subject = name_of(i, bits),
		KVMLIB__VALUES(KVMLIB__VALUE(VCPU_ID, to->vcpu->id),
			       KVMLIB__VALUE(REGISTER, kvmlib__idregs[i].id)) });
}

/* A kernel that tells no masks is asked by trying. */
static int check(const struct application *to, bool has_masks)
{
	for (size_t i = 0; has_masks && i < kvmlib__nr_idregs; i++) {
		const uint64_t bits = differ(to, i) & to->old.regs[i].fixed;

		if (bits && to->old.regs[i].is_there)
			return is_fixed(to, i, bits);
	}
	return 0;
}

/* Taken, if KVM says so and has it: it may cut a value, or keep two registers alike. */
static int write_all(const struct application *to)
{
	int r = 0;

	for (size_t i = 0; r >= 0 && i < kvmlib__nr_idregs; i++)
		if (differ(to, i))
			r = kvmlib_vcpu_set_one_reg(to->vcpu, kvmlib__idregs[i].id,
						    &to->ids->regs[i].value, sizeof(uint64_t));
	for (size_t i = 0; r >= 0 && i < kvmlib__nr_idregs; i++) {
		struct kvmlib__id_value now = { 0 };

		if (!to->ids->regs[i].is_there)
			continue;
		r = read_register(to->vcpu, i, &now);
		if (r >= 0 && now.value != to->ids->regs[i].value)
			r = is_fixed(to, i, now.value ^ to->ids->regs[i].value);
	}
	return r;
}

/* Whether a register has again what it had. */
static bool put_back(const struct application *to, size_t i)
{
	const struct kvmlib__id_value *old = &to->old.regs[i];
	struct kvmlib__id_value now = { 0 };

	if (!old->is_there || (read_register(to->vcpu, i, &now) >= 0 && now.value == old->value))
		return true;
	if (kvmlib_vcpu_set_one_reg(to->vcpu, kvmlib__idregs[i].id, &old->value,
				    sizeof(old->value)) < 0)
		return false;
	return read_register(to->vcpu, i, &now) >= 0 && now.value == old->value;
}

/* All of those that may have been touched, the last one first. */
static enum outcome go_back(const struct application *to)
{
	const struct kvmlib__record record = kvmlib__error_save();
	bool done = true;

	for (size_t i = kvmlib__nr_idregs; i-- > 0;)
		done &= put_back(to, i);
	kvmlib__error_restore(&record);
	return done ? AS_BEFORE : HALF_DONE;
}

int kvmlib_arm64_ids_apply(const struct kvmlib_arm64_ids *ids, struct kvmlib_vcpu *vcpu)
{
	struct application to = { .vcpu = vcpu, .ids = ids, .function = __func__ };
	int r;

	if (!ids || !vcpu)
		return KVMLIB__NULL_ARGUMENT(ids ? 2 : 1);
	r = read_all(vcpu, &to.old);
	if (r >= 0)
		r = check(&to, r > 0);
	if (r < 0)
		return failed(&to, r, UNTOUCHED);
	r = write_all(&to);
	return r < 0 ? failed(&to, r, go_back(&to)) : 0;
}

#else

int kvmlib_arm64_ids_read(struct kvmlib_vcpu *vcpu, struct kvmlib_arm64_ids **ret_ids)
{
	if (!vcpu || !ret_ids)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_ids_collect(struct kvmlib_system *system, struct kvmlib_arm64_ids **ret_ids)
{
	if (!system || !ret_ids)
		return KVMLIB__NULL_ARGUMENT(system ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_ids_apply(const struct kvmlib_arm64_ids *ids, struct kvmlib_vcpu *vcpu)
{
	if (!ids || !vcpu)
		return KVMLIB__NULL_ARGUMENT(ids ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 2);
}

#endif
