/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define MAX_ATTR_SIZE 4096U
#define OF_VCPU	      UINT64_C(0xffffffff00000000) /* which one, in a register's number */
#define ATTR_BOTH     (KVMLIB_SIM_ATTR_SET | KVMLIB_SIM_ATTR_GET)

/* What was last written to an attribute. */
struct sim_value {
	struct sim_value *next;
	const struct sim_attr *attr;
	uint64_t number;
	_Alignas(uint64_t) uint8_t bytes[];
};

static const struct {
	uint32_t type;
	unsigned int flags;
	const char *name;
} types[] = {
#if defined(__x86_64__) || defined(__aarch64__) || defined(__powerpc64__) || defined(__s390x__)
	{ KVMLIB_DEV_TYPE_VFIO, SIM_TYPE_VFIO | SIM_TYPE_NO_GET, "kvm-vfio" },
#endif
#if defined(__aarch64__)
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V2, SIM_TYPE_IRQCHIP, "kvm-arm-vgic-v2" },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, SIM_TYPE_IRQCHIP | SIM_TYPE_NEEDS_INIT, "kvm-arm-vgic-v3" },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, 0, "kvm-arm-vgic-its" },
#elif defined(__riscv)
	{ KVMLIB_DEV_TYPE_RISCV_AIA, SIM_TYPE_IRQCHIP | SIM_TYPE_NEEDS_INIT, "kvm-riscv-aia" },
#elif defined(__s390x__)
	{ KVMLIB_DEV_TYPE_FLIC, 0, "kvm-flic" },
#elif defined(__loongarch__)
	{ KVMLIB_DEV_TYPE_LOONGARCH_IPI, SIM_TYPE_NO_HAS, "kvm-loongarch-ipi" },
	{ KVMLIB_DEV_TYPE_LOONGARCH_EIOINTC, SIM_TYPE_NO_HAS, "kvm-loongarch-eiointc" },
	{ KVMLIB_DEV_TYPE_LOONGARCH_PCHPIC, SIM_TYPE_NO_HAS, "kvm-loongarch-pch-pic" },
#endif
};

static const struct {
	uint32_t type;
	uint32_t group;
	uint64_t attr;
	size_t size;
	uint32_t access;
} attrs[] = {
#if defined(__x86_64__) || defined(__aarch64__) || defined(__powerpc64__) || defined(__s390x__)
	{ KVMLIB_DEV_TYPE_VFIO, KVMLIB_DEV_VFIO_FILE, KVMLIB_DEV_VFIO_FILE_ADD, sizeof(int32_t),
	  KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_VFIO, KVMLIB_DEV_VFIO_FILE, KVMLIB_DEV_VFIO_FILE_DEL, sizeof(int32_t),
	  KVMLIB_SIM_ATTR_SET },
#endif
#if defined(__powerpc64__)
	{ KVMLIB_DEV_TYPE_VFIO, KVMLIB_DEV_VFIO_GROUP, KVMLIB_DEV_VFIO_GROUP_SET_SPAPR_TCE,
	  sizeof(struct kvm_vfio_spapr_tce), KVMLIB_SIM_ATTR_SET },
#endif
#if defined(__aarch64__)
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V2, KVMLIB_DEV_ARM_VGIC_GRP_ADDR, 0, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V2, KVMLIB_DEV_ARM_VGIC_GRP_ADDR, 1, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V2, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V2, KVMLIB_DEV_ARM_VGIC_GRP_CTRL, KVMLIB_DEV_ARM_VGIC_CTRL_INIT,
	  0, KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_ADDR, 2, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_ADDR, 3, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_ADDR, 5, 8, KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_NR_IRQS, 0, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_MAINT_IRQ, 0, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_CTRL, KVMLIB_DEV_ARM_VGIC_CTRL_INIT,
	  0, KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_ADDR, 4, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_CTRL,
	  KVMLIB_DEV_ARM_VGIC_SAVE_PENDING_TABLES, 0, KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_CTRL, KVMLIB_DEV_ARM_VGIC_CTRL_INIT,
	  0, KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_CTRL,
	  KVMLIB_DEV_ARM_ITS_SAVE_TABLES, 0, KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_CTRL,
	  KVMLIB_DEV_ARM_ITS_RESTORE_TABLES, 0, KVMLIB_SIM_ATTR_SET },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_CTRL, KVMLIB_DEV_ARM_ITS_CTRL_RESET,
	  0, KVMLIB_SIM_ATTR_SET },
#elif defined(__riscv)
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, 0, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, 1, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, 2, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, 3, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, 4, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, 5, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CONFIG, 6, 4, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_ADDR, 0, 8, ATTR_BOTH },
	/* the IMSICs of as many vCPUs as tests have */
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_ADDR, 1, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_ADDR, 2, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_ADDR, 3, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_ADDR, 4, 8, ATTR_BOTH },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_CTRL, KVMLIB_DEV_RISCV_AIA_CTRL_INIT,
	  0, KVMLIB_SIM_ATTR_SET },
#endif
	{ SIM_NR_DEVICE_TYPES, 0, 0, 0, 0 },
};

/* Registers: those of the range, of whomever; each keeps what was last written to it. */
static const struct {
	uint32_t type;
	uint32_t group;
	uint64_t first;
	uint64_t last;
	uint64_t whose;
	size_t size;
} registers[] = {
#if defined(__aarch64__)
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V2, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, 0, 0xfff, OF_VCPU, 4 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V2, KVMLIB_DEV_ARM_VGIC_GRP_CPU_REGS, 0, 0xff, OF_VCPU, 4 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_DIST_REGS, 0, 0xffff, OF_VCPU, 4 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_REDIST_REGS, 0, 0x1ffff, OF_VCPU,
	  4 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_LEVEL_INFO, 0, 0x3ff, OF_VCPU, 4 },
	/* but for active priorities that only hosts with more of them have */
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_CPU_SYSREGS, 0, 0xc644, OF_VCPU, 8 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_CPU_SYSREGS, 0xc648, 0xc648, OF_VCPU,
	  8 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_V3, KVMLIB_DEV_ARM_VGIC_GRP_CPU_SYSREGS, 0xc64c, 0xffff, OF_VCPU,
	  8 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, 0x0, 0x0, 0, 8 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, 0x4, 0x4, 0, 8 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, 0x80, 0x90, 0, 8 },
	{ KVMLIB_DEV_TYPE_ARM_VGIC_ITS, KVMLIB_DEV_ARM_VGIC_GRP_ITS_REGS, 0x100, 0x138, 0, 8 },
#elif defined(__riscv)
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_APLIC, 0,
	  KVMLIB_DEV_RISCV_APLIC_SIZE - 1, 0, 4 },
	{ KVMLIB_DEV_TYPE_RISCV_AIA, KVMLIB_DEV_RISCV_AIA_GRP_IMSIC, 0,
	  KVMLIB_DEV_RISCV_AIA_IMSIC_ISEL_MASK, UINT64_MAX - KVMLIB_DEV_RISCV_AIA_IMSIC_ISEL_MASK,
	  8 },
#endif
	{ SIM_NR_DEVICE_TYPES, 0, 0, 0, 0, 0 },
};

static bool is_among(const struct sim_attr *attr, uint64_t number)
{
	return (number & ~attr->whose) >= attr->attr && (number & ~attr->whose) <= attr->last;
}

static struct sim_attr *find_attr(const struct kvmlib_sim *sim, uint32_t type, uint32_t group,
				  uint64_t attr)
{
	struct sim_attr *a = sim->types[type].attrs;

	while (a && (a->group != group || !is_among(a, attr)))
		a = a->next;
	return a;
}

static int add_attr(struct kvmlib_sim *sim, uint32_t type, const struct sim_attr *model)
{
	struct sim_attr *attr = calloc(1, sizeof(*attr));

	if (!attr)
		return -ENOMEM;
	*attr = *model;
	attr->next = sim->types[type].attrs;
	sim->types[type].attrs = attr;
	if (!sim->types[type].name)
		sim->types[type].name = "kvm-device";
	return 0;
}

static int add_registers(struct kvmlib_sim *sim)
{
	int r = 0;

	for (size_t i = 0; r == 0 && registers[i].type < SIM_NR_DEVICE_TYPES; i++) {
		struct sim_attr model = {
			.group = registers[i].group,
			.attr = registers[i].first,
			.last = registers[i].last,
			.whose = registers[i].whose,
			.size = registers[i].size,
			.access = ATTR_BOTH,
		};

		r = add_attr(sim, registers[i].type, &model);
	}
	return r;
}

int kvmlib__sim_init_types(struct kvmlib_sim *sim)
{
	int r = add_registers(sim);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		sim->types[types[i].type].name = types[i].name;
		sim->types[types[i].type].flags = types[i].flags;
	}
	for (size_t i = 0; r == 0 && attrs[i].type < SIM_NR_DEVICE_TYPES; i++) {
		struct sim_attr model = {
			.group = attrs[i].group,
			.attr = attrs[i].attr,
			.last = attrs[i].attr,
			.size = attrs[i].size,
			.access = attrs[i].access,
		};

		r = add_attr(sim, attrs[i].type, &model);
	}
	return r;
}

void kvmlib__sim_free_types(struct kvmlib_sim *sim)
{
	for (size_t i = 0; i < SIM_NR_DEVICE_TYPES; i++)
		while (sim->types[i].attrs) {
			struct sim_attr *attr = sim->types[i].attrs;

			sim->types[i].attrs = attr->next;
			free(attr);
		}
}

int kvmlib_sim_add_attr(struct kvmlib_sim *sim, uint32_t type, uint32_t group, uint64_t attr,
			size_t size, uint32_t access)
{
	struct sim_attr model = {
		.group = group, .attr = attr, .last = attr, .size = size, .access = access
	};
	int r;

	if (!sim || type >= SIM_NR_DEVICE_TYPES || size > MAX_ATTR_SIZE || access & ~ATTR_BOTH)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = add_attr(sim, type, &model); /* found before an older one */
	kvmlib__sim_unlock(sim);
	return r;
}

static bool exists(const struct sim_vm *vm, uint32_t type)
{
	for (const struct sim_device *device = vm->devices; device; device = device->next)
		if (device->type == type)
			return true;
	return false;
}

static int check_create(const struct sim_vm *vm, uint32_t type)
{
	unsigned int flags = vm->sim->types[type].flags;

	if (flags & SIM_TYPE_VFIO && exists(vm, type))
		return REFUSE(DEVICE_VFIO_TWICE);
	return flags & SIM_TYPE_IRQCHIP ? kvmlib__sim_check_irqchip(vm, type) : 0;
}

static int open_device(struct sim_vm *vm, struct sim_device *device)
{
	unsigned int flags = vm->sim->types[device->type].flags;
	int r = kvmlib__sim_open_file(vm->sim, SIM_DEVICE, vm, NULL, device);

	if (r < 0)
		return r;
	device->next = vm->devices;
	vm->devices = device;
	if (flags & SIM_TYPE_IRQCHIP)
		kvmlib__sim_set_irqchip(vm, !(flags & SIM_TYPE_NEEDS_INIT));
	return r;
}

static int create(struct sim_vm *vm, uint32_t type)
{
	struct sim_device *device;
	int r = check_create(vm, type);

	if (r < 0)
		return r;
	device = calloc(1, sizeof(*device));
	if (!device)
		return -ENOMEM;
	device->vm = vm;
	device->type = type;
	r = open_device(vm, device);
	if (r < 0)
		free(device);
	return r;
}

int kvmlib__sim_create_device(const struct sim_call *call)
{
	struct kvm_create_device args;
	int r = kvmlib__sim_copy_from_user(&args, call->arg, sizeof(args));

	if (r < 0)
		return r;
	if (args.type >= SIM_NR_DEVICE_TYPES || !call->sim->types[args.type].name)
		return REFUSE(DEVICE_TYPE);
	if (!(args.flags & KVMLIB_CREATE_DEVICE_TEST)) {
		r = create(call->vm, args.type);
		if (r < 0)
			return r;
		args.fd = (uint32_t)r;
	}
	return kvmlib__sim_copy_to_user(call->arg, &args, sizeof(args));
}

void kvmlib__sim_free_device(struct sim_device *device)
{
	while (device->values) {
		struct sim_value *value = device->values;

		device->values = value->next;
		free(value);
	}
	free(device->files);
	free(device);
}

/* Devices stay in the VM after their last descriptor; VFIO's does not. */
void kvmlib__sim_close_device(struct sim_device *device)
{
	struct sim_device **link = &device->vm->devices;

	if (!(device->vm->sim->types[device->type].flags & SIM_TYPE_VFIO))
		return;
	while (*link != device)
		link = &(*link)->next;
	*link = device->next;
	kvmlib__sim_free_device(device);
}

static struct sim_value *find_value(struct sim_device *device, const struct sim_attr *attr,
				    uint64_t number)
{
	struct sim_value *value = device->values;

	while (value && (value->attr != attr || value->number != number))
		value = value->next;
	if (value)
		return value;
	value = calloc(1, sizeof(*value) + attr->size);
	if (!value)
		return NULL;
	value->attr = attr;
	value->number = number;
	value->next = device->values;
	device->values = value;
	return value;
}

void *kvmlib__sim_value(const struct sim_device *device, uint32_t group, uint64_t number)
{
	struct sim_value *value = device->values;

	while (value && (value->attr->group != group || value->number != number))
		value = value->next;
	return value ? value->bytes : NULL;
}

static size_t find_vfio_file(const struct sim_device *device, int fd)
{
	size_t i = 0;

	while (i < device->nr_files && device->files[i] != fd)
		i++;
	return i;
}

static int add_vfio_file(struct sim_device *device, int fd)
{
	int *files;

	if (find_vfio_file(device, fd) < device->nr_files)
		return REFUSE(VFIO_TWICE);
	files = kvmlib__sim_make_room(device->files, &device->files_room, device->nr_files + 1,
				      sizeof(*files));
	if (!files)
		return -ENOMEM;
	device->files = files;
	device->files[device->nr_files++] = fd;
	return 0;
}

static int remove_vfio_file(struct sim_device *device, int fd)
{
	size_t i = find_vfio_file(device, fd);

	if (i == device->nr_files)
		return REFUSE(VFIO_ABSENT);
	device->files[i] = device->files[--device->nr_files];
	return 0;
}

static bool is_open(const struct sim_device *device, int fd)
{
	return kvmlib__sim_file(device->vm->sim, fd) || fcntl(fd, F_GETFD) >= 0;
}

#if defined(__powerpc64__)
/* So does any for a table of the VM's. */
static int set_vfio_table(const struct sim_device *device, const struct kvm_vfio_spapr_tce *tce)
{
	if (!is_open(device, tce->groupfd))
		return REFUSE(VFIO_FILE);
	if (find_vfio_file(device, tce->groupfd) == device->nr_files)
		return REFUSE(VFIO_ABSENT);
	if (!is_open(device, tce->tablefd))
		return REFUSE(VFIO_FILE);
	return kvmlib__sim_file(device->vm->sim, tce->tablefd) ? REFUSE(VFIO_TABLE) : 0;
}
#endif

/* Any file of the real system passes for one of VFIO. */
static int set_vfio_file(struct sim_device *device, uint64_t attr, int fd)
{
	bool ours = kvmlib__sim_file(device->vm->sim, fd) != NULL;

	if (!is_open(device, fd))
		return REFUSE(VFIO_FILE);
	if (attr == KVMLIB_DEV_VFIO_FILE_DEL)
		return remove_vfio_file(device, fd);
	return ours ? REFUSE(VFIO_NOT_VFIO) : add_vfio_file(device, fd);
}

static bool is_vfio_file(const struct sim_device *device, const struct sim_attr *attr)
{
	return device->vm->sim->types[device->type].flags & SIM_TYPE_VFIO &&
	       attr->group == KVMLIB_DEV_VFIO_FILE && attr->attr <= KVMLIB_DEV_VFIO_FILE_DEL &&
	       attr->size == sizeof(int32_t);
}

/* The initialization of an irqchip is the attribute 0 without a value. */
static bool makes_ready(const struct sim_device *device, const struct sim_attr *attr)
{
	return !attr->size && !attr->attr &&
	       device->vm->sim->types[device->type].flags & SIM_TYPE_IRQCHIP;
}

static int store_value(struct sim_device *device, const struct sim_attr *attr, uint64_t wanted,
		       const uint8_t *bytes)
{
	struct sim_value *value;
	uint64_t number = 0;
	int32_t fd;
	int r;

	if (is_vfio_file(device, attr)) {
		memcpy(&fd, bytes, sizeof(fd));
		return set_vfio_file(device, attr->attr, fd);
	}
#if defined(__powerpc64__)
	if (device->vm->sim->types[device->type].flags & SIM_TYPE_VFIO &&
	    attr->attr == KVMLIB_DEV_VFIO_GROUP_SET_SPAPR_TCE) {
		struct kvm_vfio_spapr_tce tce;

		memcpy(&tce, bytes, sizeof(tce));
		return set_vfio_table(device, &tce);
	}
#endif
	memcpy(&number, bytes, attr->size < sizeof(number) ? attr->size : sizeof(number));
	r = kvmlib__sim_check_controller(device, attr, wanted, number);
	if (r)
		return r < 0 ? r : 0;
	value = find_value(device, attr, wanted);
	if (!value)
		return -ENOMEM;
	memcpy(value->bytes, bytes, attr->size);
	if (makes_ready(device, attr))
		device->vm->irqchip_ready = true;
	return 0;
}

static int find_call_attr(const struct sim_call *call, unsigned int no_access,
			  struct kvm_device_attr *args, const struct sim_attr **ret_attr)
{
	const struct sim_attr *attr;
	int r;

	if (call->sim->types[call->device->type].flags & no_access)
		return REFUSE(ATTR_ACCESS);
	r = kvmlib__sim_copy_from_user(args, call->arg, sizeof(*args));
	if (r < 0)
		return r;
	attr = find_attr(call->sim, call->device->type, args->group, args->attr);
	if (!attr)
		return REFUSE(ATTR_UNKNOWN);
	*ret_attr = attr;
	return kvmlib__sim_check_register(call->device, args->group, args->attr);
}

int kvmlib__sim_set_device_attr(const struct sim_call *call)
{
	const struct sim_attr *attr;
	struct kvm_device_attr args;
	uint8_t bytes[MAX_ATTR_SIZE];
	int r = find_call_attr(call, 0, &args, &attr);

	if (r < 0)
		return r;
	if (!(attr->access & KVMLIB_SIM_ATTR_SET))
		return REFUSE(ATTR_ACCESS);
	r = kvmlib__sim_copy_from_user(bytes, args.addr, attr->size);
	return r < 0 ? r : store_value(call->device, attr, args.attr, bytes);
}

int kvmlib__sim_get_device_attr(const struct sim_call *call)
{
	const struct sim_attr *attr;
	const struct sim_value *value;
	struct kvm_device_attr args;
	int r = find_call_attr(call, SIM_TYPE_NO_GET, &args, &attr);

	if (r < 0)
		return r;
	if (!(attr->access & KVMLIB_SIM_ATTR_GET))
		return REFUSE(ATTR_ACCESS);
	value = find_value(call->device, attr, args.attr);
	if (!value)
		return -ENOMEM;
	return kvmlib__sim_copy_to_user(args.addr, value->bytes, attr->size);
}

int kvmlib__sim_has_device_attr(const struct sim_call *call)
{
	const struct sim_attr *attr;
	struct kvm_device_attr args;

	return find_call_attr(call, SIM_TYPE_NO_HAS, &args, &attr);
}
