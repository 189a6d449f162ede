/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What x86 alone has. */

#include "wire.h"

#include <string.h>

/* Untouched output that the kernel is shown, eight bytes of it. */
#define OLD U64(0x5a5a5a5a5a5a5a5aU)

/* Addresses and the boot processor; those of wire_core.c aside. */

WIRE_VALUE(vm, set_nr_mmu_pages, SET_NR_MMU_PAGES, 64);
WIRE_VALUE(vm, set_boot_cpu_id, SET_BOOT_CPU_ID, 3);

/* CPUID: entries of 40 bytes behind a header, which the caller does not see. */

#define WIRE_GET_CPUID(handle, words, name)                                                    \
	WIRE_CALL(handle, words, name, .refuses = AT(2) | AT(4), .in = FIELDS(U32(3), U32(0)), \
		  .out = FIELDS(U32(2), U32(0), PATTERN(80)),                                  \
		  .result = FIELDS(U32(2), PATTERN(80)))                                       \
	{                                                                                      \
		return kvmlib_##handle##_##words(wire_##handle(), wire_out_at(2, 4), 3,        \
						 wire_out(4));                                 \
	}                                                                                      \
	struct wire_row

WIRE_GET_CPUID(system, get_emulated_cpuid, GET_EMULATED_CPUID);
WIRE_GET_CPUID(system, get_supported_hv_cpuid, GET_SUPPORTED_HV_CPUID);
WIRE_GET_CPUID(vcpu, get_supported_hv_cpuid, GET_SUPPORTED_HV_CPUID);
WIRE_GET_CPUID(vcpu, get_cpuid2, GET_CPUID2);

WIRE_CALL(vcpu, set_cpuid, SET_CPUID, .refuses = AT(2), .in = FIELDS(U32(2), U32(0), PATTERN(48)))
{
	return kvmlib_vcpu_set_cpuid(wire_vcpu(), wire_in(2), 2);
}

/* MSRs: numbers behind a count, and entries of 16 bytes behind a header. */

#define WIRE_GET_INDICES(words, name)                                                           \
	WIRE_CALL(system, words, name, .refuses = AT(2) | AT(4), .in = FIELDS(U32(3)),          \
		  .out = FIELDS(U32(2), PATTERN(8)), .result = FIELDS(U32(2), PATTERN(8)))      \
	{                                                                                       \
		return kvmlib_system_##words(wire_system(), wire_out_at(2, 4), 3, wire_out(4)); \
	}                                                                                       \
	struct wire_row

WIRE_GET_INDICES(get_msr_index_list, GET_MSR_INDEX_LIST);
WIRE_GET_INDICES(get_msr_feature_index_list, GET_MSR_FEATURE_INDEX_LIST);

#define WIRE_GET_MSRS(handle, words)                                                         \
	WIRE_CALL(handle, words, GET_MSRS, .refuses = AT(2),                                 \
		  .in = FIELDS(U32(2), U32(0), OLD, OLD, OLD, OLD),                          \
		  .out = FIELDS(U32(2), U32(0), PATTERN(32)), .result = FIELDS(PATTERN(32)), \
		  .answer = 2)                                                               \
	{                                                                                    \
		return kvmlib_##handle##_##words(wire_##handle(), wire_out(2), 2);           \
	}                                                                                    \
	struct wire_row

WIRE_GET_MSRS(system, get_msrs);
WIRE_GET_MSRS(vcpu, get_msrs);

WIRE_CALL(vcpu, set_msrs, SET_MSRS, .refuses = AT(2), .in = FIELDS(U32(2), U32(0), PATTERN(32)),
	  .answer = 2)
{
	return kvmlib_vcpu_set_msrs(wire_vcpu(), wire_in(2), 2);
}

WIRE_SET(vm, x86_set_msr_filter, X86_SET_MSR_FILTER);

/* State of a vCPU. */

WIRE_GET(vcpu, get_lapic, GET_LAPIC);
WIRE_SET(vcpu, set_lapic, SET_LAPIC);
WIRE_GET(vcpu, get_debugregs, GET_DEBUGREGS);
WIRE_SET(vcpu, set_debugregs, SET_DEBUGREGS);
WIRE_GET(vcpu, get_xcrs, GET_XCRS);
WIRE_SET(vcpu, set_xcrs, SET_XCRS);
WIRE_GET(vcpu, get_sregs2, GET_SREGS2);
WIRE_SET(vcpu, set_sregs2, SET_SREGS2);

WIRE_CALL(vcpu, get_xsave, GET_XSAVE, .refuses = AT(2), .out = FIELDS(WHOLE),
	  .result = FIELDS(WHOLE))
{
	return kvmlib_vcpu_get_xsave(wire_vcpu(), wire_out(2), 4096);
}

WIRE_CALL(vcpu, get_xsave2, GET_XSAVE2, .refuses = AT(2), .out = FIELDS(WHOLE),
	  .result = FIELDS(WHOLE))
{
	return kvmlib_vcpu_get_xsave2(wire_vcpu(), wire_out(2), 4096);
}

WIRE_CALL(vcpu, set_xsave, SET_XSAVE, .refuses = AT(2), .in = FIELDS(WHOLE))
{
	return kvmlib_vcpu_set_xsave(wire_vcpu(), wire_in(2), 4096);
}

/* Its size, in the second four bytes, is where the kernel finds the buffer's. */
WIRE_CALL(vcpu, get_nested_state, GET_NESTED_STATE, .refuses = AT(2),
	  .in = FIELDS(U32(0x5a5a5a5a), U32(4224), OLD, OLD, OLD, OLD, OLD, OLD, OLD, OLD, OLD, OLD,
		       OLD, OLD, OLD, OLD, OLD),
	  .out = FIELDS(U32(0), U32(130), PATTERN(122)),
	  .result = FIELDS(U32(0), U32(130), PATTERN(122)))
{
	return kvmlib_vcpu_get_nested_state(wire_vcpu(), wire_out(2), 4224);
}

WIRE_CALL(vcpu, set_nested_state, SET_NESTED_STATE, .refuses = AT(2),
	  .in = FIELDS(U32(0x10002), U32(132), ZEROS(120), U32(7)))
{
	static const uint32_t state[33] = { 0x10002, 132, [32] = 7 };

	return kvmlib_vcpu_set_nested_state(wire_vcpu(), wire_in(2) ? state : NULL, sizeof(state));
}

/* What user space does to a vCPU. */

WIRE_PLAIN(vcpu, nmi, NMI);
WIRE_PLAIN(vcpu, smi, SMI);

WIRE_CALL(system, x86_get_mce_cap_supported, X86_GET_MCE_CAP_SUPPORTED, .refuses = AT(2),
	  .out = FIELDS(WHOLE), .result = FIELDS(WHOLE))
{
	return kvmlib_system_x86_get_mce_cap_supported(wire_system(), wire_out(2));
}

WIRE_CALL(vcpu, x86_setup_mce, X86_SETUP_MCE, .in = FIELDS(U64(0x0100000a)))
{
	return kvmlib_vcpu_x86_setup_mce(wire_vcpu(), 0x0100000a);
}

WIRE_SET(vcpu, x86_set_mce, X86_SET_MCE);

WIRE_CALL(vcpu, tpr_access_reporting, TPR_ACCESS_REPORTING, .in = FIELDS(U32(1), U32(2), ZEROS(32)))
{
	return kvmlib_vcpu_tpr_access_reporting(wire_vcpu(), 1, 2);
}

WIRE_CALL(vcpu, set_vapic_addr, SET_VAPIC_ADDR, .in = FIELDS(U64(0x123456780)))
{
	return kvmlib_vcpu_set_vapic_addr(wire_vcpu(), 0x123456780);
}

/* Time. */

WIRE_VALUE(vcpu, set_tsc_khz, SET_TSC_KHZ, 2000001);
WIRE_VALUE(vm, set_tsc_khz, SET_TSC_KHZ, 2000001);

WIRE_CALL(vcpu, get_tsc_khz, GET_TSC_KHZ, .answer = 2000001)
{
	return kvmlib_vcpu_get_tsc_khz(wire_vcpu());
}

WIRE_CALL(vm, get_tsc_khz, GET_TSC_KHZ, .answer = 2000001)
{
	return kvmlib_vm_get_tsc_khz(wire_vm());
}

WIRE_PLAIN(vcpu, kvmclock_ctrl, KVMCLOCK_CTRL);
WIRE_GET(vm, get_clock, GET_CLOCK);
WIRE_SET(vm, set_clock, SET_CLOCK);

/* A struct that the kernel reads before it fills it: the output is what has changed in it. */
#define WIRE_GET_CHOSEN(handle, words, name)                                              \
	WIRE_CALL(handle, words, name, .refuses = AT(2), .in = FIELDS(WHOLE),             \
		  .out = FIELDS(WHOLE), .result = FIELDS(WHOLE))                          \
	{                                                                                 \
		static uint64_t object[128];                                              \
		size_t size = kvmlib__ioctls[KVMLIB__IOC_##name].request >> 16 & 0x3fffU; \
		int r;                                                                    \
                                                                                          \
		memcpy(object, wire_in_buffer, sizeof(object));                           \
		r = kvmlib_##handle##_##words(wire_##handle(),                            \
					      wire_out(2) ? (void *)object : NULL);       \
		if (memcmp(object, wire_in_buffer, size))                                 \
			memcpy(wire_out_buffer, object, size);                            \
		return r;                                                                 \
	}                                                                                 \
	struct wire_row

/* Interrupt controllers and the PIT. */

WIRE_GET_CHOSEN(vm, get_irqchip, GET_IRQCHIP);
WIRE_SET(vm, set_irqchip, SET_IRQCHIP);
WIRE_PLAIN(vm, create_pit, CREATE_PIT);
WIRE_GET_CHOSEN(vm, get_pit, GET_PIT);
WIRE_SET(vm, set_pit, SET_PIT);
WIRE_GET(vm, get_pit2, GET_PIT2);
WIRE_SET(vm, set_pit2, SET_PIT2);

WIRE_CALL(vm, reinject_control, REINJECT_CONTROL, .in = FIELDS(U8(1), ZEROS(31)))
{
	return kvmlib_vm_reinject_control(wire_vm(), 0x100);
}

/* Xen and Hyper-V. */

WIRE_SET(vm, xen_hvm_config, XEN_HVM_CONFIG);
WIRE_GET_CHOSEN(vm, xen_hvm_get_attr, XEN_HVM_GET_ATTR);
WIRE_SET(vm, xen_hvm_set_attr, XEN_HVM_SET_ATTR);
WIRE_GET_CHOSEN(vcpu, xen_vcpu_get_attr, XEN_VCPU_GET_ATTR);
WIRE_SET(vcpu, xen_vcpu_set_attr, XEN_VCPU_SET_ATTR);

WIRE_CALL(vm, xen_hvm_evtchn_send, XEN_HVM_EVTCHN_SEND, .in = FIELDS(U32(5), U32(6), U32(~0U)))
{
	return kvmlib_vm_xen_hvm_evtchn_send(wire_vm(), 5, 6,
					     KVMLIB_IRQ_ROUTING_XEN_EVTCHN_PRIO_2LEVEL);
}

WIRE_CALL(vm, hyperv_eventfd, HYPERV_EVENTFD, .in = FIELDS(U32(5), U32(-6), U32(1), ZEROS(12)))
{
	return kvmlib_vm_hyperv_eventfd(wire_vm(), 5, -6, KVMLIB_HYPERV_EVENTFD_DEASSIGN);
}

/* Performance monitoring. */

WIRE_CALL(vm, set_pmu_event_filter, SET_PMU_EVENT_FILTER, .refuses = AT(2),
	  .in = FIELDS(U32(KVMLIB_PMU_EVENT_DENY), U32(3), U32(0x70000001),
		       U32(KVMLIB_PMU_EVENT_FLAG_MASKED_EVENTS), ZEROS(16), PATTERN(24)))
{
	struct kvmlib_pmu_event_filter_opts opts = {
		.size = sizeof(opts),
		.action = KVMLIB_PMU_EVENT_DENY,
		.flags = KVMLIB_PMU_EVENT_FLAG_MASKED_EVENTS,
		.fixed_counter_bitmap = 0x70000001,
		.nr_events = 3,
		.events = (const void *)wire_in_buffer,
	};

	return kvmlib_vm_set_pmu_event_filter(wire_vm(), wire_in(2) ? &opts : NULL);
}

/* Memory encryption. */

WIRE_CALL(vm, memory_encrypt_op, MEMORY_ENCRYPT_OP, .value = (uintptr_t)SENTINEL)
{
	return kvmlib_vm_memory_encrypt_op(wire_vm(), SENTINEL);
}

WIRE_CALL(vcpu, memory_encrypt_op, MEMORY_ENCRYPT_OP, .value = (uintptr_t)SENTINEL)
{
	return kvmlib_vcpu_memory_encrypt_op(wire_vcpu(), SENTINEL);
}

WIRE_CALL(vm, memory_encrypt_reg_region, MEMORY_ENCRYPT_REG_REGION,
	  .in = FIELDS(ADDRESS(wire_in_buffer), U64(0x200001000)))
{
	return kvmlib_vm_memory_encrypt_reg_region(wire_vm(), wire_in_buffer, 0x200001000);
}

WIRE_CALL(vm, memory_encrypt_unreg_region, MEMORY_ENCRYPT_UNREG_REGION,
	  .in = FIELDS(ADDRESS(wire_in_buffer), U64(0x200001000)))
{
	return kvmlib_vm_memory_encrypt_unreg_region(wire_vm(), wire_in_buffer, 0x200001000);
}

/* These tell the firmware's error on failure too, so it does not go to the outputs that are watched. */
static uint32_t sev_error;
static uint64_t tdx_error;

WIRE_CALL(vm, sev_command, MEMORY_ENCRYPT_OP, .refuses = AT(5),
	  .in = FIELDS(U32(KVMLIB_SEV_INIT2), U32(0), ADDRESS(wire_in_buffer), U32(0), U32(9)))
{
	return kvmlib_vm_sev_command(wire_vm(), KVMLIB_SEV_INIT2, 9, wire_in_buffer,
				     wire_out(5) ? &sev_error : NULL);
}

WIRE_CALL(vm, tdx_command, MEMORY_ENCRYPT_OP, .refuses = AT(5),
	  .in = FIELDS(U32(KVMLIB_TDX_INIT_VM), U32(1), ADDRESS(wire_in_buffer), U64(0)))
{
	return kvmlib_vm_tdx_command(wire_vm(), KVMLIB_TDX_INIT_VM, 1, wire_in_buffer,
				     wire_out(5) ? &tdx_error : NULL);
}

WIRE_CALL(vcpu, tdx_command, MEMORY_ENCRYPT_OP, .refuses = AT(5),
	  .in = FIELDS(U32(KVMLIB_TDX_INIT_VCPU), U32(1), ADDRESS(wire_in_buffer), U64(0)))
{
	return kvmlib_vcpu_tdx_command(wire_vcpu(), KVMLIB_TDX_INIT_VCPU, 1, wire_in_buffer,
				       wire_out(5) ? &tdx_error : NULL);
}
