/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Registers by id: riscv64's extensions, timer and stolen time. */
#include "row.h"

#if defined(__riscv)

#define ID(kind)  (KVMLIB_REG_RISCV | KVMLIB_REG_SIZE_U64 | (uint64_t)KVMLIB_REG_RISCV_##kind)
#define ISA(name) (ID(ISA_EXT) | KVMLIB_RISCV_ISA_EXT_##name)
#define NO_ISA	  (ID(ISA_EXT) | 0xfffU) /* what one host lacks, another has */
#define SBI(name) (ID(SBI_EXT) | KVMLIB_RISCV_SBI_EXT_##name)
#define TIMER(n)  (ID(TIMER) | (n))
#define STA_SHMEM ID(SBI_STATE)

static uint64_t value;
static uint64_t values[] = { 0, 1, 2, 0x1001 };

#define GET(id_)    IN(struct kvm_one_reg, .id = (id_), .addr = (uintptr_t)&value)
#define TO(id_, n_) IN(struct kvm_one_reg, .id = (id_), .addr = (uintptr_t)&values[n_])

static int run_once(struct world *w)
{
	int r;

	w->run->immediate_exit = 1;
	r = call(w, w->vcpu, KVM_RUN, 0);
	return r == -EINTR ? 0 : r;
}

/* The row's own argument stays where it is. */
static int sta_off(struct world *w)
{
	struct kvm_one_reg reg = { .id = SBI(STA), .addr = (uintptr_t)&values[0] };

	return call_with(w, w->vcpu, KVM_SET_ONE_REG, &reg);
}

static const char *is_on(struct world *w)
{
	(void)w;
	return value == 1 ? NULL : "another value";
}

static void isa_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_ONE_REG, "an extension that every host has", GET(ISA(D)), OK,
	    .verify = is_on);
	ROW(ON_VCPU, KVM_GET_ONE_REG, "an extension that no host has", GET(NO_ISA),
	    REFUSED(ENOENT, EXT_ABSENT));
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension that no host has", TO(NO_ISA, 0),
	    REFUSED(ENOENT, EXT_ABSENT));
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension off", TO(ISA(D), 0), OK);
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension to 2", TO(ISA(D), 2),
	    REFUSED(EINVAL, EXT_FIXED));
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension off that stays on", TO(ISA(M), 0),
	    REFUSED(EINVAL, EXT_FIXED));
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension off, after a run", TO(ISA(D), 0),
	    REFUSED(EBUSY, EXT_RAN), .before = run_once);
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension as it is, after a run", TO(ISA(D), 1), OK,
	    .before = run_once);
}

static void sbi_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_GET_ONE_REG, "an extension of the SBI", GET(SBI(TIME)), OK,
	    .verify = is_on);
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension of the SBI off", TO(SBI(TIME), 0), OK);
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension of the SBI to 2", TO(SBI(TIME), 2),
	    REFUSED(EINVAL, EXT_FIXED));
	ROW(ON_VCPU, KVM_SET_ONE_REG, "an extension of the SBI as it is, after a run",
	    TO(SBI(TIME), 1), REFUSED(EBUSY, EXT_RAN), .before = run_once);
}

static const struct deviation sta_always = {
	.name = "stolen time that is off can be read on kernels before 6.18",
	.before = KERNEL(6, 13),
	.gone_by = KERNEL(6, 18),
	.answer = OK,
};

static void timer_rows(struct world *w)
{
	ROW(ON_VCPU, KVM_SET_ONE_REG, "another frequency", TO(TIMER(0), 1),
	    REFUSED(EINVAL, TIMER_FREQUENCY));
	ROW(ON_VCPU, KVM_SET_ONE_REG, "the time", TO(TIMER(1), 3), OK);
	ROW(ON_VCPU, KVM_SET_ONE_REG, "a timer off that is off", TO(TIMER(3), 0),
	    REFUSED(EINVAL, TIMER_OFF));
	ROW(ON_VCPU, KVM_SET_ONE_REG, "a timer on", TO(TIMER(3), 1), OK);
	ROW(ON_VCPU, KVM_GET_ONE_REG, "stolen time", GET(STA_SHMEM), OK);
	ROW(ON_VCPU, KVM_GET_ONE_REG, "stolen time that is off", GET(STA_SHMEM),
	    REFUSED(EINVAL, STA_OFF), .before = sta_off, .deviation = &sta_always);
	ROW(ON_VCPU, KVM_SET_ONE_REG, "stolen time at no multiple of 64", TO(STA_SHMEM, 3),
	    REFUSED(EINVAL, STA_OFF), .deviation = &sta_always);
}

void onereg_rows(struct world *w)
{
	isa_rows(w);
	sbi_rows(w);
	timer_rows(w);
}

#else

void onereg_rows(struct world *w)
{
	(void)w;
}

#endif
