/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The interrupt controllers of a PC: made in one of three ways, and for good. */
#include "irq.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "../../base/opts.h"
#include "../../core/cap.h"

#define PINS 24U /* of an I/O APIC */

_Static_assert(sizeof(struct kvmlib_irqchip_opts) == sizeof(size_t) + 16, "no padding");

/* Options */

static int refuse(const struct kvmlib_irqchip_opts *o, int r, uint32_t cause, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2), KVMLIB__VALUE(TYPE, o->profile),
			       KVMLIB__VALUE(COUNT, o->nr_pins), KVMLIB__VALUE(FLAGS, o->flags)) });
}

/* What each profile can have beside itself. */
static const uint32_t flags_of[] = {
	[KVMLIB_IRQCHIP_PROFILE_FULL] = KVMLIB_IRQCHIP_PIT | KVMLIB_IRQCHIP_PIT_REINJECT |
					KVMLIB_IRQCHIP_NO_X2APIC_API | KVMLIB_IRQCHIP_EXT_DEST_ID,
	[KVMLIB_IRQCHIP_PROFILE_SPLIT] = KVMLIB_IRQCHIP_NO_X2APIC_API |
					 KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST |
					 KVMLIB_IRQCHIP_EXT_DEST_ID,
	[KVMLIB_IRQCHIP_PROFILE_NONE] = 0,
};
#define ALL_FLAGS                                                                          \
	(KVMLIB_IRQCHIP_PIT | KVMLIB_IRQCHIP_PIT_REINJECT | KVMLIB_IRQCHIP_NO_X2APIC_API | \
	 KVMLIB_IRQCHIP_EXT_DEST_ID | KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST)
#define NEED_X2APIC_API (KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST | KVMLIB_IRQCHIP_EXT_DEST_ID)

static bool go_together(const struct kvmlib_irqchip_opts *o)
{
	if (o->flags & ~flags_of[o->profile])
		return false;
	if (o->flags & KVMLIB_IRQCHIP_PIT_REINJECT && !(o->flags & KVMLIB_IRQCHIP_PIT))
		return false;
	if (o->flags & KVMLIB_IRQCHIP_NO_X2APIC_API && o->flags & NEED_X2APIC_API)
		return false;
	return !o->nr_pins || o->profile == KVMLIB_IRQCHIP_PROFILE_SPLIT;
}

static int copy_opts(struct kvmlib_irqchip_opts *o, const struct kvmlib_irqchip_opts *opts,
		     const char *function)
{
	uint32_t cause = 0;
	int r;

	memset(o, 0, sizeof(*o));
	r = kvmlib__opts_copy(o, sizeof(*o), opts, &cause);
	if (r < 0)
		return refuse(o, r, cause, function);
	if (o->profile > KVMLIB_IRQCHIP_PROFILE_NONE || o->flags & ~ALL_FLAGS || o->reserved)
		return refuse(o, -EINVAL, KVMLIB_CAUSE_BAD_ARGUMENT, function);
	if (!go_together(o))
		return refuse(o, -EINVAL, KVMLIB_CAUSE_IRQCHIP_COMBINATION, function);
	return 0;
}

/* What is there */

static int fails(const struct kvmlib_vm *vm, enum kvmlib__ioc ioc, int r, const char *function)
{
	return kvmlib__vm_failed(vm, ioc,
				 &(struct kvmlib__failure){ .function = function, .errnum = r });
}

/* Refuse a VM that has a controller; only the full one takes level interrupts by irqfds. */
static int check_none(const struct kvmlib_vm *vm, const char *function)
{
	int r = kvmlib__try_irqfd(vm, 0);
	uint32_t there = KVMLIB_IRQCHIP_PROFILE_FULL;

	if (r == -EINVAL)
		return 0;
	if (r != -EBADF)
		return fails(vm, KVMLIB__IOC_IRQFD, r, function);
	if (kvmlib__try_irqfd(vm, KVMLIB_IRQFD_FLAG_RESAMPLE) == -EINVAL)
		there = KVMLIB_IRQCHIP_PROFILE_SPLIT;
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = KVMLIB_CAUSE_IRQCHIP_EXISTS,
						 .errnum = -EEXIST,
						 KVMLIB__VALUES(KVMLIB__VALUE(KEPT, there)) });
}

/* What the options can't do without has to be there before anything is made. */
static int check_x2apic(const struct kvmlib_vm *vm, const struct kvmlib_irqchip_opts *o,
			const char *function)
{
	uint32_t needed = 0;
	int offered;

	if (o->flags & KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST)
		needed |= KVMLIB_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST;
	if (o->flags & KVMLIB_IRQCHIP_EXT_DEST_ID)
		needed |= KVMLIB_X2APIC_API_USE_32BIT_IDS;
	if (!needed)
		return 0;
	/* The VM offers the first with the split controller alone. */
	offered = kvmlib_system_check_extension(vm->system, KVMLIB_CAP_X2APIC_API);
	if (offered < 0) {
		kvmlib__error_amend(function, NULL);
		return offered;
	}
	if (!(needed & ~(uint32_t)offered))
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = KVMLIB_CAUSE_CAPABILITY_MISSING,
		.errnum = -EOPNOTSUPP,
		KVMLIB__VALUES(KVMLIB__VALUE(CAPABILITY, KVMLIB_CAP_X2APIC_API),
			       KVMLIB__VALUE(FLAGS, needed & ~(uint32_t)offered)) });
}

/* Making, step by step */

static int make_split(const struct kvmlib_irqchip *irqchip)
{
	int r = kvmlib_vm_enable_split_irqchip(irqchip->vm, irqchip->nr_pins);

	if (r == -EEXIST && kvmlib__try_irqfd(irqchip->vm, 0) == -EINVAL)
		kvmlib__error_found(KVMLIB_CAUSE_AFTER_FIRST_VCPU);
	return r;
}

static int make_chips(const struct kvmlib_irqchip *irqchip)
{
	switch (irqchip->profile) {
	case KVMLIB_IRQCHIP_PROFILE_FULL:
		return kvmlib_vm_create_irqchip(irqchip->vm);
	case KVMLIB_IRQCHIP_PROFILE_SPLIT:
		return make_split(irqchip);
	default:
		return 0;
	}
}

static uint32_t wanted_of_x2apic(const struct kvmlib_irqchip *irqchip)
{
	uint32_t wanted =
		KVMLIB_X2APIC_API_USE_32BIT_IDS | KVMLIB_X2APIC_API_DISABLE_BROADCAST_QUIRK;

	if (irqchip->flags & KVMLIB_IRQCHIP_SUPPRESS_EOI_BROADCAST)
		wanted |= KVMLIB_X2APIC_ENABLE_SUPPRESS_EOI_BROADCAST;
	else if (irqchip->profile == KVMLIB_IRQCHIP_PROFILE_SPLIT)
		wanted |= KVMLIB_X2APIC_DISABLE_SUPPRESS_EOI_BROADCAST;
	return wanted;
}

static int set_x2apic(const struct kvmlib_irqchip *irqchip)
{
	int offered;

	if (irqchip->flags & KVMLIB_IRQCHIP_NO_X2APIC_API)
		return 0;
	offered = kvmlib_vm_check_extension(irqchip->vm, KVMLIB_CAP_X2APIC_API);
	if (offered <= 0)
		return offered;
	return kvmlib_vm_enable_x2apic_api(irqchip->vm,
					   wanted_of_x2apic(irqchip) & (uint32_t)offered);
}

static int make_pit(const struct kvmlib_irqchip *irqchip)
{
	int r;

	if (!(irqchip->flags & KVMLIB_IRQCHIP_PIT))
		return 0;
	r = kvmlib_vm_create_pit2(irqchip->vm, KVMLIB_PIT_SPEAKER_DUMMY);
	if (r < 0 || irqchip->flags & KVMLIB_IRQCHIP_PIT_REINJECT)
		return r;
	return kvmlib_vm_reinject_control(irqchip->vm, 0);
}

/* Nothing of it can be undone: what is there when a step fails is told. */
static int make(const struct kvmlib_irqchip *irqchip, const char *function)
{
	int r = make_chips(irqchip);
	bool is_there = r >= 0;

	if (r >= 0 && irqchip->profile != KVMLIB_IRQCHIP_PROFILE_NONE)
		r = set_x2apic(irqchip);
	if (r >= 0)
		r = make_pit(irqchip);
	if (r >= 0)
		return 0;
	kvmlib__error_amend(function, NULL);
	if (is_there)
		kvmlib__error_add(KVMLIB_VALUE_KEPT, irqchip->profile);
	return r;
}

static void fill(struct kvmlib_irqchip *irqchip, struct kvmlib_vm *vm,
		 const struct kvmlib_irqchip_opts *o)
{
	irqchip->vm = kvmlib_vm_ref(vm);
	atomic_init(&irqchip->refs, 1U);
	irqchip->profile = o->profile;
	irqchip->flags = o->flags;
	if (o->profile != KVMLIB_IRQCHIP_PROFILE_NONE)
		irqchip->nr_pins = o->nr_pins ? o->nr_pins : PINS;
	if (o->nr_pins == KVMLIB_IRQCHIP_NO_PINS)
		irqchip->nr_pins = 0;
}

static int check(const struct kvmlib_vm *vm, const struct kvmlib_irqchip_opts *o,
		 const char *function)
{
	int r = KVMLIB__ELSEWHERE(X86_64)
			? refuse(o, -EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED, function)
			: 0;

	if (r >= 0)
		r = check_x2apic(vm, o, function);
	return r < 0 ? r : check_none(vm, function);
}

int kvmlib_irqchip_create(struct kvmlib_vm *vm, const struct kvmlib_irqchip_opts *opts,
			  struct kvmlib_irqchip **ret_irqchip)
{
	struct kvmlib_irqchip *irqchip;
	struct kvmlib_irqchip_opts o;
	int r;

	if (!vm || !ret_irqchip)
		return KVMLIB__NULL_ARGUMENT(vm ? 3 : 1);
	KVMLIB__REFUSE_FORKED(vm);
	r = copy_opts(&o, opts, __func__);
	if (r >= 0)
		r = check(vm, &o, __func__);
	if (r < 0)
		return r;
	irqchip = calloc(1, sizeof(*irqchip));
	if (!irqchip)
		return KVMLIB__NO_MEMORY();
	fill(irqchip, vm, &o);
	r = make(irqchip, __func__);
	if (r < 0)
		kvmlib_irqchip_unref(irqchip);
	else
		*ret_irqchip = irqchip;
	return r;
}

struct kvmlib_irqchip *kvmlib_irqchip_ref(struct kvmlib_irqchip *irqchip)
{
	if (irqchip)
		atomic_fetch_add_explicit(&irqchip->refs, 1U, memory_order_relaxed);
	return irqchip;
}

struct kvmlib_irqchip *kvmlib_irqchip_unref(struct kvmlib_irqchip *irqchip)
{
	if (irqchip && atomic_fetch_sub_explicit(&irqchip->refs, 1U, memory_order_acq_rel) == 1U) {
		kvmlib_vm_unref(irqchip->vm);
		free(irqchip);
	}
	return NULL;
}

uint32_t kvmlib_irqchip_profile(const struct kvmlib_irqchip *irqchip)
{
	return irqchip->profile;
}

uint32_t kvmlib_irqchip_nr_pins(const struct kvmlib_irqchip *irqchip)
{
	return irqchip->nr_pins;
}
