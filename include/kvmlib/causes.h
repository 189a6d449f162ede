/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/causes.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB_CAUSES_H
#define KVMLIB_CAUSES_H

/**
 * @defgroup causes Causes of errors
 * @brief What kvmlib_error_cause() answers; numbers are never reused.
 * @{
 */

#define KVMLIB_CAUSE_UNLISTED 1U /**< Look the errno up in the KVM API document and the kernel source; the table of known errors does not list it for this call. */
#define KVMLIB_CAUSE_NULL_ARGUMENT 2U /**< Pass a valid pointer for every required argument of the function. */
#define KVMLIB_CAUSE_BAD_ARGUMENT 3U /**< Correct the argument: the library itself refused the value, and no ioctl was issued. */
#define KVMLIB_CAUSE_OPTIONS_SIZE 4U /**< Set the size member of the options struct to sizeof of that struct before the call. */
#define KVMLIB_CAUSE_OPTIONS_TOO_NEW 5U /**< Zero the options members that this library does not know, or install a newer library. */
#define KVMLIB_CAUSE_NO_MEMORY 6U /**< Free memory on the host, or raise the memory limit of this process or its cgroup, and try again. */
#define KVMLIB_CAUSE_ARCH_UNSUPPORTED 7U /**< Call this function only in builds for the architecture that has it. */
#define KVMLIB_CAUSE_CAPABILITY_MISSING 8U /**< Check for the capability first and do without it, or use a host kernel and CPU that offer it. */
#define KVMLIB_CAUSE_FORKED 9U /**< Make the call in the process that created the VM; a forked child or a process that was passed the fd has to create its own VM. */
#define KVMLIB_CAUSE_VM_DEAD 10U /**< Close this VM and create a new one; look at the kernel log (dmesg) for the reason. */
#define KVMLIB_CAUSE_NOT_KVM_FD 11U /**< Pass a file descriptor that was opened on /dev/kvm. */
#define KVMLIB_CAUSE_NOT_VM_FD 12U /**< Pass a file descriptor that KVM_CREATE_VM returned. */
#define KVMLIB_CAUSE_NOT_VCPU_FD 13U /**< Pass a file descriptor that KVM_CREATE_VCPU returned. */
#define KVMLIB_CAUSE_API_VERSION 14U /**< Use a kernel whose KVM_GET_API_VERSION is 12 (every kernel since 2.6.22), and check that the node really is /dev/kvm. */
#define KVMLIB_CAUSE_RUN_SIZE 15U /**< Use a kernel whose KVM_GET_VCPU_MMAP_SIZE covers struct kvm_run, and check that the node really is /dev/kvm. */
#define KVMLIB_CAUSE_WRONG_EXIT 16U /**< Look at the reason of the last exit and call the accessor that belongs to it. */
#define KVMLIB_CAUSE_EXIT_MALFORMED 17U /**< Drop this exit and stop the vCPU: its payload does not fit in the mapping or contradicts its own counts. */
#define KVMLIB_CAUSE_EXIT_PENDING 18U /**< Complete the last exit first: enter KVM_RUN again, with an immediate exit, until it reports an interruption. */
#define KVMLIB_CAUSE_HANDLER_EXISTS 19U /**< Choose a signal that has no handler yet, or keep the handler and bind the vCPU to that signal without installing one. */
#define KVMLIB_CAUSE_BAD_SIGNAL 20U /**< Choose a signal that a program may catch and that the C library does not reserve, for example SIGRTMIN. */
#define KVMLIB_CAUSE_NOT_BOUND 21U /**< Bind the vCPU on the thread that runs it (kvmlib_vcpu_bind) before another thread kicks it. */
#define KVMLIB_CAUSE_DEVICE_NODE_MISSING 22U /**< Load the module (modprobe kvm_intel or kvm_amd), switch virtualization on in the firmware, and pass /dev/kvm into containers. */
#define KVMLIB_CAUSE_DEVICE_NODE_ACCESS 23U /**< Add the user to the group kvm (usermod -aG kvm USER) and log in again. */
#define KVMLIB_CAUSE_DEVICE_NODE_DENIED 24U /**< Allow /dev/kvm in the device cgroup (docker run --device /dev/kvm), the seccomp filter and the LSM policy of this process. */
#define KVMLIB_CAUSE_MODULE_MISSING 25U /**< Load the KVM module (modprobe kvm_intel or kvm_amd), recreate the node if it was made by hand, and use a 64-bit program. */
#define KVMLIB_CAUSE_FD_LIMIT 26U /**< Raise RLIMIT_NOFILE (ulimit -n) or close file descriptors that are no longer needed. */
#define KVMLIB_CAUSE_SYSTEM_FD_LIMIT 27U /**< Raise the host-wide limit (sysctl fs.file-max) or close files in other processes. */
#define KVMLIB_CAUSE_BAD_FD 28U /**< Pass an open file descriptor of the kind that the call expects. */
#define KVMLIB_CAUSE_INTERRUPTED 29U /**< Handle the signal and repeat the call. */
#define KVMLIB_CAUSE_BAD_ADDRESS 30U /**< Pass pointers to memory that is mapped, long enough, and writable where the kernel stores a result. */
#define KVMLIB_CAUSE_UNKNOWN_IOCTL 31U /**< Check for the capability first and do without the call, or use a kernel and an architecture that have it. */
#define KVMLIB_CAUSE_CREATE_VM_INTERRUPTED 32U /**< Repeat KVM_CREATE_VM, and find out which timer or thread sends signals to this thread at such a rate. */
#define KVMLIB_CAUSE_VIRTUALIZATION_BUSY 33U /**< Stop the other hypervisor that holds VMX or SVM (VirtualBox, VMware), or wait if the host is shutting down. */
#define KVMLIB_CAUSE_IOCTL_TYPE_INVALID 34U /**< Send only ioctls of type 0xAE (KVMIO) to a vCPU fd. */
#define KVMLIB_CAUSE_PROTECTED_STATE 35U /**< Do without this call: the state of a confidential guest (SEV-ES, SNP, TDX, protected VM) is closed to the host. */
#define KVMLIB_CAUSE_DEVICE_IOCTL_MISSING 36U /**< Use only the ioctls that this type of in-kernel device implements; its page in the KVM documents names them. */
#define KVMLIB_CAUSE_LOCKED_MEMORY_LIMIT 37U /**< Raise RLIMIT_MEMLOCK (ulimit -l) or grant CAP_IPC_LOCK; if there is no limit, free memory on the host. */
#define KVMLIB_CAUSE_MAPPING_LIMIT 38U /**< Raise vm.max_map_count (sysctl) or RLIMIT_AS (ulimit -v), or unmap memory that is no longer needed. */
#define KVMLIB_CAUSE_MAPPING_NOT_SHARED 39U /**< Map with MAP_SHARED, and a dirty ring also without PROT_EXEC. */
#define KVMLIB_CAUSE_SIGBUS_VCPU_MAPPING 40U /**< Access only KVM_GET_VCPU_MMAP_SIZE bytes of the vCPU mapping, and only the configured size of the dirty ring. */
#define KVMLIB_CAUSE_ARGUMENT_NOT_ZERO 41U /**< Pass 0 as the argument of this ioctl. */
#define KVMLIB_CAUSE_CAPABILITY_VM_ONLY 42U /**< Ask for this capability on the VM fd instead of /dev/kvm. */
#define KVMLIB_CAUSE_VM_TYPE_UNSUPPORTED 43U /**< Choose a machine type that KVM_CAP_VM_TYPES or KVM_CAP_ARM_VM_IPA_SIZE reports, or 0 for the default. */
#define KVMLIB_CAUSE_UCONTROL_NOT_ALLOWED 44U /**< Grant CAP_SYS_ADMIN for a user-controlled VM, and set no other type bit. */
#define KVMLIB_CAUSE_VCPU_LIMIT 45U /**< Keep vCPU ids below KVM_CAP_MAX_VCPU_ID and the number of vCPUs at or below KVM_CAP_MAX_VCPUS. */
#define KVMLIB_CAUSE_VCPU_ID_ABOVE_SET_MAX 46U /**< Keep vCPU ids below the KVM_CAP_MAX_VCPU_ID that this VM enabled, or enable a higher one before the first vCPU. */
#define KVMLIB_CAUSE_VCPU_EXISTS 47U /**< Choose another vCPU id, or reuse the vCPU that has it, as kvmlib_control_unplug() and kvmlib_control_plug() do; closing its fd does not free the id. */
#define KVMLIB_CAUSE_VGIC_INITIALIZED 48U /**< Create all vCPUs before the in-kernel GIC is initialized. */
#define KVMLIB_CAUSE_SPLIT_IRQCHIP_REQUIRED 49U /**< Enable KVM_CAP_SPLIT_IRQCHIP before the first vCPU; this VM type cannot have the full in-kernel irqchip. */
#define KVMLIB_CAUSE_TDX_VM_UNINITIALIZED 50U /**< Run KVM_TDX_INIT_VM before the first KVM_CREATE_VCPU. */
#define KVMLIB_CAUSE_APIC_PAGE_OVERLAP 51U /**< Keep memory slots away from the APIC page at guest address 0xfee00000. */
#define KVMLIB_CAUSE_HOST_PERF_ACTIVE 52U /**< End host perf sessions that also count guests, or create the VM without the mediated PMU. */
#define KVMLIB_CAUSE_SLOT_UNALIGNED 53U /**< Align size, guest address and host address of the slot to the host page size. */
#define KVMLIB_CAUSE_SLOT_FLAGS 54U /**< Use only the slot flags that this VM supports (LOG_DIRTY_PAGES, READONLY with KVM_CAP_READONLY_MEM). */
#define KVMLIB_CAUSE_SLOT_ID_RANGE 55U /**< Keep the slot id below KVM_CAP_NR_MEMSLOTS and the address space below KVM_CAP_MULTI_ADDRESS_SPACE. */
#define KVMLIB_CAUSE_SLOT_RANGE 56U /**< Choose a guest range that does not wrap and a host range in untagged user space, or split a range too large for one slot. */
#define KVMLIB_CAUSE_SLOT_IMMUTABLE 57U /**< Delete the slot and create it anew: size, host address and READONLY cannot change in place. */
#define KVMLIB_CAUSE_SLOT_MISSING 58U /**< Pass a size above 0 to create the slot; size 0 deletes, and this slot does not exist. */
#define KVMLIB_CAUSE_SLOT_ABOVE_GPA_LIMIT 59U /**< Keep the slot below the guest physical address limit of this VM (IPA size on arm64), or create the VM with a larger one. */
#define KVMLIB_CAUSE_SLOT_HOST_MAPPING 60U /**< Back the slot with anonymous or memfd memory: device mappings allow no dirty logging, and MTE excludes some mappings. */
#define KVMLIB_CAUSE_SLOT_HOST_READONLY 61U /**< Make the host mapping writable (PROT_WRITE), or set KVM_MEM_READONLY on the slot. */
#define KVMLIB_CAUSE_SLOT_MOVE_TRACKED 62U /**< Detach the mediated device (KVMGT) that tracks pages before moving the slot, or delete and recreate the slot. */
#define KVMLIB_CAUSE_SLOT_PROTECTED_VM 63U /**< Set all slots up before the first run of a protected VM, without dirty logging and READONLY. */
#define KVMLIB_CAUSE_SLOT_OVERLAP 64U /**< Choose a guest range (and guest_memfd range) that no other slot uses, or delete the other slot first. */
#define KVMLIB_CAUSE_UCONTROL_VM 65U /**< Use KVM_S390_UCAS_MAP on a user-controlled VM, and change slots only while the VM is not protected. */
#define KVMLIB_CAUSE_KERNEL_BUG 66U /**< Look at the kernel log (dmesg) and report it: the kernel met a state that it did not expect. */
#define KVMLIB_CAUSE_SLOT_INVALID 67U /**< Check alignment, size, flags, slot id and range by the rules of KVM_SET_USER_MEMORY_REGION. */
#define KVMLIB_CAUSE_GUEST_MEMFD_SLOT_FLAGS 68U /**< Create guest_memfd slots without LOG_DIRTY_PAGES and READONLY, and delete and recreate them instead of changing them. */
#define KVMLIB_CAUSE_GUEST_MEMFD_BINDING 69U /**< Pass a guest_memfd of this VM, with a page-aligned offset and a range that ends within the file. */
#define KVMLIB_CAUSE_GUEST_MEMFD_NOT_MAPPABLE 70U /**< Create the guest_memfd with GUEST_MEMFD_FLAG_MMAP (on arm64 also keep MTE off). */
#define KVMLIB_CAUSE_RUN_INTERRUPTED 71U /**< Handle the signal or the request behind immediate_exit, then enter KVM_RUN again. */
#define KVMLIB_CAUSE_AP_NOT_STARTED 72U /**< Enter KVM_RUN again: the vCPU still waits for INIT and SIPI from the boot processor. */
#define KVMLIB_CAUSE_MEMORY_FAULT_EXIT 73U /**< Read the KVM_EXIT_MEMORY_FAULT payload, convert or map that range, and enter KVM_RUN again. */
#define KVMLIB_CAUSE_GUEST_MEMORY_UNMAPPED 74U /**< Check that the host memory behind every slot is mapped, accessible and within its file. */
#define KVMLIB_CAUSE_HOST_PAGE_FAULT 75U /**< Check that the host page behind the guest address can be faulted in (mapped, within its file, memory available). */
#define KVMLIB_CAUSE_HWPOISON 76U /**< Replace the hardware-poisoned page (punch it out or remap it) or report the memory error to the guest. */
#define KVMLIB_CAUSE_RUN_FIELDS_INVALID 77U /**< Request only register sets that KVM_CAP_SYNC_REGS reports, keep cr8 below 16 and pass 0 to KVM_RUN. */
#define KVMLIB_CAUSE_COMPLETION_INVALID 78U /**< Write a valid answer for the last exit into struct kvm_run before entering KVM_RUN again. */
#define KVMLIB_CAUSE_VCPU_STATE_INCONSISTENT 79U /**< Check mp_state against SMM and pending SIPI, and finalize TDX VMs and vCPUs before KVM_RUN. */
#define KVMLIB_CAUSE_VGIC_TIMER_SETUP 80U /**< Give the arm64 timers valid, distinct interrupt numbers and the vGIC frames ranges that do not overlap. */
#define KVMLIB_CAUSE_PMU_NOT_INITIALIZED 81U /**< Set the PMU interrupt and then KVM_ARM_VCPU_PMU_V3_INIT on each vCPU that has the PMU feature. */
#define KVMLIB_CAUSE_VCPU_UNINITIALIZED 82U /**< Call KVM_ARM_VCPU_INIT on this vCPU first. */
#define KVMLIB_CAUSE_VCPU_NOT_FINALIZED 83U /**< Call KVM_ARM_VCPU_FINALIZE for SVE on this vCPU first. */
#define KVMLIB_CAUSE_NISV_UNHANDLED 84U /**< Enable KVM_CAP_ARM_NISV_TO_USER, or keep the guest from touching MMIO with instructions that carry no syndrome. */
#define KVMLIB_CAUSE_VGIC_UNINITIALIZED 85U /**< Create a new VM and initialize the vGIC (KVM_DEV_ARM_VGIC_CTRL_INIT) before the first KVM_RUN. */
#define KVMLIB_CAUSE_VGIC_ADDRESS_MISSING 86U /**< Create a new VM and set the vGIC distributor and redistributor addresses before the first KVM_RUN. */
#define KVMLIB_CAUSE_VCPU_STOPPED 87U /**< End the VM dump, or set the vCPU to KVM_MP_STATE_OPERATING, before KVM_RUN. */
#define KVMLIB_CAUSE_REGS_BY_ONE_REG 88U /**< Use KVM_GET_ONE_REG and KVM_SET_ONE_REG on this architecture; the registers of a protected guest are closed. */
#define KVMLIB_CAUSE_SREGS_INCONSISTENT 89U /**< Make cr0, cr4, efer, apic_base, segments and PDPTRs agree with each other and with the guest CPUID. */
#define KVMLIB_CAUSE_INTERRUPT_QUEUED 90U /**< Enter KVM_RUN so that the guest takes the queued interrupt, then inject the next. */
#define KVMLIB_CAUSE_INTERRUPT_VECTOR 91U /**< Pass a vector from 0 to 255 on x86, or an interrupt value that this architecture defines. */
#define KVMLIB_CAUSE_PIC_IN_KERNEL 92U /**< Raise the line with KVM_IRQ_LINE: with the in-kernel PIC, KVM_INTERRUPT is not available. */
#define KVMLIB_CAUSE_SHORT_COUNT_GET_MSRS 93U /**< Look at the entry whose index equals the returned count: KVM could not read that MSR. */
#define KVMLIB_CAUSE_SHORT_COUNT_SET_MSRS 94U /**< Look at the entry whose index equals the returned count: KVM refused that value, and later entries were not tried. */
#define KVMLIB_CAUSE_MSR_LIST_TOO_LONG 95U /**< Split the list: one call takes fewer than 256 MSRs. */
#define KVMLIB_CAUSE_LIST_TOO_SMALL 96U /**< Make the list larger and call again; if the needed count was not written back, double the size. */
#define KVMLIB_CAUSE_CPUID_LIST_TOO_LONG 97U /**< Pass at most 256 CPUID entries. */
#define KVMLIB_CAUSE_CPUID_REFUSED 98U /**< Set CPUID before the first KVM_RUN, outside nested mode, and with valid address widths. */
#define KVMLIB_CAUSE_CPUID_AFTER_RUN 99U /**< Set CPUID before the first KVM_RUN and outside nested mode; afterwards only identical values are accepted. */
#define KVMLIB_CAUSE_CPUID_INVALID 100U /**< Correct the impossible CPUID values, for example a linear address width other than 0, 48 or 57. */
#define KVMLIB_CAUSE_XSAVE_PERMISSION 101U /**< Call arch_prctl(ARCH_REQ_XCOMP_GUEST_PERM) for the feature (AMX) before the first vCPU, or clear it in CPUID. */
#define KVMLIB_CAUSE_SIGSET_SIZE 102U /**< Set len to the size of the kernel's signal set (8 bytes), not of the C library's sigset_t. */
#define KVMLIB_CAUSE_IRQCHIP_EXISTS 103U /**< Choose the irqchip (full or split) once per VM, before the first vCPU. */
#define KVMLIB_CAUSE_AFTER_FIRST_VCPU 104U /**< Do this before the first KVM_CREATE_VCPU (on s390 some capabilities also have to precede the first memory slot). */
#define KVMLIB_CAUSE_AFTER_FIRST_RUN 105U /**< Do this before any vCPU of the VM runs, and while no other thread uses a vCPU. */
#define KVMLIB_CAUSE_VGIC_UNAVAILABLE 106U /**< Use a host with a usable GIC, or emulate the interrupt controller in user space. */
#define KVMLIB_CAUSE_VGIC_V2_UNAVAILABLE 107U /**< Create a GICv3 with KVM_CREATE_DEVICE (KVM_DEV_TYPE_ARM_VGIC_V3): this host cannot emulate GICv2. */
#define KVMLIB_CAUSE_VGIC_TOO_MANY_VCPUS 108U /**< Create fewer vCPUs (at most 8 with GICv2), or use GICv3. */
#define KVMLIB_CAUSE_IRQCHIP_MISSING 109U /**< Create the in-kernel irqchip first; arm64 CPU lines are the exception and exist only without an in-kernel GIC. */
#define KVMLIB_CAUSE_IRQCHIP_UNINITIALIZED 110U /**< Initialize the in-kernel interrupt controller (vGIC or AIA, CTRL_INIT attribute) first. */
#define KVMLIB_CAUSE_IRQ_LINE_RANGE 111U /**< Check the interrupt number, the line type and the vCPU index encoded in irq. */
#define KVMLIB_CAUSE_FULL_IRQCHIP_MISSING 112U /**< Create the full irqchip with KVM_CREATE_IRQCHIP; a split irqchip has no PIC and IOAPIC in the kernel. */
#define KVMLIB_CAUSE_VALUE_REFUSED 113U /**< Check the fields of the argument against the limits that the KVM API document gives for this call. */
#define KVMLIB_CAUSE_PIC_MISSING 114U /**< Call KVM_CREATE_IRQCHIP before creating the PIT. */
#define KVMLIB_CAUSE_PIT_MISSING 115U /**< Call KVM_CREATE_PIT2 first. */
#define KVMLIB_CAUSE_LAPIC_MISSING 116U /**< Create the irqchip (full or split) before the vCPU, so that the vCPU has an in-kernel LAPIC. */
#define KVMLIB_CAUSE_LAPIC_STATE 117U /**< Create the irqchip before the vCPU, and keep the x2APIC id in the state equal to the vCPU id. */
#define KVMLIB_CAUSE_TSS_ADDRESS_RANGE 118U /**< Place the three pages of the TSS below 4 GiB. */
#define KVMLIB_CAUSE_UNKNOWN_FLAGS 119U /**< Clear the flag bits that this kernel does not define for the call. */
#define KVMLIB_CAUSE_TSC_KHZ_REFUSED 120U /**< Choose a TSC frequency that the host can scale to, and set it on the VM before the first vCPU. */
#define KVMLIB_CAUSE_KVMCLOCK_NOT_REGISTERED 121U /**< Ignore this, or wait: the guest has not registered kvmclock on this vCPU. */
#define KVMLIB_CAUSE_DIRTY_LOG_OFF 122U /**< Check the slot id, and set KVM_MEM_LOG_DIRTY_PAGES on the slot before asking for its dirty log. */
#define KVMLIB_CAUSE_DIRTY_RING_IN_USE 123U /**< Harvest the dirty ring instead, or enable KVM_CAP_DIRTY_LOG_RING_WITH_BITMAP. */
#define KVMLIB_CAUSE_DIRTY_RANGE_UNALIGNED 124U /**< Make first_page a multiple of 64, and num_pages a multiple of 64 or the rest of the slot. */
#define KVMLIB_CAUSE_DIRTY_RANGE_OUTSIDE_SLOT 125U /**< Keep the slot id below KVM_CAP_NR_MEMSLOTS and the page range within the slot. */
#define KVMLIB_CAUSE_DIRTY_RING_OFF 126U /**< Enable KVM_CAP_DIRTY_LOG_RING (or _ACQ_REL) before the first vCPU. */
#define KVMLIB_CAUSE_SHORT_COUNT_DIRTY_RING 127U /**< Handle the signal and call again: the reset stopped early, and the count covers only part of the rings. */
#define KVMLIB_CAUSE_CAP_REFUSED 128U /**< Enable the capability on the right fd (VM or vCPU), with flags 0 and arguments that it defines. */
#define KVMLIB_CAUSE_DIRTY_RING_SIZE 129U /**< Choose a ring size up to the value that KVM_CHECK_EXTENSION returns for the dirty ring. */
#define KVMLIB_CAUSE_CAP_SYS_BOOT_MISSING 130U /**< Grant CAP_SYS_BOOT, or leave the NX huge page mitigation on. */
#define KVMLIB_CAUSE_HOST_FEATURE_MISSING 131U /**< Do without the feature, or use a host (CPU, firmware, kernel) that has it; vCPU features also have to be switched on. */
#define KVMLIB_CAUSE_DEVICE_TYPE_UNKNOWN 132U /**< Probe the device type with KVM_CREATE_DEVICE_TEST: this kernel or host does not offer it. */
#define KVMLIB_CAUSE_DEVICE_EXISTS 133U /**< Use the device that the VM already has: this type exists once per VM. */
#define KVMLIB_CAUSE_DEVICE_CREATE_ORDER 134U /**< Create a vGIC or AIA before any vCPU runs, and the VFIO device once per VM. */
#define KVMLIB_CAUSE_ATTR_UNKNOWN 135U /**< Probe group and attribute with KVM_HAS_DEVICE_ATTR; this device, VM or vCPU does not have it. */
#define KVMLIB_CAUSE_ATTR_READ_ONLY 136U /**< Do not set this attribute: it can only be read, or the device takes no attributes. */
#define KVMLIB_CAUSE_ATTR_WRITE_ONLY 137U /**< Do not read this attribute: it can only be set, or the device reports no attributes. */
#define KVMLIB_CAUSE_ATTR_NO_PROBE 138U /**< Get or set the attribute directly: this device answers no KVM_HAS_DEVICE_ATTR. */
#define KVMLIB_CAUSE_ATTR_BUSY 139U /**< Stop all vCPUs, or set the attribute earlier (before the device is initialized or the first run). */
#define KVMLIB_CAUSE_ATTR_VALUE 140U /**< Correct the value or its alignment as the device's document demands. */
#define KVMLIB_CAUSE_ADDRESS_ALREADY_SET 141U /**< Set each device address once; create a new VM to move it. */
#define KVMLIB_CAUSE_DEVICE_ABOVE_GPA_LIMIT 142U /**< Place the device below the guest physical address limit of this VM (IPA size on arm64). */
#define KVMLIB_CAUSE_DEVICE_RANGE_OVERLAP 143U /**< Choose a guest range that no other in-kernel device uses. */
#define KVMLIB_CAUSE_IRQFD_REFUSED 144U /**< Pass an eventfd and known flags, create the in-kernel irqchip first, and use RESAMPLE only with the full one on x86. */
#define KVMLIB_CAUSE_IRQFD_EVENTFD_BUSY 145U /**< Deassign the irqfd that uses this eventfd, or create another eventfd. */
#define KVMLIB_CAUSE_IOEVENTFD_EXISTS 146U /**< Deassign the other ioeventfd at this address, or give both the same length and different datamatch values. */
#define KVMLIB_CAUSE_NOT_REGISTERED 147U /**< Deassign or unregister with exactly the values that were used to register. */
#define KVMLIB_CAUSE_IOEVENTFD_INVALID 148U /**< Pass an eventfd, length 0, 1, 2, 4 or 8, known flags, and DATAMATCH only with a length above 0. */
#define KVMLIB_CAUSE_IO_BUS_FULL 149U /**< Remove devices or zones from the I/O bus of this VM: it holds at most 1000. */
#define KVMLIB_CAUSE_GSI_ROUTE_INVALID 150U /**< Check number of entries, flags, type and gsi of each routing entry against KVM_CAP_IRQ_ROUTING. */
#define KVMLIB_CAUSE_GSI_ROUTE_DUPLICATE 151U /**< Map each gsi once per irqchip, and do not mix MSI with pins on one gsi. */
#define KVMLIB_CAUSE_MSI_INVALID 152U /**< Create the in-kernel irqchip first, and check flags and address of the MSI. */
#define KVMLIB_CAUSE_MSI_NO_DOORBELL 153U /**< Create the ITS or MSI frame first, and use its doorbell address. */
#define KVMLIB_CAUSE_MSI_NO_DESTINATION 154U /**< Check the destination in the MSI address: no vCPU matches it, and nothing was delivered. */
#define KVMLIB_CAUSE_REG_MISSING 155U /**< Take register ids from KVM_GET_REG_LIST: this vCPU does not have the register. */
#define KVMLIB_CAUSE_REG_ID_INVALID 156U /**< Check architecture, size and encoding in the register id; this vCPU may also lack the register. */
#define KVMLIB_CAUSE_REG_VALUE_INVALID 157U /**< Check the register id and its size, and write a value that this host allows for it. */
#define KVMLIB_CAUSE_FINALIZE_ORDER 158U /**< Finalize each feature once, after writing KVM_REG_ARM64_SVE_VLS and before other SVE registers. */
#define KVMLIB_CAUSE_VCPU_INIT_FEATURES 159U /**< Take the target from KVM_ARM_PREFERRED_TARGET, and use one valid set of known features for every init of the VM. */
#define KVMLIB_CAUSE_GPA_UNBACKED 160U /**< Back the guest address with a memory slot whose host memory is mapped and accessible. */
#define KVMLIB_CAUSE_MTE_RANGE_INVALID 161U /**< Switch MTE on (KVM_CAP_ARM_MTE), align the range to pages, and use only known flags. */
#define KVMLIB_CAUSE_MTE_DIRTY_LOGGING 162U /**< Switch dirty logging off on the slots before writing tags. */
#define KVMLIB_CAUSE_RESERVED_NOT_ZERO 163U /**< Zero the reserved and padding fields of the struct and of every list entry. */
#define KVMLIB_CAUSE_VCPU_BUSY 164U /**< Stop all vCPU threads (kick them out of KVM_RUN) and call again. */
#define KVMLIB_CAUSE_REG_MASK_RANGE 165U /**< Pass a range that KVM_CAP_ARM_SUPPORTED_REG_MASK_RANGES reports, and zero the reserved words. */
#define KVMLIB_CAUSE_VCPU_EVENTS_INVALID 166U /**< Clear the flags whose capability is not enabled, and check the exception number. */
#define KVMLIB_CAUSE_DEBUGREGS_INVALID 167U /**< Set flags to 0 and clear the reserved upper bits of dr6 and dr7. */
#define KVMLIB_CAUSE_GUEST_DEBUG_UNSUPPORTED 168U /**< Use only control bits from KVM_CAP_SET_GUEST_DEBUG2; protected guests allow no debugging. */
#define KVMLIB_CAUSE_EXCEPTION_PENDING 169U /**< Enter KVM_RUN so that the guest takes the pending exception, then inject again. */
#define KVMLIB_CAUSE_XSAVE_TOO_LARGE 170U /**< Use KVM_GET_XSAVE2 with a buffer of KVM_CAP_XSAVE2 bytes. */
#define KVMLIB_CAUSE_XSAVE_INVALID 171U /**< Clear feature bits outside the guest's xcr0 and reserved bits of mxcsr. */
#define KVMLIB_CAUSE_XSAVE_BUFFER_SHORT 172U /**< Pass a buffer of KVM_CAP_XSAVE2 bytes: KVM_SET_XSAVE reads the full size of this vCPU. */
#define KVMLIB_CAUSE_XCRS_INVALID 173U /**< Pass at most 16 registers, flags 0, and an xcr0 that the guest CPUID allows. */
#define KVMLIB_CAUSE_XSAVE_UNAVAILABLE 174U /**< Skip the extended control registers: the host CPU has no XSAVE or the guest's state is protected. */
#define KVMLIB_CAUSE_MP_STATE_INVALID 175U /**< Pass an mp_state that this architecture defines; most on x86 need an in-kernel LAPIC. */
#define KVMLIB_CAUSE_MCE_INVALID 176U /**< Pass 1 to 32 banks, only bits that KVM_X86_GET_MCE_CAP_SUPPORTED reports, and a status with the VAL bit. */
#define KVMLIB_CAUSE_MSR_FILTER_INVALID 177U /**< Check flags and range sizes, and give a default-deny filter at least one range. */
#define KVMLIB_CAUSE_PMU_FILTER_INVALID 178U /**< Pass at most 300 events, and check action, flags and the encoding of masked events. */
#define KVMLIB_CAUSE_BUFFER_TOO_SMALL 179U /**< Make the buffer larger and call again; use the needed size if the kernel wrote it back. */
#define KVMLIB_CAUSE_NESTED_DISABLED 180U /**< Load kvm_intel or kvm_amd with nested=1. */
#define KVMLIB_CAUSE_NESTED_STATE_ORDER 181U /**< Set CPUID, sregs, MSRs and vCPU events before the nested state. */
#define KVMLIB_CAUSE_NESTED_STATE_INVALID 182U /**< Pass the state exactly as KVM_GET_NESTED_STATE returned it, from a host with the same vendor and format. */
#define KVMLIB_CAUSE_SMM_UNAVAILABLE 183U /**< Do without SMM, or use a kernel with CONFIG_KVM_SMM and a VM type that allows it. */
#define KVMLIB_CAUSE_ID_IN_USE 184U /**< Choose another id (conn_id, LIOBN, token, server number), or release the user of this one first. */
#define KVMLIB_CAUSE_XEN_ATTR_UNKNOWN 185U /**< Call KVM_XEN_HVM_CONFIG first, and use attributes that KVM_CAP_XEN_HVM announces. */
#define KVMLIB_CAUSE_ENCRYPTION_UNAVAILABLE 186U /**< Create the VM with a SEV, SNP or TDX type, on a host where that is enabled. */
#define KVMLIB_CAUSE_ENCRYPT_COMMAND_STATE 187U /**< Issue commands of this VM type only (SNP has its own), in the order of the launch or migration sequence. */
#define KVMLIB_CAUSE_FIRMWARE_ERROR 188U /**< Read the error member of kvm_sev_cmd: the firmware rejected the command. */
#define KVMLIB_CAUSE_ENCRYPT_BUSY 189U /**< Try again later: the command is in progress or the resources are in use. */
#define KVMLIB_CAUSE_CONTENTION 190U /**< Call again: the kernel gave way to other work and needs another attempt. */
#define KVMLIB_CAUSE_KEY_IDS_EXHAUSTED 191U /**< Close other TDX VMs on this host to free a key id. */
#define KVMLIB_CAUSE_ENCRYPT_REGION_INVALID 192U /**< Register regions on the SEV source VM instead of its mirror, with a range that does not wrap. */
#define KVMLIB_CAUSE_GUEST_MEMFD_ARGUMENTS 193U /**< Pass a page-aligned size above 0 and only flags from KVM_CAP_GUEST_MEMFD_FLAGS. */
#define KVMLIB_CAUSE_FALLOCATE_MODE_INVALID 194U /**< Use FALLOC_FL_KEEP_SIZE, alone or with FALLOC_FL_PUNCH_HOLE. */
#define KVMLIB_CAUSE_PAGE_RANGE_INVALID 195U /**< Pass a page-aligned, non-empty range that does not wrap or leave the file, and flags 0. */
#define KVMLIB_CAUSE_SIGBUS_GUEST_MEMFD 196U /**< Access only pages within the file, and create it with GUEST_MEMFD_FLAG_INIT_SHARED. */
#define KVMLIB_CAUSE_MEMORY_ATTRIBUTES_INVALID 197U /**< Pass flags 0, attributes from KVM_CAP_MEMORY_ATTRIBUTES, and a page-aligned range that is not empty and does not wrap. */
#define KVMLIB_CAUSE_PREFAULT_UNSUPPORTED 198U /**< Skip prefaulting: it needs two-dimensional paging, a vCPU outside nested mode, and a VM type that allows it. */
#define KVMLIB_CAUSE_GPA_NOT_IN_SLOT 199U /**< Create a memory slot that covers the guest address first. */
#define KVMLIB_CAUSE_S390_INTERRUPT_BUSY 200U /**< Stop the vCPU for SET_PREFIX, let a pending stop or restart finish, and set interrupt state only when none is pending. */
#define KVMLIB_CAUSE_S390_MEM_OP_MAPPING 201U /**< Use a plain write: compare-and-exchange does not work on this mapping. */
#define KVMLIB_CAUSE_CMMA_DISABLED 202U /**< Enable CMMA (KVM_S390_VM_MEM_ENABLE_CMMA) before the first vCPU. */
#define KVMLIB_CAUSE_CMMA_NO_MIGRATION 203U /**< Switch dirty logging and migration mode on first, or pass KVM_S390_CMMA_PEEK. */
#define KVMLIB_CAUSE_PV_STATE 204U /**< Check whether the VM is protected already: the command needs the other state. */
#define KVMLIB_CAUSE_ZPCI_ASSIGNED 205U /**< Release the PCI function from the other VM first. */
#define KVMLIB_CAUSE_ZPCI_HANDLE 206U /**< Pass the handle of a PCI function that is passed through with vfio-pci and attached to this VM. */
#define KVMLIB_CAUSE_UCAS_RANGE_INVALID 207U /**< Align the addresses and length to 1 MiB, and use this call only on a user-controlled VM. */
#define KVMLIB_CAUSE_UCAS_UNMAPPED 208U /**< Map the address with KVM_S390_UCAS_MAP and try again. */
#define KVMLIB_CAUSE_VCPU_NOT_STOPPED 209U /**< Stop the vCPU (KVM_MP_STATE_STOPPED) first. */
#define KVMLIB_CAUSE_NOT_BOOK3S_HV 210U /**< Use this call only on a VM of type HV (KVM_VM_PPC_HV). */
#define KVMLIB_CAUSE_HPT_TOO_LARGE 211U /**< Ask for a smaller order, or reserve more memory at boot (kvm_cma_resv_ratio). */
#define KVMLIB_CAUSE_HPT_NOT_PREPARED 212U /**< Call KVM_PPC_RESIZE_HPT_PREPARE with the same shift first. */
#define KVMLIB_CAUSE_HPT_PREPARING 213U /**< Wait for KVM_PPC_RESIZE_HPT_PREPARE to return 0, then commit. */
#define KVMLIB_CAUSE_HPT_COLLISION 214U /**< Prepare a larger hash table and commit that. */
#define KVMLIB_CAUSE_ULTRAVISOR_REFUSED 215U /**< Read the ultravisor's reason (rc and rrc of the command, or dmesg), and check that vCPU creation is complete. */
#define KVMLIB_CAUSE_SHARED_TLB_MISSING 216U /**< Configure the shared TLB with KVM_CAP_SW_TLB first. */
#define KVMLIB_CAUSE_RTAS_NAME_UNKNOWN 217U /**< Handle this RTAS call in user space: the kernel has no handler of that name. */
#define KVMLIB_CAUSE_IOCTL_REMOVED 218U /**< Replace the call (KVM_SET_USER_MEMORY_REGION for memory, VFIO for devices): kernels no longer have it. */
#define KVMLIB_CAUSE_LIST_NEVER_FITS 219U /**< Report it: no kernel known to us has so many entries; the exact form of the call takes a list of any size. */
#define KVMLIB_CAUSE_MSR_REFUSED 220U /**< Look at the entry whose index the record tells: the MSR does not exist for this guest, or its value is invalid. */
#define KVMLIB_CAUSE_REG_SIZE 221U /**< Pass a buffer of the size that bits 52 to 55 of the id give. */
#define KVMLIB_CAUSE_REPORT_MALFORMED 222U /**< Look at the line that the record tells: a report has "key<TAB>value" on each line behind the first, no key twice, and ends in a newline. */
#define KVMLIB_CAUSE_REPORT_VERSION 223U /**< Read the report with a library as new as the one that wrote it. */
#define KVMLIB_CAUSE_REPORT_TOO_LARGE 224U /**< Leave items out: a report holds KVMLIB_REPORT_MAX_ITEMS of them. */
#define KVMLIB_CAUSE_REPORT_ARCH 225U /**< Compare reports of hosts of one architecture; each has an item "arch" that tells it. */
#define KVMLIB_CAUSE_CAPABILITY_UNKNOWN 226U /**< Correct the name or number, or install a newer library: kernels newer than this one may have more capabilities. */
#define KVMLIB_CAUSE_STATS_MALFORMED 227U /**< Report it with the kernel's version: the layout of the statistics is not the one that the KVM API document describes. */
#define KVMLIB_CAUSE_STATS_UNKNOWN 228U /**< Look at the names that this kernel offers; they differ between kernels, architectures and vendors of CPUs. */
#define KVMLIB_CAUSE_VCPU_CONNECTED 229U /**< Connect each vCPU once, to one interrupt controller; a connection lasts as long as the vCPU or the device. */
#define KVMLIB_CAUSE_REGION_UNALIGNED 230U /**< Align guest address, length, host address and file offset to the pages of the backing: the host's page size, or that of the huge pages. */
#define KVMLIB_CAUSE_REGION_RANGE 231U /**< Choose a length above 0 and below 2^31 pages whose end does not wrap; split what is larger. */
#define KVMLIB_CAUSE_REGION_OVERLAP 232U /**< Remove or move the other region, whose address and size the record tells, in the same change. */
#define KVMLIB_CAUSE_REGION_OPTIONS 233U /**< Look at which options its backing allows: offset and fd are for files, guard pages, nodes and huge pages not for the caller's memory, READONLY and the dirty log not for guest_memfd. */
#define KVMLIB_CAUSE_REGION_NAME 234U /**< Give the region a name of 29 bytes or fewer. */
#define KVMLIB_CAUSE_REGION_GONE 235U /**< Use a region only after it is committed and until its removal is: another change may have removed it. */
#define KVMLIB_CAUSE_REGION_LOST 236U /**< End the guest: the region that the record names is not in its memory any more, and can't be told to be elsewhere. */
#define KVMLIB_CAUSE_SPACE_MISSING 237U /**< Use address space 0, or one below KVM_CAP_MULTI_ADDRESS_SPACE. */
#define KVMLIB_CAUSE_SLOT_LIMIT 238U /**< Use fewer and larger regions, or give the map more slot numbers: KVM_CAP_NR_MEMSLOTS is the limit. */
#define KVMLIB_CAUSE_FILE_TOO_SHORT 239U /**< Extend the file, or choose a smaller region or offset. */
#define KVMLIB_CAUSE_FILE_ACCESS 240U /**< Open the file for reading and writing, or make the region READONLY or COPY_ON_WRITE. */
#define KVMLIB_CAUSE_FILE_UNMAPPABLE 241U /**< Use a regular file, or a device whose driver lets its memory be mapped. */
#define KVMLIB_CAUSE_HUGE_PAGES_MISSING 242U /**< Reserve more huge pages of that size (nr_hugepages in /sys/kernel/mm/hugepages), or do without. */
#define KVMLIB_CAUSE_HUGE_PAGES_UNKNOWN 243U /**< Use a page size that /sys/kernel/mm/hugepages has a folder for. */
#define KVMLIB_CAUSE_NODE_MISSING 244U /**< Use nodes that /sys/devices/system/node/online names and this process may use. */
#define KVMLIB_CAUSE_ADVICE_UNKNOWN 245U /**< Do without MERGEABLE (KSM) or HUGE (transparent huge pages): this kernel does not have it. */
#define KVMLIB_CAUSE_IN_READER 246U /**< Leave the reader before the map is changed: the change waits for all readers. */
#define KVMLIB_CAUSE_NOT_IN_READER 247U /**< Enter the reader first, and use what it gives until it leaves. */
#define KVMLIB_CAUSE_NOT_MEMORY 248U /**< Check the address that the guest gave: no region is at the one that the record tells. */
#define KVMLIB_CAUSE_MEMORY_READONLY 249U /**< Refuse the guest's request; to fill a ROM, write to the region's own address. */
#define KVMLIB_CAUSE_MEMORY_VANISHED 250U /**< Don't shorten a file that is a guest's memory; end the guest, or extend the file again. */
#define KVMLIB_CAUSE_MEMORY_POISONED 251U /**< Tell the guest of the loss or end it, and replace the page by discarding it. */
#define KVMLIB_CAUSE_MEMORY_UNMAPPED 252U /**< Keep the memory of a region mapped until the removal of the region has committed. */
#define KVMLIB_CAUSE_STRING_TOO_LONG 253U /**< Refuse the guest's request, or use a larger buffer. */
#define KVMLIB_CAUSE_DISCARD_UNSUPPORTED 254U /**< Use memory whose file system can punch holes, such as tmpfs, ext4, xfs or hugetlbfs. */
#define KVMLIB_CAUSE_CANCELLED 255U /**< Nothing is wrong: the program's own callback asked for it. */
#define KVMLIB_CAUSE_SYSTEM_CALL_FILTERED 256U /**< Allow the call in the seccomp profile or the security module of this process. */
#define KVMLIB_CAUSE_SEALED 257U /**< Use a descriptor whose seals allow what is asked. */
#define KVMLIB_CAUSE_ALREADY_TRACKED 258U /**< Share the one tracker: it has any consumer's rounds apart. */
#define KVMLIB_CAUSE_CONSUMER_LIMIT 259U /**< Free consumers that are not needed any more. */
#define KVMLIB_CAUSE_NOT_JOINED 260U /**< Call kvmlib_control_join() on the vCPU's thread first. */
#define KVMLIB_CAUSE_ALREADY_JOINED 261U /**< Use one thread for each vCPU, and one group for each VM. */
#define KVMLIB_CAUSE_VCPU_LATE 262U /**< Look where it is: a thread in the program's own code has to come back to kvmlib_control_run(), or to wait in kvmlib_control_wait(). */
#define KVMLIB_CAUSE_VCPU_THREAD_GONE 263U /**< Call kvmlib_control_leave() before a vCPU's thread ends, or after it, from another. */
#define KVMLIB_CAUSE_PAUSED 264U /**< Wait in kvmlib_control_wait() until the group goes on. */
#define KVMLIB_CAUSE_OWN_PAUSE 265U /**< Call kvmlib_control_resume() on this thread first. */
#define KVMLIB_CAUSE_NOT_PAUSED 266U /**< End each pause once; what a vCPU's thread has paused, it resumes itself. */
#define KVMLIB_CAUSE_ROUTE_GONE 267U /**< Commit the route before it is used, and use it no more once its removal has committed. */
#define KVMLIB_CAUSE_NAME_TAKEN 268U /**< Choose another name, or none. */
#define KVMLIB_CAUSE_ROUTES_LIMIT 269U /**< Remove routes that are not needed any more; the record tells the limit. */
#define KVMLIB_CAUSE_GSI_LIMIT 270U /**< Leave the choice of the GSI to the library, and remove routes that are not needed any more. */
#define KVMLIB_CAUSE_ROUTE_IN_USE 271U /**< Drop the route's irqfds before it is removed, masked ones too. */
#define KVMLIB_CAUSE_NOT_EVENTFD 272U /**< Pass what eventfd(2) returned, or let the library make one. */
#define KVMLIB_CAUSE_RESAMPLE_UNSUPPORTED 273U /**< Create the full irqchip (x86), or raise the level by KVM_IRQ_LINE and take it down at KVM_EXIT_IOAPIC_EOI. */
#define KVMLIB_CAUSE_IRQCHIP_COMBINATION 274U /**< Ask for a timer with the full irqchip alone, and for pins and the ends of interrupts with the split one; what needs the x2APIC API must not leave it out. */
#define KVMLIB_CAUSE_COALESCED_TAKEN 275U /**< Share the one reader: a VM has one ring. */
#define KVMLIB_CAUSE_COALESCED_RING 276U /**< Look for other code in the process that writes to the vCPUs' mappings. */
#define KVMLIB_CAUSE_COALESCED_BUSY 277U /**< Do not drain from the handler of coalesced writes. */
#define KVMLIB_CAUSE_ZONE_OVERLAP 278U /**< Add ranges that do not overlap: KVM removes all zones around a range at once. */
#define KVMLIB_CAUSE_ZONE_ABSENT 279U /**< Remove a zone by the address, length and flags that it was added with. */
#define KVMLIB_CAUSE_NOT_VFIO_FILE 280U /**< Pass a VFIO group, or with Linux 6.6 or later a VFIO device; load the vfio module. */
#define KVMLIB_CAUSE_VFIO_FILE_ADDED 281U /**< Add each file of VFIO once, whichever descriptor it is named by. */
#define KVMLIB_CAUSE_TCE_TABLE_REFUSED 282U /**< Pass a table that was made by KVM_CREATE_SPAPR_TCE_64 on this VM, with the page size and window of the group's own. */
#define KVMLIB_CAUSE_WATCH_ENDED 283U /**< Watch eventfds, timerfds or what else gives 8 bytes a time, and stop the watch before such a descriptor ends. */
#define KVMLIB_CAUSE_NOT_PLUGGED 284U /**< Make vCPUs that are to be unplugged by kvmlib_control_plug(), and unplug each once. */
#define KVMLIB_CAUSE_STATE_NOT_ONE 285U /**< Pass what kvmlib_state_write() wrote, from its first byte on. */
#define KVMLIB_CAUSE_STATE_CHECKSUM 286U /**< Take it from where it was written again; nothing of it can be trusted. */
#define KVMLIB_CAUSE_STATE_MALFORMED 287U /**< It was not written by kvmlib_state_write(); do not use it. */
#define KVMLIB_CAUSE_STATE_VERSION 288U /**< Use a library as new as the one that wrote it. */
#define KVMLIB_CAUSE_STATE_TRUNCATED 289U /**< Take all of what was written: the record tells how many bytes there were. */
#define KVMLIB_CAUSE_STATE_ITEM_MISSING 290U /**< List its items by kvmlib_state_at(), or save it by a plan that has the step. */
#define KVMLIB_CAUSE_STATE_ITEM_EXISTS 291U /**< Take the items out by kvmlib_state_clear() before it is used again. */
#define KVMLIB_CAUSE_STATE_ITEM_TOO_LARGE 292U /**< Keep memory and the like elsewhere; a state is for what devices and processors hold. */
#define KVMLIB_CAUSE_STATE_STEP_UNKNOWN 293U /**< List the steps by kvmlib_state_step_at(). */
#define KVMLIB_CAUSE_STATE_STEP_EXISTS 294U /**< Name the program's steps apart, each with a dot in its name. */
#define KVMLIB_CAUSE_STATE_PROTECTED 295U /**< Move such guests by the means of SEV or TDX; KVM gives their state to nobody. */
#define KVMLIB_CAUSE_STATE_ARCHITECTURE 296U /**< Restore it on a host of the architecture that the record tells by its ELF number. */
#define KVMLIB_CAUSE_STATE_UNSUPPORTED 297U /**< List all that stands in the way by kvmlib_state_check(); what may be left out goes into the options' allow. */
#define KVMLIB_CAUSE_VCPUS_MISSING 298U /**< Make all vCPUs before the interrupt controller is initialized; tell their number where other code made them. */
#define KVMLIB_CAUSE_POINT_EXISTS 299U /**< Remove it first, or go on with the one that is there. */
#define KVMLIB_CAUSE_POINT_ABSENT 300U /**< Give kind, address and length as they were added. */
#define KVMLIB_CAUSE_POINTS_FULL 301U /**< Remove a hardware breakpoint or watchpoint, or use software breakpoints, of which there can be any number. */
#define KVMLIB_CAUSE_POINT_LIFTED 302U /**< Wait for its KVMLIB_EXIT_DEBUG and call kvmlib_debug_stop() for it, or arm it again. */
#define KVMLIB_CAUSE_POINTS_LEFT 303U /**< Remove them before: a vCPU that is not armed takes them for the guest's own. */
#define KVMLIB_CAUSE_STATE_CHANGED 304U /**< Let no other thread set filters while a VM is saved, nor change its memory map while it is moved. */
#define KVMLIB_CAUSE_IMAGE_NOT_ONE 305U /**< Pass what kvmlib_image_write() wrote, from its first byte on, and decompress it before. */
#define KVMLIB_CAUSE_IMAGE_CHECKSUM 306U /**< Take it from where it was written again; nothing of it can be trusted. */
#define KVMLIB_CAUSE_IMAGE_MALFORMED 307U /**< It was not written by kvmlib_image_write(); do not use it. */
#define KVMLIB_CAUSE_IMAGE_VERSION 308U /**< Use a library as new as the one that wrote it. */
#define KVMLIB_CAUSE_IMAGE_TRUNCATED 309U /**< It was not written to its end, or not copied as a whole: take an older one. */
#define KVMLIB_CAUSE_IMAGE_BASE 310U /**< Load its base first, and the images between them in their order, and tell which one the memory is of. */
#define KVMLIB_CAUSE_IMAGE_SPENT 311U /**< Open the image again: what was read is not kept. */
#define KVMLIB_CAUSE_MEMORY_PRIVATE 312U /**< Have the guest share the range that the record tells, or move such guests by the means of SEV or TDX: the host can't read it. */
#define KVMLIB_CAUSE_MOVE_DIVERGES 313U /**< Slow the guest down (throttle), take a longer downtime, send faster, or let the last round stop it (KVMLIB_MOVE_STOP_ANYWAY). */
#define KVMLIB_CAUSE_RESET_MAP 314U /**< Put the regions back where they were, or take another snapshot. */
#define KVMLIB_CAUSE_CPUID_FEATURE_UNKNOWN 315U /**< List the names by kvmlib_cpuid_feature_at(). */
#define KVMLIB_CAUSE_CPUID_LEAF_TWICE 316U /**< Give each leaf either once without subleaves, or once for each of them, with KVMLIB_CPUID_FLAG_SIGNIFCANT_INDEX. */
#define KVMLIB_CAUSE_CPUID_LEAF_ABSENT 317U /**< List what it has by kvmlib_cpuid_leaf_at() and kvmlib_cpuid_msr_at(). */
#define KVMLIB_CAUSE_CPUID_FULL 318U /**< Take out leaves that answer zeros: one that is not there does so, too. */
#define KVMLIB_CAUSE_CPUID_VENDORS 319U /**< Use a baseline for the hosts of each vendor. */
#define KVMLIB_CAUSE_CPUID_TOPOLOGY 320U /**< Have more sockets, dies, cores or threads, or less vCPUs; their bits in the APIC id are 31 at most. */
#define KVMLIB_CAUSE_CPUID_NO_REPORT 321U /**< Collect it by kvmlib_report_collect() on an x86 host; the record's INDEX tells the item at fault. */
#define KVMLIB_CAUSE_CPUID_MODEL_UNKNOWN 322U /**< List the models by kvmlib_cpuid_model_at(). */
#define KVMLIB_CAUSE_CPUID_MODEL_VERSION 323U /**< Ask for an older one, or for 0, the latest; a later version needs a later library. */
#define KVMLIB_CAUSE_CPUID_VCPU_ID 324U /**< Make it by the id that kvmlib_cpuid_apic_id() tells for the topology; the record's NEEDED is that. */
#define KVMLIB_CAUSE_CPUID_HYPERV_UNKNOWN 325U /**< List them by kvmlib_cpuid_enlightenment_at(). */
#define KVMLIB_CAUSE_CPUID_HYPERV_MISSING 326U /**< Leave it out, or run the guest on a host with a later kernel; Linux tells what it offers since 5.11. */
#define KVMLIB_CAUSE_CPUID_HYPERV_UNMET 327U /**< Put what it needs in the set as well, or leave both out. */
#define KVMLIB_CAUSE_REG_NAME_UNKNOWN 328U /**< List the names of a vCPU by kvmlib_vcpu_get_reg_list() and kvmlib_reg_name(); upper and lower case differ. */
#define KVMLIB_CAUSE_AIA_REGISTER_LOST 329U /**< Where the hardware has no interrupt file for a vCPU (yet), KVM keeps one itself, and of each register only the lower half: identities 32 to 63 of 64. Let each vCPU run once, in mode HWACCEL, before its state is restored; or have guests use the others. */
#define KVMLIB_CAUSE_ARM64_FIELD_UNKNOWN 330U /**< List the fields by kvmlib_arm64_field_at(); registers go by the ids of KVM_GET_ONE_REG. */
#define KVMLIB_CAUSE_ARM64_FIELD_FIXED 331U /**< Leave the field as the host has it, or use a kernel from Linux 6.7 on, which lets more of them be changed; kvmlib_arm64_ids_writable() tells which. */
#define KVMLIB_CAUSE_EXTENSION_UNKNOWN 332U /**< List the names by kvmlib_riscv64_ext_list(); they are in lower case. */
#define KVMLIB_CAUSE_EXTENSION_MISSING 333U /**< Leave it out, or run the guest on a host that has it; kvmlib_riscv64_ext_list() tells. */
#define KVMLIB_CAUSE_EXTENSION_FIXED 334U /**< Leave it as it is: this kernel can not keep guests from it, or has it only with another. */
#define KVMLIB_CAUSE_TIMER_FREQUENCY 335U /**< Run the guest on hosts whose timers have the same frequency, which no VM can choose. */
#define KVMLIB_CAUSE_EXTENSION_OFF 336U /**< Switch it on by kvmlib_riscv64_ext_set() before the vCPU's first run; Linux 6.7 has stolen time. */
#define KVMLIB_CAUSE_ARM64_MODEL_UNKNOWN 337U /**< List the models by kvmlib_arm64_model_at(). */
#define KVMLIB_CAUSE_ARM64_MODEL_VERSION 338U /**< Ask for an older one, or for 0, the latest; a later version needs a later library. */

/** @} */

#endif
