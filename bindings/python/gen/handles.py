# SPDX-License-Identifier: LGPL-2.1-or-later
"""Which class a function is a method of, and what it is called there."""

# Handle, the class's name, and the prefixes that its methods lose: the longest first.
CLASSES = {
    "kvmlib_system": ("System", ("kvmlib_system_",)),
    "kvmlib_vm": ("Vm", ("kvmlib_vm_",)),
    "kvmlib_vcpu": ("Vcpu", ("kvmlib_vcpu_",)),
    "kvmlib_device": ("Device", ("kvmlib_device_",)),
    "kvmlib_memory": ("Memory", ("kvmlib_memory_",)),
    "kvmlib_memory_region": ("MemoryRegion", ("kvmlib_memory_region_",)),
    "kvmlib_memory_change": ("MemoryChange", ("kvmlib_memory_change_",)),
    "kvmlib_memory_reader": ("MemoryReader", ("kvmlib_memory_reader_", "kvmlib_memory_")),
    "kvmlib_dirty": ("Dirty", ("kvmlib_dirty_",)),
    "kvmlib_dirty_consumer": ("DirtyConsumer", ("kvmlib_dirty_consumer_", "kvmlib_dirty_")),
    "kvmlib_routes": ("Routes", ("kvmlib_routes_",)),
    "kvmlib_route": ("Route", ("kvmlib_route_", "kvmlib_")),
    "kvmlib_routes_change": ("RoutesChange", ("kvmlib_routes_change_",)),
    "kvmlib_irqfd": ("Irqfd", ("kvmlib_irqfd_",)),
    "kvmlib_ioeventfd": ("Ioeventfd", ("kvmlib_ioeventfd_",)),
    "kvmlib_irqchip": ("Irqchip", ("kvmlib_irqchip_",)),
    "kvmlib_coalesced": ("Coalesced", ("kvmlib_coalesced_",)),
    "kvmlib_control": ("Control", ("kvmlib_control_",)),
    "kvmlib_call": ("Call", ("kvmlib_call_",)),
    "kvmlib_debug": ("Debug", ("kvmlib_debug_",)),
    "kvmlib_cpuid": ("Cpuid", ("kvmlib_cpuid_",)),
    "kvmlib_arm64_ids": ("Arm64Ids", ("kvmlib_arm64_ids_",)),
    "kvmlib_report": ("Report", ("kvmlib_report_",)),
    "kvmlib_state": ("State", ("kvmlib_state_",)),
    "kvmlib_state_plan": ("StatePlan", ("kvmlib_state_plan_", "kvmlib_state_")),
    "kvmlib_image": ("Image", ("kvmlib_image_",)),
    "kvmlib_reset": ("Reset", ("kvmlib_reset_",)),
    "kvmlib_stats": ("Stats", ("kvmlib_stats_",)),
    "kvmlib_vfio": ("Vfio", ("kvmlib_vfio_",)),
    "kvmlib_sim": ("Sim", ("kvmlib_sim_",)),
}

# Other words where the plain ones are Python's, or a class's own.
RENAMED = {("Reset", "kvmlib_reset"): "reset", ("MemoryRegion", "describe"): "describe"}


def release(handle, names):
    """The function that lets a handle go: its unref, its free, or None for a borrowed one."""
    return next((name for name in (f"{handle}_unref", f"{handle}_free") if name in names), None)


def method(handle, function):
    """A function's name as a method of a handle's class."""
    cls, prefixes = CLASSES[handle]
    if (cls, function) in RENAMED:
        return RENAMED[cls, function]
    for prefix in prefixes:
        if function.startswith(prefix):
            return function[len(prefix):]
    return function[len("kvmlib_"):]
