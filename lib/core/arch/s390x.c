/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/s390x.h>

#include <kvmlib/uapi_flags.h>

#include "../../base/opts.h"
#define KVMLIB__STRUCTS "uapi_structs_s390x.h" /* other architectures make no call */
#include "../handles.h"

#define PAGE_BITS 12

_Static_assert(sizeof(struct kvmlib_s390_mem_op) == 56, "no padding");
_Static_assert(offsetof(struct kvmlib_s390_mem_op, reserved) == 54, "no padding");
_Static_assert(sizeof(struct kvmlib_s390_zpci_op) == 40, "no padding");
_Static_assert(offsetof(struct kvmlib_s390_zpci_op, reserved) == 39, "no padding");

/* What all calls on a vCPU tell of themselves, and what this one tells besides. */
#define VCPU_IOCTL(ioc, arg, ...)                                                           \
	KVMLIB__ON_VM_IOCTL(vcpu->vm, vcpu->fd, ioc, arg, KVMLIB__VALUE(VCPU_ID, vcpu->id), \
			    __VA_ARGS__)

int kvmlib_vcpu_s390_ucas_map(struct kvmlib_vcpu *vcpu, uint64_t user_addr, uint64_t vcpu_addr,
			      uint64_t length)
{
	struct kvm_s390_ucas_mapping mapping = {
		.user_addr = user_addr,
		.vcpu_addr = vcpu_addr,
		.length = length,
	};

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_IOCTL(S390_UCAS_MAP, &mapping, KVMLIB__VALUE(HOST_ADDRESS, user_addr),
			  KVMLIB__VALUE(GPA, vcpu_addr), KVMLIB__VALUE(SIZE, length));
}

int kvmlib_vcpu_s390_ucas_unmap(struct kvmlib_vcpu *vcpu, uint64_t vcpu_addr, uint64_t length)
{
	struct kvm_s390_ucas_mapping mapping = { .vcpu_addr = vcpu_addr, .length = length };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_IOCTL(S390_UCAS_UNMAP, &mapping, KVMLIB__VALUE(GPA, vcpu_addr),
			  KVMLIB__VALUE(SIZE, length));
}

int kvmlib_vcpu_s390_vcpu_fault(struct kvmlib_vcpu *vcpu, uint64_t vcpu_addr)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_IOCTL(S390_VCPU_FAULT, vcpu_addr, KVMLIB__VALUE(GPA, vcpu_addr));
}

int kvmlib_vcpu_s390_store_status(struct kvmlib_vcpu *vcpu, uint64_t addr)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_IOCTL(S390_STORE_STATUS, addr, KVMLIB__VALUE(GPA, addr));
}

int kvmlib_vcpu_s390_set_initial_psw(struct kvmlib_vcpu *vcpu, uint64_t mask, uint64_t addr)
{
	struct kvm_s390_psw psw = { .mask = mask, .addr = addr };

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return VCPU_IOCTL(S390_SET_INITIAL_PSW, &psw, KVMLIB__VALUE(FLAGS, mask),
			  KVMLIB__VALUE(ADDRESS, addr));
}

int kvmlib_vcpu_s390_normal_reset(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, S390_NORMAL_RESET, 0);
}

int kvmlib_vcpu_s390_initial_reset(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, S390_INITIAL_RESET, 0);
}

int kvmlib_vcpu_s390_clear_reset(struct kvmlib_vcpu *vcpu)
{
	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__VCPU_IOCTL(vcpu, S390_CLEAR_RESET, 0);
}

/* Options as this library knows them, or a refusal; they are each function's second argument. */
static int copy_opts(void *opts, size_t size, const void *given, const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(opts, size, given, &cause);

	if (!r)
		return 0;
	return kvmlib__error_record(
		&(const struct kvmlib__failure){ .function = function,
						 .cause = cause,
						 .errnum = r,
						 KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, 2)) });
}

/* Accesses to the SIDA of a protected guest have an offset where others have register and key. */
static struct kvm_s390_mem_op mem_op(const struct kvmlib_s390_mem_op *o)
{
	struct kvm_s390_mem_op op = {
		.gaddr = o->gaddr,
		.flags = o->flags,
		.size = o->length,
		.op = o->op,
		.buf = (uintptr_t)o->buf,
	};

	if (o->op == KVMLIB_S390_MEMOP_SIDA_READ || o->op == KVMLIB_S390_MEMOP_SIDA_WRITE) {
		op.sida_offset = o->sida_offset;
		return op;
	}
	op.ar = o->ar;
	op.key = o->key;
	op.old_addr = (uintptr_t)o->old;
	return op;
}

#define MEM_OP_VALUES                                                                              \
	KVMLIB__VALUE(TYPE, o.op), KVMLIB__VALUE(ADDRESS, o.gaddr), KVMLIB__VALUE(SIZE, o.length), \
		KVMLIB__VALUE(FLAGS, o.flags)

int kvmlib_vm_s390_mem_op(struct kvmlib_vm *vm, const struct kvmlib_s390_mem_op *options)
{
	struct kvmlib_s390_mem_op o;
	struct kvm_s390_mem_op op;
	int r;

	if (!vm || !options)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = copy_opts(&o, sizeof(o), options, __func__);
	if (r < 0)
		return r;
	if (o.reserved)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	op = mem_op(&o);
	return KVMLIB__VM_IOCTL(vm, S390_MEM_OP, &op, MEM_OP_VALUES);
}

int kvmlib_vcpu_s390_mem_op(struct kvmlib_vcpu *vcpu, const struct kvmlib_s390_mem_op *options)
{
	struct kvmlib_s390_mem_op o;
	struct kvm_s390_mem_op op;
	int r;

	if (!vcpu || !options)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	r = copy_opts(&o, sizeof(o), options, __func__);
	if (r < 0)
		return r;
	if (o.reserved)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	op = mem_op(&o);
	return VCPU_IOCTL(S390_MEM_OP, &op, MEM_OP_VALUES);
}

int kvmlib_vm_s390_get_skeys(struct kvmlib_vm *vm, uint64_t start_gfn, uint64_t count,
			     uint8_t *ret_keys)
{
	struct kvm_s390_skeys skeys = {
		.start_gfn = start_gfn,
		.count = count,
		.skeydata_addr = (uintptr_t)ret_keys,
	};

	if (!vm || !ret_keys)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	return KVMLIB__VM_IOCTL(vm, S390_GET_SKEYS, &skeys,
				KVMLIB__VALUE(GPA, start_gfn << PAGE_BITS),
				KVMLIB__VALUE(PAGES, count));
}

int kvmlib_vm_s390_set_skeys(struct kvmlib_vm *vm, uint64_t start_gfn, uint64_t count,
			     const uint8_t *keys)
{
	struct kvm_s390_skeys skeys = {
		.start_gfn = start_gfn,
		.count = count,
		.skeydata_addr = (uintptr_t)keys,
	};

	if (!vm || !keys)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	return KVMLIB__VM_IOCTL(vm, S390_SET_SKEYS, &skeys,
				KVMLIB__VALUE(GPA, start_gfn << PAGE_BITS),
				KVMLIB__VALUE(PAGES, count));
}

int kvmlib_vm_s390_keyop(struct kvmlib_vm *vm, uint64_t guest_addr, uint8_t operation, uint8_t *key)
{
	struct kvm_s390_keyop keyop = { .guest_addr = guest_addr, .operation = operation };
	int r;

	if (!vm || !key)
		return KVMLIB__NULL_ARGUMENT(vm ? 4 : 1);
	keyop.key = *key;
	r = KVMLIB__VM_IOCTL(vm, S390_KEYOP, &keyop, KVMLIB__VALUE(GPA, guest_addr),
			     KVMLIB__VALUE(TYPE, operation));
	if (r >= 0)
		*key = keyop.key;
	return r;
}

int kvmlib_vm_s390_get_cmma_bits(struct kvmlib_vm *vm, struct kvm_s390_cmma_log *log)
{
	if (!vm || !log)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, S390_GET_CMMA_BITS, log,
				KVMLIB__VALUE(GPA, log->start_gfn << PAGE_BITS),
				KVMLIB__VALUE(PAGES, log->count), KVMLIB__VALUE(FLAGS, log->flags));
}

int kvmlib_vm_s390_set_cmma_bits(struct kvmlib_vm *vm, const struct kvm_s390_cmma_log *log)
{
	if (!vm || !log)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, S390_SET_CMMA_BITS, log,
				KVMLIB__VALUE(GPA, log->start_gfn << PAGE_BITS),
				KVMLIB__VALUE(PAGES, log->count), KVMLIB__VALUE(FLAGS, log->flags));
}

/* What the ultravisor answered, which the kernel writes back on failure too. */
#define ULTRAVISOR(command) \
	KVMLIB__VALUE(FIRMWARE_ERROR, (uint32_t)(command)->rc << 16 | (command)->rrc)

int kvmlib_vm_s390_pv_command(struct kvmlib_vm *vm, struct kvm_pv_cmd *command)
{
	if (!vm || !command)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	return KVMLIB__VM_IOCTL(vm, S390_PV_COMMAND, command, KVMLIB__VALUE(TYPE, command->cmd),
				ULTRAVISOR(command));
}

int kvmlib_vcpu_s390_pv_cpu_command(struct kvmlib_vcpu *vcpu, struct kvm_pv_cmd *command)
{
	if (!vcpu || !command)
		return KVMLIB__NULL_ARGUMENT(vcpu ? 2 : 1);
	return VCPU_IOCTL(S390_PV_CPU_COMMAND, command, KVMLIB__VALUE(TYPE, command->cmd),
			  ULTRAVISOR(command));
}

int kvmlib_vm_s390_zpci_op(struct kvmlib_vm *vm, const struct kvmlib_s390_zpci_op *options)
{
	struct kvmlib_s390_zpci_op o;
	struct kvm_s390_zpci_op op = { 0 };
	int r;

	if (!vm || !options)
		return KVMLIB__NULL_ARGUMENT(vm ? 2 : 1);
	r = copy_opts(&o, sizeof(o), options, __func__);
	if (r < 0)
		return r;
	if (o.reserved)
		return KVMLIB__REFUSE(-EINVAL, BAD_ARGUMENT, 2);
	op.fh = o.fh;
	op.op = o.op;
	op.u.reg_aen.ibv = o.ibv;
	op.u.reg_aen.sb = o.sb;
	op.u.reg_aen.flags = o.flags;
	op.u.reg_aen.noi = o.noi;
	op.u.reg_aen.isc = o.isc;
	op.u.reg_aen.sbo = o.sbo;
	return KVMLIB__VM_IOCTL(vm, S390_ZPCI_OP, &op, KVMLIB__VALUE(TYPE, o.op),
				KVMLIB__VALUE(FLAGS, o.flags), KVMLIB__VALUE(COUNT, o.noi));
}
