/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* riscv64's registers that are more than bytes: extensions, the timer, stolen time. */
#include "internal.h"

#if defined(__riscv)
#include <string.h>

#define ID(kind)  (KVMLIB_REG_RISCV | KVMLIB_REG_SIZE_U64 | (uint64_t)KVMLIB_REG_RISCV_##kind)
#define FREQUENCY UINT64_C(10000000)
#define STA	  (ID(SBI_EXT) | KVMLIB_RISCV_SBI_EXT_STA)
#define STA_SHMEM ID(SBI_STATE)
#define STA_ALIGN 64U

/* Places in struct kvm_riscv_timer. */
enum { TIMER_FREQUENCY, TIMER_TIME, TIMER_COMPARE, TIMER_STATE };

/* What the host has for its guests; the guest of a guest is not for ours. */
struct ext {
	uint32_t number;
	bool is_on;
	bool is_fixed;
};

static const struct ext isa[] = {
	{ KVMLIB_RISCV_ISA_EXT_A, true, true },	  { KVMLIB_RISCV_ISA_EXT_C, true, true },
	{ KVMLIB_RISCV_ISA_EXT_D, true, false },  { KVMLIB_RISCV_ISA_EXT_F, true, false },
	{ KVMLIB_RISCV_ISA_EXT_H, false, true },  { KVMLIB_RISCV_ISA_EXT_I, true, true },
	{ KVMLIB_RISCV_ISA_EXT_M, true, true },	  { KVMLIB_RISCV_ISA_EXT_V, true, false },
	{ KVMLIB_RISCV_ISA_EXT_ZBB, true, true },
};

static const struct ext sbi[] = {
	{ KVMLIB_RISCV_SBI_EXT_V01, true, false },  { KVMLIB_RISCV_SBI_EXT_TIME, true, false },
	{ KVMLIB_RISCV_SBI_EXT_SRST, true, false }, { KVMLIB_RISCV_SBI_EXT_DBCN, false, false },
	{ KVMLIB_RISCV_SBI_EXT_STA, true, false },
};

static const struct ext *find(const struct ext *exts, size_t n, uint64_t number)
{
	for (size_t i = 0; i < n; i++)
		if (exts[i].number == number)
			return &exts[i];
	return NULL;
}

/* Whether it is one of that kind; of extensions, one alone. */
static bool is_of(uint64_t id, uint64_t kind)
{
	return (id & ~UINT64_C(0xffff)) == kind;
}

/* NULL: the host has it not. */
static const struct ext *ext_of(uint64_t id)
{
	if (is_of(id, ID(ISA_EXT)))
		return find(isa, sizeof(isa) / sizeof(isa[0]), id & 0xffffU);
	return find(sbi, sizeof(sbi) / sizeof(sbi[0]), id & 0xffffU);
}

static bool is_on(const struct sim_call *call, uint64_t id)
{
	uint64_t value = ext_of(id)->is_on;

	kvmlib__sim_recall(call, id, &value, sizeof(value));
	return value;
}

static int set_isa(const struct sim_call *call, uint64_t id, uint64_t value)
{
	const struct ext *ext = ext_of(id);

	if (!ext)
		return REFUSE(EXT_ABSENT);
	if (value == is_on(call, id))
		return 0;
	if (call->vcpu->has_run)
		return REFUSE(EXT_RAN);
	return value > 1 || ext->is_fixed ? REFUSE(EXT_FIXED) : 0;
}

static int set_sbi(const struct sim_call *call, uint64_t id, uint64_t value)
{
	if (call->vcpu->has_run)
		return REFUSE(EXT_RAN);
	if (!ext_of(id))
		return REFUSE(EXT_ABSENT);
	return value > 1 ? REFUSE(EXT_FIXED) : 0;
}

/* A timer that is switched on goes off at once: KVM has the state for the time. */
static int set_timer(const struct sim_call *call, uint64_t id, uint64_t value)
{
	const uint64_t at_once = KVMLIB_RISCV_TIMER_STATE_ON;
	uint64_t state = KVMLIB_RISCV_TIMER_STATE_OFF;

	if (id == (ID(TIMER) | TIMER_FREQUENCY))
		return value == FREQUENCY ? 0 : REFUSE(TIMER_FREQUENCY);
	if (id != (ID(TIMER) | TIMER_STATE))
		return 0;
	if (value == KVMLIB_RISCV_TIMER_STATE_ON)
		return kvmlib__sim_keep(call, ID(TIMER) | TIMER_COMPARE, &at_once, sizeof(at_once));
	kvmlib__sim_recall(call, id, &state, sizeof(state));
	return state == KVMLIB_RISCV_TIMER_STATE_OFF ? REFUSE(TIMER_OFF) : 0;
}

static int use_sta(const struct sim_call *call, uint64_t gpa)
{
	if (!is_on(call, STA))
		return REFUSE(STA_OFF);
	return ~gpa && gpa % STA_ALIGN ? REFUSE(STA_OFF) : 0;
}

int kvmlib__sim_first_value(const struct sim_call *call, uint64_t id, void *value)
{
	uint64_t first = 0;

	if (is_of(id, ID(ISA_EXT)) || is_of(id, ID(SBI_EXT))) {
		if (!ext_of(id))
			return REFUSE(EXT_ABSENT);
		first = ext_of(id)->is_on;
	} else if (id == (ID(TIMER) | TIMER_FREQUENCY)) {
		first = FREQUENCY;
	} else if (id == (ID(TIMER) | TIMER_COMPARE) || id == STA_SHMEM) {
		first = UINT64_MAX;
	} else {
		return 0;
	}
	memcpy(value, &first, sizeof(first));
	return id == STA_SHMEM ? use_sta(call, first) : 0;
}

int kvmlib__sim_check_value(const struct sim_call *call, uint64_t id, const void *value)
{
	uint64_t number;

	memcpy(&number, value, sizeof(number));
	if (is_of(id, ID(ISA_EXT)))
		return set_isa(call, id, number);
	if (is_of(id, ID(SBI_EXT)))
		return set_sbi(call, id, number);
	if (is_of(id, ID(TIMER)))
		return set_timer(call, id, number);
	return id == STA_SHMEM ? use_sta(call, number) : 0;
}

#endif
