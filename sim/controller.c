/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the interrupt controllers of arm64 and riscv64 ask of the attributes that set them up. */
#include "internal.h"

#if defined(__aarch64__)
#define DEFAULT_IPA_BITS 40U
#define MIN_IRQS	 64U
#define MAX_IRQS	 1023U
#define SIZE_4K		 UINT64_C(0x1000)
#define SIZE_64K	 UINT64_C(0x10000)

static uint64_t end_of_addresses(const struct sim_vm *vm)
{
	uint32_t bits = vm->type & 0xffU;

	return UINT64_C(1) << (bits ? bits : DEFAULT_IPA_BITS);
}

static int check_range(const struct sim_device *device, uint64_t address, uint64_t size,
		       uint64_t alignment)
{
	if (address % alignment || address + size < address)
		return REFUSE(VGIC_ADDRESS);
	return address + size > end_of_addresses(device->vm) ? REFUSE(VGIC_LIMIT) : 0;
}

static int add_redistributors(struct sim_device *device, uint64_t address, uint64_t size)
{
	int r;

	for (size_t i = 0; i < device->nr_ranges; i++)
		if (address < device->ranges[i].end && device->ranges[i].start < address + size)
			return REFUSE(VGIC_REGION);
	r = check_range(device, address, size, SIZE_64K);
	if (r < 0)
		return r;
	device->ranges[device->nr_ranges].start = address;
	device->ranges[device->nr_ranges++].end = address + size;
	return 0;
}

/* One region for all vCPUs is index 0 without a number of redistributors. */
static int check_region(struct sim_device *device, uint64_t value)
{
	uint64_t count = value >> 52;

	if (!count || value >> 12 & 0xfU || (value & 0xffU) != device->nr_ranges ||
	    device->is_single || device->nr_ranges == SIM_NR_RANGES)
		return REFUSE(VGIC_REGION);
	return add_redistributors(device, value & UINT64_C(0xfffffffff0000),
				  count * KVMLIB_VGIC_V3_REDIST_SIZE);
}

static int check_single(struct sim_device *device, uint64_t address)
{
	int r;

	if (device->nr_ranges)
		return device->is_single ? REFUSE(VGIC_ADDRESS_SET) : REFUSE(VGIC_REGION);
	r = add_redistributors(device, address,
			       device->vm->nr_vcpus * (uint64_t)KVMLIB_VGIC_V3_REDIST_SIZE);
	device->is_single = r == 0;
	return r;
}

static int check_address(struct sim_device *device, const struct sim_attr *attr, uint64_t value)
{
	static const struct {
		uint64_t size;
		uint64_t alignment;
	} kinds[] = {
		[KVMLIB_VGIC_V2_ADDR_TYPE_DIST] = { KVMLIB_VGIC_V2_DIST_SIZE, SIZE_4K },
		[KVMLIB_VGIC_V2_ADDR_TYPE_CPU] = { KVMLIB_VGIC_V2_CPU_SIZE, SIZE_4K },
		[KVMLIB_VGIC_V3_ADDR_TYPE_DIST] = { KVMLIB_VGIC_V3_DIST_SIZE, SIZE_64K },
		[KVMLIB_VGIC_ITS_ADDR_TYPE] = { KVMLIB_VGIC_V3_ITS_SIZE, SIZE_64K },
	};

	if (attr->attr == KVMLIB_VGIC_V3_ADDR_TYPE_REDIST)
		return check_single(device, value);
	if (attr->attr == KVMLIB_VGIC_V3_ADDR_TYPE_REDIST_REGION)
		return check_region(device, value);
	if (kvmlib__sim_value(device, attr->group, attr->attr))
		return REFUSE(VGIC_ADDRESS_SET);
	return check_range(device, value, kinds[attr->attr].size, kinds[attr->attr].alignment);
}

static int check_irqs(const struct sim_device *device, const struct sim_attr *attr, uint32_t value)
{
	if (value < MIN_IRQS || value > MAX_IRQS || value % 32)
		return REFUSE(VGIC_IRQS);
	return kvmlib__sim_value(device, attr->group, attr->attr) ? REFUSE(VGIC_IRQS_SET) : 0;
}

/* An ITS that is on keeps its queue and tables; a queue begins at its beginning. */

#define ITS(device, offset) \
	((uint64_t *)kvmlib__sim_value(device, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, offset))

static void clear(uint64_t *value)
{
	if (value)
		*value = 0;
}

static int write_its(struct sim_device *device, uint64_t offset)
{
	const uint64_t *control = ITS(device, 0x0);
	const bool is_on = control && *control & 1;

	if (is_on && offset == 0x90)
		return REFUSE(ITS_IN_USE);
	if (is_on && (offset == 0x80 || offset >= 0x100))
		return 1;
	if (offset == 0x80) {
		clear(ITS(device, 0x88));
		clear(ITS(device, 0x90));
	}
	return 0;
}

static int control_its(struct sim_device *device, uint64_t what)
{
	if (what != KVMLIB_DEV_ARM_ITS_CTRL_RESET)
		return 0;
	for (uint64_t offset = 0x80; offset <= 0x138; offset += 8)
		clear(ITS(device, offset));
	clear(ITS(device, 0x0));
	return 0;
}

int kvmlib__sim_check_register(const struct sim_device *device, uint32_t group, uint64_t number)
{
	(void)device;
	(void)group;
	(void)number;
	return 0;
}

int kvmlib__sim_check_controller(struct sim_device *device, const struct sim_attr *attr,
				 uint64_t number, uint64_t value)
{
	if (device->type != KVMLIB_DEV_TYPE_ARM_VGIC_V2 &&
	    device->type != KVMLIB_DEV_TYPE_ARM_VGIC_V3 &&
	    device->type != KVMLIB_DEV_TYPE_ARM_VGIC_ITS)
		return 0;
	switch (attr->group) {
	case KVMLIB_DEV_ARM_VGIC_GRP_ADDR:
		return check_address(device, attr, value);
	case KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS:
		return check_irqs(device, attr, (uint32_t)value);
	case KVMLIB_DEV_ARM_VGIC_GRP_MAINT_IRQ:
		return value < 16 || value > 31 ? REFUSE(VGIC_MAINTENANCE) : 0;
	case KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS:
		return write_its(device, number);
	case KVMLIB_DEV_ARM_VGIC_GRP_CTRL:
		return device->type == KVMLIB_DEV_TYPE_ARM_VGIC_ITS ? control_its(device, number)
								    : 0;
	default:
		return 0;
	}
}

#elif defined(__riscv)
#define HOST_IDS   256U /* of the host's IMSICs */
#define PAGE_SHIFT 12U

/* The first value that each kind of number can't have; the first are the modes. */
static const uint32_t ends[] = {
	KVMLIB_DEV_RISCV_AIA_MODE_AUTO + 1,
	HOST_IDS,
	HOST_IDS,
	KVMLIB_DEV_RISCV_AIA_GROUP_BITS_MAX,
	KVMLIB_DEV_RISCV_AIA_GROUP_SHIFT_MAX,
	KVMLIB_DEV_RISCV_AIA_HART_BITS_MAX,
	KVMLIB_DEV_RISCV_AIA_GUEST_BITS_MAX,
};

static int check_number(uint64_t attr, uint32_t value)
{
	const uint32_t ids = KVMLIB_DEV_RISCV_AIA_IDS_MIN;

	if (value >= ends[attr] ||
	    (attr == KVMLIB_DEV_RISCV_AIA_CONFIG_IDS && (value & ids) != ids) ||
	    (attr == KVMLIB_DEV_RISCV_AIA_CONFIG_GROUP_SHIFT &&
	     value < KVMLIB_DEV_RISCV_AIA_GROUP_SHIFT_MIN))
		return REFUSE(AIA_NUMBER);
	return 0;
}

static uint32_t configured(const struct sim_device *device, uint64_t attr, uint32_t otherwise)
{
	const uint32_t *value = kvmlib__sim_value(device, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, attr);

	return value ? *value : otherwise;
}

static uint64_t ones(uint32_t n)
{
	return (UINT64_C(1) << n) - 1;
}

static uint64_t free_bits(const struct sim_device *device)
{
	uint32_t shift = configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_GROUP_SHIFT,
				    KVMLIB_DEV_RISCV_AIA_GROUP_SHIFT_MIN);

	return ones(configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_HART_BITS, 0) +
		    configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_GUEST_BITS, 0) + PAGE_SHIFT) |
	       ones(configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_GROUP_BITS, 0)) << shift;
}

static int check_imsics(const struct sim_device *device)
{
	const uint64_t *first = NULL;

	for (unsigned int i = 0; i < device->vm->nr_vcpus; i++) {
		const uint64_t *imsic =
			kvmlib__sim_value(device, KVMLIB_DEV_RISCV_AIA_GRP_ADDR, 1 + i);

		if (!first)
			first = imsic;
		if (!imsic || (*imsic ^ *first) & ~free_bits(device))
			return REFUSE(AIA_INIT);
	}
	return 0;
}

static int check_init(const struct sim_device *device)
{
	uint32_t sources = configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_SRCS, 0);

	if (configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_IDS, HOST_IDS - 1) < sources)
		return REFUSE(AIA_INIT);
	if (sources && !kvmlib__sim_value(device, KVMLIB_DEV_RISCV_AIA_GRP_ADDR,
					  KVMLIB_DEV_RISCV_AIA_ADDR_APLIC))
		return REFUSE(AIA_INIT);
	return check_imsics(device);
}

/* The APLIC is there if it has sources; an IMSIC has each second number, for 64 identities. */

static int check_imsic(const struct sim_device *device, uint64_t number)
{
	const uint64_t select = number & KVMLIB_DEV_RISCV_AIA_IMSIC_ISEL_MASK;
	const uint64_t vcpu = number >> KVMLIB_DEV_RISCV_AIA_IMSIC_ISEL_BITS;
	const uint32_t ids = configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_IDS, HOST_IDS - 1);

	if (vcpu >= device->vm->nr_vcpus)
		return REFUSE(AIA_ABSENT);
	if (select == 0x70 || select == 0x72)
		return 0;
	return select < 0x80 || select > 0xff || select % 2 || select % 0x40 > ids / 32
		       ? REFUSE(AIA_REGISTER)
		       : 0;
}

int kvmlib__sim_check_register(const struct sim_device *device, uint32_t group, uint64_t number)
{
	if (device->type != KVMLIB_DEV_TYPE_RISCV_AIA)
		return 0;
	if (group == KVMLIB_DEV_RISCV_AIA_GRP_IMSIC)
		return check_imsic(device, number);
	if (group == KVMLIB_DEV_RISCV_AIA_GRP_APLIC &&
	    !configured(device, KVMLIB_DEV_RISCV_AIA_CONFIG_SRCS, 0))
		return REFUSE(AIA_ABSENT);
	return 0;
}

static bool is_register(const struct sim_attr *attr)
{
	return attr->group == KVMLIB_DEV_RISCV_AIA_GRP_IMSIC ||
	       attr->group == KVMLIB_DEV_RISCV_AIA_GRP_APLIC;
}

int kvmlib__sim_check_controller(struct sim_device *device, const struct sim_attr *attr,
				 uint64_t number, uint64_t value)
{
	(void)number;
	if (device->type != KVMLIB_DEV_TYPE_RISCV_AIA || is_register(attr))
		return 0;
	if (attr->group == KVMLIB_DEV_RISCV_AIA_GRP_ADDR && attr->attr > device->vm->nr_vcpus)
		return REFUSE(ATTR_UNKNOWN);
	if (device->vm->irqchip_ready)
		return REFUSE(AIA_READY);
	if (attr->group == KVMLIB_DEV_RISCV_AIA_GRP_CONFIG)
		return check_number(attr->attr, (uint32_t)value);
	if (attr->group == KVMLIB_DEV_RISCV_AIA_GRP_ADDR)
		return value % KVMLIB_DEV_RISCV_IMSIC_ALIGN ? REFUSE(AIA_ADDRESS) : 0;
	return check_init(device);
}

#else
int kvmlib__sim_check_register(const struct sim_device *device, uint32_t group, uint64_t number)
{
	(void)device;
	(void)group;
	(void)number;
	return 0;
}

int kvmlib__sim_check_controller(struct sim_device *device, const struct sim_attr *attr,
				 uint64_t number, uint64_t value)
{
	(void)device;
	(void)attr;
	(void)number;
	(void)value;
	return 0;
}
#endif
