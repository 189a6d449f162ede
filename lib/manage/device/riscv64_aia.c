/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AIA. What only riscv64's kernels have is not compiled elsewhere. */

#include <kvmlib/riscv64_aia.h>

#include "setup.h"

_Static_assert(sizeof(struct kvmlib_riscv64_aia_opts) == sizeof(size_t) + 40 + sizeof(void *),
	       "no padding");

#ifdef __riscv

#define PAGE_SHIFT 12U

int kvmlib_riscv64_aia_probe(struct kvmlib_vm *vm)
{
	const struct kvmlib__record before = kvmlib__error_save();
	int r;

	if (!vm)
		return KVMLIB__NULL_ARGUMENT(1);
	r = kvmlib_vm_create_device(vm, KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_CREATE_DEVICE_TEST, NULL);
	if (r == -ENODEV)
		kvmlib__error_restore(&before);
	else if (r < 0)
		kvmlib__error_amend(__func__, NULL);
	return r == -ENODEV ? 0 : r < 0 ? r : 1;
}

/* Numbers */

/* As KVM has it, all but what depends on the host. */
static bool are_numbers_possible(const struct kvmlib_riscv64_aia_opts *o)
{
	if (o->mode > KVMLIB_RISCV64_AIA_AUTO || o->nr_sources >= KVMLIB_DEV_RISCV_AIA_SRCS_MAX)
		return false;
	if (o->nr_ids && (o->nr_ids >= KVMLIB_DEV_RISCV_AIA_IDS_MAX || o->nr_ids < o->nr_sources ||
			  ~o->nr_ids & KVMLIB_DEV_RISCV_AIA_IDS_MIN))
		return false;
	return o->group_bits < KVMLIB_DEV_RISCV_AIA_GROUP_BITS_MAX &&
	       o->group_shift >= KVMLIB_DEV_RISCV_AIA_GROUP_SHIFT_MIN &&
	       o->group_shift < KVMLIB_DEV_RISCV_AIA_GROUP_SHIFT_MAX &&
	       o->hart_bits < KVMLIB_DEV_RISCV_AIA_HART_BITS_MAX &&
	       o->guest_bits < KVMLIB_DEV_RISCV_AIA_GUEST_BITS_MAX;
}

static int check_numbers(const struct kvmlib_riscv64_aia_opts *o, const char *function)
{
	if (are_numbers_possible(o))
		return 0;
	return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(ARGUMENT, 2));
}

static void choose(struct kvmlib_riscv64_aia_opts *o)
{
	if (!o->group_shift)
		o->group_shift = KVMLIB_DEV_RISCV_AIA_GROUP_SHIFT_MIN;
	if (!o->hart_bits && o->nr_vcpus > 1)
		o->hart_bits = 32U - (uint32_t)__builtin_clz(o->nr_vcpus - 1);
}

/* Addresses */

static uint64_t ones(uint32_t n)
{
	return (UINT64_C(1) << n) - 1;
}

/* The bits in which the IMSICs may differ. */
static uint64_t free_bits(const struct kvmlib_riscv64_aia_opts *o)
{
	return ones(o->hart_bits + o->guest_bits + PAGE_SHIFT) | ones(o->group_bits)
									 << o->group_shift;
}

static struct kvmlib__range imsic_of(const struct kvmlib_riscv64_aia_opts *o, uint32_t i)
{
	return (struct kvmlib__range){ o->imsics[i],
				       (uint64_t)KVMLIB_DEV_RISCV_IMSIC_SIZE << o->guest_bits };
}

static int check_imsic(const struct kvmlib_riscv64_aia_opts *o, uint32_t i, const char *function)
{
	const struct kvmlib__range range = imsic_of(o, i);
	int r = 0;

	if (range.address % range.size || (range.address ^ o->imsics[0]) & ~free_bits(o))
		return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(INDEX, i),
					    KVMLIB__VALUE(GPA, range.address));
	for (uint32_t k = 0; !r && k < i; k++) {
		const struct kvmlib__range other = imsic_of(o, k);

		r = kvmlib__setup_check_apart(&range, &other, function);
	}
	return r;
}

static int check_addresses(const struct kvmlib_riscv64_aia_opts *o, const char *function)
{
	const struct kvmlib__range aplic = { o->aplic, KVMLIB_DEV_RISCV_APLIC_SIZE };
	int r = 0;

	if (o->nr_sources)
		r = kvmlib__setup_check_range(&aplic, KVMLIB_DEV_RISCV_APLIC_ALIGN, function);
	for (uint32_t i = 0; !r && i < o->nr_vcpus; i++) {
		const struct kvmlib__range imsic = imsic_of(o, i);

		r = check_imsic(o, i, function);
		if (!r && o->nr_sources)
			r = kvmlib__setup_check_apart(&imsic, &aplic, function);
	}
	return r;
}

static int check(const struct kvmlib_vm *vm, struct kvmlib_riscv64_aia_opts *o,
		 const char *function)
{
	int r;

	if (!o->imsics)
		return KVMLIB__SETUP_REFUSE(function, NULL_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2));
	r = kvmlib__setup_vcpus(vm, &o->nr_vcpus, function);
	if (r < 0)
		return r;
	choose(o);
	r = check_numbers(o, function);
	return r < 0 ? r : check_addresses(o, function);
}

/* Steps */

static void configure(struct kvmlib__setup *setup, uint64_t what, const uint32_t *value)
{
	kvmlib__setup_step(setup, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, what, value);
}

static void set_numbers(struct kvmlib__setup *setup, const struct kvmlib_riscv64_aia_opts *o)
{
	const uint32_t mode = o->mode - KVMLIB_RISCV64_AIA_EMUL; /* KVM's numbers begin there */

	if (o->mode)
		configure(setup, KVMLIB_DEV_RISCV_AIA_CONFIG_MODE, &mode);
	if (o->nr_ids)
		configure(setup, KVMLIB_DEV_RISCV_AIA_CONFIG_IDS, &o->nr_ids);
	configure(setup, KVMLIB_DEV_RISCV_AIA_CONFIG_SRCS, &o->nr_sources);
	configure(setup, KVMLIB_DEV_RISCV_AIA_CONFIG_GROUP_BITS, &o->group_bits);
	configure(setup, KVMLIB_DEV_RISCV_AIA_CONFIG_GROUP_SHIFT, &o->group_shift);
	configure(setup, KVMLIB_DEV_RISCV_AIA_CONFIG_HART_BITS, &o->hart_bits);
	configure(setup, KVMLIB_DEV_RISCV_AIA_CONFIG_GUEST_BITS, &o->guest_bits);
}

static void set_addresses(struct kvmlib__setup *setup, const struct kvmlib_riscv64_aia_opts *o)
{
	const uint64_t first =
		KVMLIB_DEV_RISCV_AIA_ADDR_APLIC + 1; /* KVM_DEV_RISCV_AIA_ADDR_IMSIC(0) */

	if (o->nr_sources)
		kvmlib__setup_step(setup, KVMLIB_DEV_RISCV_AIA_GRP_ADDR,
				   KVMLIB_DEV_RISCV_AIA_ADDR_APLIC, &o->aplic);
	for (uint32_t i = 0; i < o->nr_vcpus; i++)
		kvmlib__setup_step(setup, KVMLIB_DEV_RISCV_AIA_GRP_ADDR, first + i, &o->imsics[i]);
}

int kvmlib_riscv64_aia_create(struct kvmlib_vm *vm, const struct kvmlib_riscv64_aia_opts *opts,
			      struct kvmlib_device **ret_aia)
{
	struct kvmlib_riscv64_aia_opts o;
	struct kvmlib__setup setup;
	int r;

	if (!vm || !opts || !ret_aia)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	r = kvmlib__setup_opts(&o, sizeof(o), opts, __func__);
	if (!r)
		r = check(vm, &o, __func__);
	if (r < 0)
		return r;
	kvmlib__setup_begin(&setup, vm, KVMLIB_DEV_TYPE_RISCV_AIA, __func__);
	set_numbers(&setup, &o);
	set_addresses(&setup, &o);
	kvmlib__setup_step(&setup, KVMLIB_DEV_RISCV_AIA_GRP_CTRL, KVMLIB_DEV_RISCV_AIA_CTRL_INIT,
			   NULL);
	return kvmlib__setup_end(&setup, ret_aia);
}

#else

int kvmlib_riscv64_aia_probe(struct kvmlib_vm *vm)
{
	return vm ? KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1) : KVMLIB__NULL_ARGUMENT(1);
}

int kvmlib_riscv64_aia_create(struct kvmlib_vm *vm, const struct kvmlib_riscv64_aia_opts *opts,
			      struct kvmlib_device **ret_aia)
{
	if (!vm || !opts || !ret_aia)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
