/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What s390 alone has. */

#include "wire.h"

#include <string.h>

WIRE_PLAIN(vcpu, s390_normal_reset, S390_NORMAL_RESET);
WIRE_PLAIN(vcpu, s390_initial_reset, S390_INITIAL_RESET);
WIRE_PLAIN(vcpu, s390_clear_reset, S390_CLEAR_RESET);
WIRE_VALUE(vcpu, s390_vcpu_fault, S390_VCPU_FAULT, 0x123456789000);
WIRE_VALUE(vcpu, s390_store_status, S390_STORE_STATUS, UINT64_MAX - 1);
WIRE_SET(vcpu, s390_irq, S390_IRQ);
WIRE_SET(vm, s390_set_cmma_bits, S390_SET_CMMA_BITS);

WIRE_CALL(vcpu, s390_ucas_map, S390_UCAS_MAP,
	  .in = FIELDS(U64(0x7f1234500000), U64(0x1000000000), U64(0x200000000)))
{
	return kvmlib_vcpu_s390_ucas_map(wire_vcpu(), 0x7f1234500000, 0x1000000000, 0x200000000);
}

WIRE_CALL(vcpu, s390_ucas_unmap, S390_UCAS_UNMAP,
	  .in = FIELDS(U64(0), U64(0x1000000000), U64(0x200000000)))
{
	return kvmlib_vcpu_s390_ucas_unmap(wire_vcpu(), 0x1000000000, 0x200000000);
}

WIRE_CALL(vcpu, s390_set_initial_psw, S390_SET_INITIAL_PSW,
	  .in = FIELDS(U64(0x180000000), U64(0x10000)))
{
	return kvmlib_vcpu_s390_set_initial_psw(wire_vcpu(), 0x180000000, 0x10000);
}

#define INTERRUPT(handle)                                                                        \
	WIRE_CALL(handle, s390_interrupt, S390_INTERRUPT,                                        \
		  .in = FIELDS(U32(0xffff2603), U32(0x80000001), U64(0x123456789)))              \
	{                                                                                        \
		return kvmlib_##handle##_s390_interrupt(wire_##handle(), 0xffff2603, 0x80000001, \
							0x123456789);                            \
	}                                                                                        \
	struct wire_row

INTERRUPT(vm);
INTERRUPT(vcpu);

WIRE_CALL(vcpu, s390_set_irq_state, S390_SET_IRQ_STATE, .refuses = AT(2),
	  .in = FIELDS(ADDRESS(wire_in_buffer), U32(0), U32(3 * 72), ZEROS(16)))
{
	return kvmlib_vcpu_s390_set_irq_state(wire_vcpu(), wire_in(2), 3);
}

WIRE_CALL(vcpu, s390_get_irq_state, S390_GET_IRQ_STATE, .refuses = AT(2) | AT(4),
	  .in = FIELDS(ADDRESS(wire_in_buffer), U32(0), U32(3 * 72), ZEROS(16)), .answer = 2 * 72,
	  .result = FIELDS(U32(2)))
{
	return kvmlib_vcpu_s390_get_irq_state(wire_vcpu(), wire_in(2), 3, wire_out(4));
}

#define MEM_OP(handle)                                                                           \
	WIRE_CALL(handle, s390_mem_op, S390_MEM_OP, .refuses = AT(2),                            \
		  .in = FIELDS(U64(0x123456789), U64(4), U32(16),                                \
			       U32(KVMLIB_S390_MEMOP_ABSOLUTE_CMPXCHG), ADDRESS(wire_in_buffer), \
			       U8(7), U8(0x90), ZEROS(6), ADDRESS(wire_out_buffer), ZEROS(16)),  \
		  .answer = 5)                                                                   \
	{                                                                                        \
		struct kvmlib_s390_mem_op options = {                                            \
			.size = sizeof(options),                                                 \
			.gaddr = 0x123456789,                                                    \
			.flags = KVMLIB_S390_MEMOP_F_SKEY_PROTECTION,                            \
			.buf = wire_in_buffer,                                                   \
			.old = wire_out_buffer,                                                  \
			.length = 16,                                                            \
			.op = KVMLIB_S390_MEMOP_ABSOLUTE_CMPXCHG,                                \
			.sida_offset = 1,                                                        \
			.ar = 7,                                                                 \
			.key = 0x90,                                                             \
		};                                                                               \
		return kvmlib_##handle##_s390_mem_op(wire_##handle(),                            \
						     wire_in(2) ? &options : NULL);              \
	}                                                                                        \
	struct wire_row

MEM_OP(vm);
MEM_OP(vcpu);

WIRE_CALL(vm, s390_get_skeys, S390_GET_SKEYS, .refuses = AT(4),
	  .in = FIELDS(U64(0x123456789), U64(256), ADDRESS(wire_out_buffer), ZEROS(40)),
	  .answer = KVMLIB_S390_GET_SKEYS_NONE)
{
	return kvmlib_vm_s390_get_skeys(wire_vm(), 0x123456789, 256, wire_out(4));
}

WIRE_CALL(vm, s390_set_skeys, S390_SET_SKEYS, .refuses = AT(4),
	  .in = FIELDS(U64(0x123456789), U64(256), ADDRESS(wire_in_buffer), ZEROS(40)))
{
	return kvmlib_vm_s390_set_skeys(wire_vm(), 0x123456789, 256, wire_in(4));
}

WIRE_CALL(vm, s390_keyop, S390_KEYOP, .refuses = AT(4),
	  .in = FIELDS(U64(0x123456000), U8(0xf4), U8(KVMLIB_S390_KEYOP_SSKE), ZEROS(6)),
	  .out = FIELDS(U64(0x123456000), U8(0x16), U8(KVMLIB_S390_KEYOP_SSKE), ZEROS(6)),
	  .result = FIELDS(U8(0x16)))
{
	uint8_t key = 0xf4;
	int r = kvmlib_vm_s390_keyop(wire_vm(), 0x123456000, KVMLIB_S390_KEYOP_SSKE,
				     wire_out(4) ? &key : NULL);

	if (key != 0xf4)
		wire_out_buffer[0] = key;
	return r;
}

/* kvmlib_HANDLE_WORDS(handle, &object): the kernel reads the whole struct, and writes it. */
#define IN_AND_OUT(handle, words, name)                                             \
	WIRE_CALL(handle, words, name, .refuses = AT(2), .in = FIELDS(WHOLE),       \
		  .out = FIELDS(WHOLE), .result = FIELDS(WHOLE))                    \
	{                                                                           \
		static unsigned char object[32] __attribute__((aligned(8)));        \
		int r;                                                              \
                                                                                    \
		memcpy(object, wire_in_buffer, sizeof(object));                     \
		r = kvmlib_##handle##_##words(wire_##handle(),                      \
					      wire_out(2) ? (void *)object : NULL); \
		if (memcmp(object, wire_in_buffer, sizeof(object)) != 0)            \
			memcpy(wire_out_buffer, object, sizeof(object));            \
		return r;                                                           \
	}                                                                           \
	struct wire_row

IN_AND_OUT(vm, s390_get_cmma_bits, S390_GET_CMMA_BITS);
IN_AND_OUT(vm, s390_pv_command, S390_PV_COMMAND);
IN_AND_OUT(vcpu, s390_pv_cpu_command, S390_PV_CPU_COMMAND);

WIRE_CALL(vm, s390_zpci_op, S390_ZPCI_OP, .refuses = AT(2),
	  .in = FIELDS(U32(0x80000001), U8(KVMLIB_S390_ZPCIOP_REG_AEN), ZEROS(3), U64(0x123456000),
		       U64(0x123457000), U32(1), U32(64), U8(3), U8(5), ZEROS(38)))
{
	struct kvmlib_s390_zpci_op options = {
		.size = sizeof(options),
		.ibv = 0x123456000,
		.sb = 0x123457000,
		.fh = 0x80000001,
		.flags = KVMLIB_S390_ZPCIOP_REGAEN_HOST,
		.noi = 64,
		.op = KVMLIB_S390_ZPCIOP_REG_AEN,
		.isc = 3,
		.sbo = 5,
	};

	return kvmlib_vm_s390_zpci_op(wire_vm(), wire_in(2) ? &options : NULL);
}
