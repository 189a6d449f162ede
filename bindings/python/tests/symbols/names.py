# SPDX-License-Identifier: LGPL-2.1-or-later
"""What needs no handle: names, facts, texts."""

import errno

from kvmlib import Cap, Cause, Exit, KvmError, Value, structs
from kvmlib._generated import calls

from . import covers

# Expression, and what it gives.
FACTS = {
    "capability_name": ("calls.capability_name(3)", "KVM_CAP_USER_MEMORY"),
    "capability_meaning": ("calls.capability_meaning(3)", "bool"),
    "capability_find": ("calls.capability_find('USER_MEMORY')", Cap.USER_MEMORY),
    "capability_bit_name": ("calls.capability_bit_name(38, 1)", "KVM_XEN_HVM_CONFIG_INTERCEPT_HCALL"),
    "capability_at": ("calls.capability_at(0).name", b"KVM_CAP_IRQCHIP"),
    "capability_info": ("calls.capability_info(3).name", b"KVM_CAP_USER_MEMORY"),
    "capability_count": ("calls.capability_count() > 200", True),
    "cpuid_feature_at": ("calls.cpuid_feature_at(0).name", b"sse3"),
    "cpuid_find_feature": ("calls.cpuid_find_feature('avx2').leaf", 7),
    "cpuid_apic_id": ("calls.cpuid_apic_id(index=3, sockets=2, dies=1, cores=2, threads=2)", 3),
    "cpuid_model_at": ("calls.cpuid_model_at(0).name", b"qemu64"),
    "cpuid_enlightenment_at": ("calls.cpuid_enlightenment_at(0).name", b"hv-relaxed"),
    "cpuid_bit_name": ("calls.cpuid_bit_name(7, 0, 1, 5)", "avx2"),
    "cpuid_msr_name": ("calls.cpuid_msr_name(0x10a)", "IA32_ARCH_CAPABILITIES"),
    "dirty_throttle": ("calls.dirty_throttle(2000, 1000, 50)", 60),
    "ioctl_name": ("calls.ioctl_name(0xae00)", "KVM_GET_API_VERSION"),
    "exit_name": ("calls.exit_name(Exit.IO)", "KVM_EXIT_IO"),
    "exit_owes": ("calls.exit_owes(Exit.IO)", "Do the port access: take the data of OUT, store that of IN."),
    "exit_needs_completion": ("calls.exit_needs_completion(Exit.IO)", 1),
    "exit_drain": ("calls.exit_drain(Exit.IO)", 2),
    "internal_error_name": ("calls.internal_error_name(1)", "KVM_INTERNAL_ERROR_EMULATION"),
    "system_event_name": ("calls.system_event_name(1)", "KVM_SYSTEM_EVENT_SHUTDOWN"),
    "mp_state_name": ("calls.mp_state_name(0)", "KVM_MP_STATE_RUNNABLE"),
    "cause_name": ("calls.cause_name(Cause.NO_MEMORY)", "NO_MEMORY"),
    "cause_hint": ("calls.cause_hint(Cause.NO_MEMORY)[:11]", "Free memory"),
    "errno_name": ("calls.errno_name(22)", "EINVAL"),
    "explain": ("calls.explain('KVM_CREATE_VM', 22, 0).error", b"EINVAL"),
    "device_type_name": ("calls.device_type_name(4)", "VFIO"),
    "reg_name": ("calls.reg_name(0x603000000013c080)", "SCTLR_EL1"),
    "reg_from_name": ("calls.reg_from_name('isa/zbb')", 0x803000000700000d),
    "reg_size": ("calls.reg_size(0x606000000015ffff)", 64),
    "stats_type_name": ("calls.stats_type_name(1)", "instant"),
    "stats_unit_name": ("calls.stats_unit_name(0x20)", "seconds"),
    "version": ("calls.version()", 0x100),
    "version_string": ("calls.version_string()", "0.1.0"),
    "has_feature": ("calls.has_feature(1)", 1),
    "state_step_at": ("calls.state_step_at(0, 0).name", b"clock"),
}


def _fact(symbol, expression, expected):
    @covers(symbol)
    def check(_on):
        found = eval(expression, {"calls": calls, "Exit": Exit, "Cause": Cause})
        assert found == expected, found
    return check


for _symbol, (_expression, _expected) in FACTS.items():
    _fact(_symbol, _expression, _expected)


@covers("error_errno", "error_cause", "error_function", "error_call", "error_subject", "error_sentence", "error_hint",
        "error_value", "error_candidates", "error_format")
def record_tells_the_last_failure(on):
    try:
        on.vm.set_user_memory_region2(structs.kvmlib_userspace_memory_region2(slot=5))
    except KvmError:
        pass
    number, words = calls.error_value(Value.SLOT), calls.error_format()
    assert (calls.error_errno(), calls.error_cause(), number) == (errno.EINVAL, Cause.SLOT_MISSING, 5)
    assert calls.error_function() == "kvmlib_vm_set_user_memory_region2"
    assert calls.error_call() == "KVM_SET_USER_MEMORY_REGION2"
    assert calls.error_sentence().startswith("size 0 for a slot") and calls.error_hint().startswith("Pass a size")
    assert calls.error_subject() == "" and "SET_USER_MEMORY_REGION2: EINVAL" in words
    assert candidates_of_a_refusal(on)


def candidates_of_a_refusal(on):
    """An errno with more than one cause."""
    try:
        on.chipped.irqfd(structs.kvm_irqfd())
    except KvmError:
        pass
    return calls.error_candidates()
