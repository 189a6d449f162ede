/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GICv2, GICv3 and ITS. What only arm64's kernels have is not compiled elsewhere. */

#include <kvmlib/arm64_gic.h>

#include "setup.h"

_Static_assert(sizeof(struct kvmlib_arm64_gic_v2_opts) == sizeof(size_t) + 24, "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_gic_v3_opts) == 2 * sizeof(size_t) + sizeof(void *) + 32,
	       "no padding");
_Static_assert(sizeof(struct kvmlib_arm64_gic_region) == 16, "no padding");

#ifdef __aarch64__

#define MIN_IRQS      64U
#define MAX_IRQS      992U /* KVM refuses 1024 */
#define STEP_OF_IRQS  32U
#define MAX_V2_VCPUS  8U
#define FIRST_PPI     16U
#define LAST_PPI      31U
#define MAX_REGIONS   256U /* KVM keeps 8 bits of an index */
#define MAX_IN_REGION 4095U
#define COUNT_SHIFT   52U /* in the value of a region; below it the address, and the index */
#define FRAME	      UINT64_C(0x10000)
#define V2_FRAME      UINT64_C(0x1000)

static int has_type(struct kvmlib_vm *vm, uint32_t type)
{
	int r = kvmlib_vm_create_device(vm, type, KVMLIB_CREATE_DEVICE_TEST, NULL);

	return r == -ENODEV ? 0 : r < 0 ? r : 1;
}

int kvmlib_arm64_gic_probe(struct kvmlib_vm *vm, uint32_t *ret_found)
{
	static const uint32_t types[] = { KVMLIB_DEV_TYPE_ARM_VGIC_V2, KVMLIB_DEV_TYPE_ARM_VGIC_V3,
					  KVMLIB_DEV_TYPE_ARM_VGIC_ITS };
	const struct kvmlib__record before = kvmlib__error_save();
	uint32_t found = 0;

	if (!vm || !ret_found)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	for (uint32_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		int r = has_type(vm, types[i]);

		if (r < 0) {
			kvmlib__error_amend(__func__, NULL);
			return r;
		}
		found |= (uint32_t)r << i;
	}
	kvmlib__error_restore(&before);
	*ret_found = found;
	return 0;
}

static int check_irqs(uint32_t nr_irqs, const char *function)
{
	if (!nr_irqs || (nr_irqs >= MIN_IRQS && nr_irqs <= MAX_IRQS && nr_irqs % STEP_OF_IRQS == 0))
		return 0;
	return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(COUNT, nr_irqs),
				    KVMLIB__VALUE(LIMIT, MAX_IRQS));
}

static void set_irqs(struct kvmlib__setup *setup, const uint32_t *nr_irqs)
{
	if (*nr_irqs)
		kvmlib__setup_step(setup, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0, nr_irqs);
}

static void set_address(struct kvmlib__setup *setup, uint64_t type, const uint64_t *address)
{
	kvmlib__setup_step(setup, KVMLIB_DEV_ARM_VGIC_GRP_ADDR, type, address);
}

static void initialize(struct kvmlib__setup *setup)
{
	kvmlib__setup_step(setup, KVMLIB_DEV_ARM_VGIC_GRP_CTRL, KVMLIB_DEV_ARM_VGIC_CTRL_INIT,
			   NULL);
}

/* GICv2 */

static int check_v2(const struct kvmlib_vm *vm, struct kvmlib_arm64_gic_v2_opts *o,
		    const char *function)
{
	const struct kvmlib__range dist = { o->distributor, KVMLIB_VGIC_V2_DIST_SIZE };
	const struct kvmlib__range cpu = { o->cpu_interface, KVMLIB_VGIC_V2_CPU_SIZE };
	int r = kvmlib__setup_vcpus(vm, &o->nr_vcpus, function);

	if (r < 0)
		return r;
	if (o->nr_vcpus > MAX_V2_VCPUS)
		return KVMLIB__SETUP_REFUSE(function, VGIC_TOO_MANY_VCPUS,
					    KVMLIB__VALUE(COUNT, o->nr_vcpus),
					    KVMLIB__VALUE(LIMIT, MAX_V2_VCPUS));
	r = check_irqs(o->nr_irqs, function);
	if (!r)
		r = kvmlib__setup_check_range(&dist, V2_FRAME, function);
	if (!r)
		r = kvmlib__setup_check_range(&cpu, V2_FRAME, function);
	return r < 0 ? r : kvmlib__setup_check_apart(&cpu, &dist, function);
}

int kvmlib_arm64_gic_v2_create(struct kvmlib_vm *vm, const struct kvmlib_arm64_gic_v2_opts *opts,
			       struct kvmlib_device **ret_gic)
{
	struct kvmlib_arm64_gic_v2_opts o;
	struct kvmlib__setup setup;
	int r;

	if (!vm || !opts || !ret_gic)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	r = kvmlib__setup_opts(&o, sizeof(o), opts, __func__);
	if (!r)
		r = check_v2(vm, &o, __func__);
	if (r < 0)
		return r;
	kvmlib__setup_begin(&setup, vm, KVMLIB_DEV_TYPE_ARM_VGIC_V2, __func__);
	set_irqs(&setup, &o.nr_irqs);
	set_address(&setup, KVMLIB_VGIC_V2_ADDR_TYPE_DIST, &o.distributor);
	set_address(&setup, KVMLIB_VGIC_V2_ADDR_TYPE_CPU, &o.cpu_interface);
	initialize(&setup);
	return kvmlib__setup_end(&setup, ret_gic);
}

/* GICv3 */

/* The distributor, then the redistributors; size 0 behind the last one. */
static struct kvmlib__range range_of(const struct kvmlib_arm64_gic_v3_opts *o, size_t i)
{
	if (!i)
		return (struct kvmlib__range){ o->distributor, KVMLIB_VGIC_V3_DIST_SIZE };
	if (i <= o->nr_regions)
		return (struct kvmlib__range){ o->regions[i - 1].address,
					       (uint64_t)o->regions[i - 1].count *
						       KVMLIB_VGIC_V3_REDIST_SIZE };
	if (i == 1)
		return (struct kvmlib__range){ o->redistributors,
					       (uint64_t)o->nr_vcpus * KVMLIB_VGIC_V3_REDIST_SIZE };
	return (struct kvmlib__range){ 0, 0 };
}

static int check_apart_from_gic(const struct kvmlib__range *range,
				const struct kvmlib_arm64_gic_v3_opts *o, size_t end,
				const char *function)
{
	int r = 0;

	for (size_t i = 0; !r && i < end; i++) {
		const struct kvmlib__range other = range_of(o, i);

		if (!other.size)
			return 0;
		r = kvmlib__setup_check_apart(range, &other, function);
	}
	return r;
}

static int check_ranges(const struct kvmlib_arm64_gic_v3_opts *o, const char *function)
{
	struct kvmlib__range range = range_of(o, 0);
	int r = 0;

	for (size_t i = 0; !r && range.size; range = range_of(o, ++i)) {
		r = kvmlib__setup_check_range(&range, FRAME, function);
		if (!r)
			r = check_apart_from_gic(&range, o, i, function);
	}
	return r;
}

static int check_regions(const struct kvmlib_arm64_gic_v3_opts *o, const char *function)
{
	uint64_t count = 0;

	for (size_t i = 0; i < o->nr_regions && i < MAX_REGIONS; i++) {
		const struct kvmlib_arm64_gic_region *region = &o->regions[i];

		if (!region->count || region->count > MAX_IN_REGION || region->reserved ||
		    region->address >> COUNT_SHIFT)
			return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(INDEX, i),
						    KVMLIB__VALUE(GPA, region->address),
						    KVMLIB__VALUE(COUNT, region->count));
		count += region->count;
	}
	if (!o->nr_regions || (count >= o->nr_vcpus && o->nr_regions <= MAX_REGIONS))
		return 0;
	return KVMLIB__SETUP_REFUSE(function, BAD_ARGUMENT, KVMLIB__VALUE(COUNT, count),
				    KVMLIB__VALUE(NEEDED, o->nr_vcpus));
}

static int check_maintenance(uint32_t irq, const char *function)
{
	if (!irq || (irq >= FIRST_PPI && irq <= LAST_PPI))
		return 0;
	return KVMLIB__SETUP_REFUSE(function, ATTR_VALUE, KVMLIB__VALUE(IRQ, irq));
}

static int check_v3(const struct kvmlib_vm *vm, struct kvmlib_arm64_gic_v3_opts *o,
		    const char *function)
{
	int r = kvmlib__setup_vcpus(vm, &o->nr_vcpus, function);

	if (r < 0)
		return r;
	if (o->reserved || !o->regions != !o->nr_regions)
		return KVMLIB__SETUP_REFUSE(function, BAD_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 2));
	r = check_irqs(o->nr_irqs, function);
	if (!r)
		r = check_maintenance(o->maintenance_irq, function);
	if (!r)
		r = check_regions(o, function);
	return r < 0 ? r : check_ranges(o, function);
}

static void set_redistributors(struct kvmlib__setup *setup,
			       const struct kvmlib_arm64_gic_v3_opts *o)
{
	if (!o->nr_regions)
		set_address(setup, KVMLIB_VGIC_V3_ADDR_TYPE_REDIST, &o->redistributors);
	for (size_t i = 0; i < o->nr_regions; i++) {
		const uint64_t region =
			(uint64_t)o->regions[i].count << COUNT_SHIFT | o->regions[i].address | i;

		set_address(setup, KVMLIB_VGIC_V3_ADDR_TYPE_REDIST_REGION, &region);
	}
}

int kvmlib_arm64_gic_v3_create(struct kvmlib_vm *vm, const struct kvmlib_arm64_gic_v3_opts *opts,
			       struct kvmlib_device **ret_gic)
{
	struct kvmlib_arm64_gic_v3_opts o;
	struct kvmlib__setup setup;
	int r;

	if (!vm || !opts || !ret_gic)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	r = kvmlib__setup_opts(&o, sizeof(o), opts, __func__);
	if (!r)
		r = check_v3(vm, &o, __func__);
	if (r < 0)
		return r;
	kvmlib__setup_begin(&setup, vm, KVMLIB_DEV_TYPE_ARM_VGIC_V3, __func__);
	set_irqs(&setup, &o.nr_irqs);
	set_address(&setup, KVMLIB_VGIC_V3_ADDR_TYPE_DIST, &o.distributor);
	set_redistributors(&setup, &o);
	if (o.maintenance_irq)
		kvmlib__setup_step(&setup, KVMLIB_DEV_ARM_VGIC_GRP_MAINT_IRQ, 0,
				   &o.maintenance_irq);
	initialize(&setup);
	return kvmlib__setup_end(&setup, ret_gic);
}

/* ITS */

static int check_its(const struct kvmlib_device *gic, const struct kvmlib_arm64_its_opts *o,
		     const char *function)
{
	const struct kvmlib__range range = { o->address, KVMLIB_VGIC_V3_ITS_SIZE };
	struct kvmlib_arm64_gic_v3_opts of_gic;
	int r;

	if (!kvmlib__fd_is(gic->vm->system, gic->fd, "anon_inode:kvm-arm-vgic-v3"))
		return KVMLIB__SETUP_REFUSE(function, BAD_ARGUMENT, KVMLIB__VALUE(ARGUMENT, 1));
	r = kvmlib__setup_check_range(&range, FRAME, function);
	if (r < 0 || !o->gic)
		return r;
	r = kvmlib__setup_opts(&of_gic, sizeof(of_gic), o->gic, function);
	if (!r)
		r = kvmlib__setup_vcpus(gic->vm, &of_gic.nr_vcpus, function);
	return r < 0 ? r : check_apart_from_gic(&range, &of_gic, SIZE_MAX, function);
}

int kvmlib_arm64_its_create(struct kvmlib_device *gic, const struct kvmlib_arm64_its_opts *opts,
			    struct kvmlib_device **ret_its)
{
	struct kvmlib_arm64_its_opts o;
	struct kvmlib__setup setup;
	int r;

	if (!gic || !opts || !ret_its)
		return KVMLIB__NULL_ARGUMENT(!gic ? 1 : opts ? 3 : 2);
	r = kvmlib__setup_opts(&o, sizeof(o), opts, __func__);
	if (!r)
		r = check_its(gic, &o, __func__);
	if (r < 0)
		return r;
	kvmlib__setup_begin(&setup, gic->vm, KVMLIB_DEV_TYPE_ARM_VGIC_ITS, __func__);
	set_address(&setup, KVMLIB_VGIC_ITS_ADDR_TYPE, &o.address);
	initialize(&setup);
	return kvmlib__setup_end(&setup, ret_its);
}

#else

int kvmlib_arm64_gic_probe(struct kvmlib_vm *vm, uint32_t *ret_found)
{
	if (!vm || !ret_found)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_gic_v2_create(struct kvmlib_vm *vm, const struct kvmlib_arm64_gic_v2_opts *opts,
			       struct kvmlib_device **ret_gic)
{
	if (!vm || !opts || !ret_gic)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_gic_v3_create(struct kvmlib_vm *vm, const struct kvmlib_arm64_gic_v3_opts *opts,
			       struct kvmlib_device **ret_gic)
{
	if (!vm || !opts || !ret_gic)
		return KVMLIB__NULL_ARGUMENT(!vm ? 1 : opts ? 3 : 2);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

int kvmlib_arm64_its_create(struct kvmlib_device *gic, const struct kvmlib_arm64_its_opts *opts,
			    struct kvmlib_device **ret_its)
{
	if (!gic || !opts || !ret_its)
		return KVMLIB__NULL_ARGUMENT(!gic ? 1 : opts ? 3 : 2);
	return KVMLIB__REFUSE(-EOPNOTSUPP, ARCH_UNSUPPORTED, 1);
}

#endif
