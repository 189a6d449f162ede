/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__SIM_CHECKS_H
#define KVMLIB__SIM_CHECKS_H

#include <errno.h>

/*
 * Every refusal of the simulated kernel: name, errno, the call, what it refuses, and the real
 * kernels that were seen to answer the same, by architecture. "unconfirmed": only their source or
 * documentation says so; then why no kernel at hand can be asked. Where architectures differ, the
 * errno is that of the build.
 *
 * tests/conform holds the last column against each kernel, and tests/conform/confirm writes it.
 */

#if defined(__aarch64__) || defined(__riscv)
#define KVMLIB__SIM_UNKNOWN_VM_ERRNO EINVAL
#else
#define KVMLIB__SIM_UNKNOWN_VM_ERRNO ENOTTY
#endif

#if defined(__s390x__) || defined(__loongarch__)
#define KVMLIB__SIM_UNKNOWN_VCPU_ERRNO ENOTTY
#else
#define KVMLIB__SIM_UNKNOWN_VCPU_ERRNO EINVAL
#endif

#if defined(__loongarch__)
#define KVMLIB__SIM_UNKNOWN_SYSTEM_ERRNO ENOTTY
#define KVMLIB__SIM_BEYOND_GPA_ERRNO	 ENOMEM
#elif defined(__aarch64__) || defined(__riscv)
#define KVMLIB__SIM_UNKNOWN_SYSTEM_ERRNO EINVAL
#define KVMLIB__SIM_BEYOND_GPA_ERRNO	 EFAULT
#else
#define KVMLIB__SIM_UNKNOWN_SYSTEM_ERRNO EINVAL
#define KVMLIB__SIM_BEYOND_GPA_ERRNO	 EINVAL
#endif

/* clang-format off */
#define KVMLIB__SIM_CHECKS(X) \
X(NO_FILE,             ENOENT, "open",     "a path other than /dev/kvm and /proc/self/smaps", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(NOT_OPEN,            EBADF,  "(any)",    "a descriptor that is not open",             "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(NOT_KVM_FILE,        ENOTTY, "(any)",    "a file that is not KVM's",                 "x86_64 6.1 6.12 7") \
X(NO_LINK,             ENOENT, "readlink", "not an open descriptor in /proc/self/fd",   "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(NO_MMAP,             ENODEV, "mmap",     "a descriptor of KVM that is no vCPU, or a guest_memfd made without MMAP", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(FCNTL_COMMAND,       EINVAL, "fcntl",    "a command other than F_DUPFD_CLOEXEC, F_SETFD, F_ADD_SEALS, F_GET_SEALS", "unconfirmed: the real fcntl has more commands") \
X(FCNTL_ARGUMENT,      EINVAL, "fcntl",    "a lowest number out of range",              "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(UNREADABLE,          EFAULT, "(any)",    "an argument that can't be read",            "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(UNWRITABLE,          EFAULT, "(any)",    "an argument that can't be written",         "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(OTHER_PROCESS,       EIO,    "(any)",    "a process that did not create the VM",      "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(DEAD_VM,             EIO,    "(any)",    "a VM that KVM has given up",                "unconfirmed: no call gives a VM up on x86") \
X(UNKNOWN_SYSTEM,      KVMLIB__SIM_UNKNOWN_SYSTEM_ERRNO, "(system)", "an unknown request", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(UNKNOWN_VM,          KVMLIB__SIM_UNKNOWN_VM_ERRNO,     "(VM)",     "an unknown request", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(UNKNOWN_VCPU,        KVMLIB__SIM_UNKNOWN_VCPU_ERRNO,   "(vCPU)",   "an unknown request", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(UNKNOWN_DEVICE,      ENOTTY, "(device)", "an unknown request",                        "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(NOT_KVM_TYPE,        EINVAL, "(vCPU)",   "a request whose type byte is not KVM's",    "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SYSTEM_ARGUMENT,     EINVAL, "KVM_GET_API_VERSION, KVM_GET_VCPU_MMAP_SIZE", "a set argument", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(VM_TYPE,             EINVAL, "KVM_CREATE_VM", "an unknown type",                      "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(CPUID_ROOM,          E2BIG,  "KVM_GET_SUPPORTED_CPUID, KVM_GET_CPUID2 and others", "too little room", "x86_64 6.1 6.12 7") \
X(CPUID_COUNT,         E2BIG,  "KVM_SET_CPUID, KVM_SET_CPUID2", "more than 256 entries",               "x86_64 6.1 6.12 7") \
X(CPUID_PADDING,       EINVAL, "KVM_GET_EMULATED_CPUID", "a set padding",              "x86_64 6.1 6.12 7") \
X(MSR_ROOM,            E2BIG,  "KVM_GET_MSR_INDEX_LIST, KVM_GET_MSR_FEATURE_INDEX_LIST", "too little room", "x86_64 6.1 6.12 7") \
X(MSR_COUNT,           E2BIG,  "KVM_GET_MSRS, KVM_SET_MSRS", "256 entries or more",     "x86_64 6.1 6.12 7") \
X(CPUID_CHANGED,       EINVAL, "KVM_SET_CPUID, KVM_SET_CPUID2", "a change after the vCPU has run",     "x86_64 6.1 6.12 7") \
X(CPUID_IMPOSSIBLE,    EINVAL, "KVM_SET_CPUID, KVM_SET_CPUID2", "linear addresses not of 48 or 57 bits", "x86_64 6.1 6.12 7") \
X(VCPU_ID,             EINVAL, "KVM_CREATE_VCPU", "an id beyond the maximum",           "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(VCPU_COUNT,          EINVAL, "KVM_CREATE_VCPU", "one vCPU too many",                  "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(VCPU_EXISTS,         EEXIST, "KVM_CREATE_VCPU", "an id that is taken",                "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(VCPU_APIC_PAGE,      EEXIST, "KVM_CREATE_VCPU", "x86: a slot at 0xfee00000",          "unconfirmed: takes VMX, which is not emulated") \
X(VCPU_LATE,           EBUSY,  "KVM_CREATE_VCPU", "arm64: the vGIC is initialized",     "unconfirmed: arm64 alone has it") \
X(SLOT_ID,             EINVAL, "KVM_SET_USER_MEMORY_REGION", "a slot number or address space beyond the maximum", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_FLAGS,          EINVAL, "KVM_SET_USER_MEMORY_REGION", "an unknown flag",         "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_UNALIGNED,      EINVAL, "KVM_SET_USER_MEMORY_REGION", "size or address not page aligned", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_HOST_RANGE,     EINVAL, "KVM_SET_USER_MEMORY_REGION", "a host range outside of user space", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_WRAPS,          EINVAL, "KVM_SET_USER_MEMORY_REGION", "a guest range that wraps", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_TOO_BIG,        EINVAL, "KVM_SET_USER_MEMORY_REGION", "2^31 pages or more",      "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_NOT_THERE,      EINVAL, "KVM_SET_USER_MEMORY_REGION", "deletion of what is not there", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_IMMUTABLE,      EINVAL, "KVM_SET_USER_MEMORY_REGION", "another size, host address or READONLY", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_OVERLAP,        EEXIST, "KVM_SET_USER_MEMORY_REGION", "a guest range that overlaps a slot", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(SLOT_BEYOND_GPA,     KVMLIB__SIM_BEYOND_GPA_ERRNO, "KVM_SET_USER_MEMORY_REGION", "a range beyond guest addresses", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(DIRTY_SLOT_ID,       EINVAL, "KVM_GET_DIRTY_LOG, KVM_CLEAR_DIRTY_LOG", "a slot number or address space beyond the maximum", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(DIRTY_NO_LOG,        ENOENT, "KVM_GET_DIRTY_LOG, KVM_CLEAR_DIRTY_LOG", "no slot, or one without dirty log", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(CLEAR_FIRST,         EINVAL, "KVM_CLEAR_DIRTY_LOG", "a first page that is no multiple of 64", "arm64 6.1 6.12 7 riscv64 7 x86_64 6.1 6.12 7") \
X(CLEAR_RANGE,         EINVAL, "KVM_CLEAR_DIRTY_LOG", "pages beyond the slot, or no multiple of 64", "arm64 6.1 6.12 7 riscv64 7 x86_64 6.1 6.12 7") \
X(NO_RINGS,            EINVAL, "KVM_RESET_DIRTY_RINGS", "no dirty rings", "x86_64 6.1 6.12 7") \
X(DIRTY_RINGS,         ENXIO,  "KVM_GET_DIRTY_LOG, KVM_CLEAR_DIRTY_LOG", "dirty rings, without dirty logs beside them", "arm64 6.12 7 riscv64 7 x86_64 6.1 6.12 6.18 7") \
X(RING_SIZE,           EINVAL, "KVM_ENABLE_CAP", "a dirty ring that is no power of two, or less than a page", "arm64 6.12 7 riscv64 7 x86_64 6.1 6.12 6.18 7") \
X(RING_TOO_BIG,        E2BIG,  "KVM_ENABLE_CAP", "a dirty ring above the largest", "arm64 6.12 7 riscv64 7 x86_64 6.1 6.12 6.18 7") \
X(RING_LATE,           EINVAL, "KVM_ENABLE_CAP", "dirty rings a second time, or after a vCPU", "arm64 6.12 7 riscv64 7 x86_64 6.1 6.12 6.18 7") \
X(RING_BITMAP,         EINVAL, "KVM_ENABLE_CAP", "dirty logs beside rings: flags, no rings, or slots", "unconfirmed: arm64 alone has it") \
X(RING_MAPPING,        EINVAL, "mmap", "a dirty ring with PROT_EXEC, or MAP_PRIVATE", "arm64 6.12 7 riscv64 7 x86_64 6.1 6.12 6.18 7") \
X(CAP_ARGUMENT,        EINVAL, "KVM_ENABLE_CAP", "flags, arguments or a capability that can't be", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(CAP_SPLIT_EXISTS,    EEXIST, "KVM_ENABLE_CAP", "x86: split irqchip after an irqchip or a vCPU", "x86_64 6.1 6.12 7") \
X(CAP_OF_VCPU,         EINVAL, "KVM_ENABLE_CAP", "x86, vCPU: flags, arguments or a capability that can't be", "x86_64 6.1 6.12 7") \
X(CAP_NOT_SVM,         ENOTTY, "KVM_ENABLE_CAP", "x86, vCPU: a VMCS of Hyper-V, which SVM has not", "x86_64 6.1 6.12 7") \
X(IRQCHIP_EXISTS,      EEXIST, "KVM_CREATE_IRQCHIP, KVM_CREATE_DEVICE", "a second irqchip", "x86_64 6.1 6.12 7") \
X(IRQCHIP_LATE,        EINVAL, "KVM_CREATE_IRQCHIP", "x86: vCPUs exist; s390x: capability not enabled", "x86_64 6.1 6.12 7") \
X(IRQCHIP_RAN,         EBUSY,  "KVM_CREATE_IRQCHIP, KVM_CREATE_DEVICE", "arm64, riscv64: a vCPU has run", "unconfirmed: arm64 and riscv64 alone have it") \
X(IRQCHIP_VCPUS,       E2BIG,  "KVM_CREATE_IRQCHIP, KVM_CREATE_DEVICE", "arm64: more vCPUs than a GICv2 has", "unconfirmed: arm64 alone has it") \
X(IRQ_NO_IRQCHIP,      ENXIO,  "KVM_IRQ_LINE, KVM_IRQ_LINE_STATUS", "no irqchip in the kernel", "x86_64 6.1 6.12 7") \
X(IRQ_NUMBER,          EINVAL, "KVM_IRQ_LINE", "arm64: no such line",                   "unconfirmed: arm64 alone has it") \
X(IRQ_NOT_READY,       EBUSY,  "KVM_IRQ_LINE", "arm64, riscv64: irqchip not initialized", "unconfirmed: arm64 and riscv64 alone have it") \
X(PIT_EXISTS,          EEXIST, "KVM_CREATE_PIT2", "a second PIT",                       "x86_64 6.1 6.12 7") \
X(PIT_NO_PIC,          ENOENT, "KVM_CREATE_PIT2", "no PIC in the kernel",               "x86_64 6.12 7") \
X(TSS_RANGE,           EINVAL, "KVM_SET_TSS_ADDR", "above 4 GiB less three pages",      "x86_64 6.1 6.12 7") \
X(TSS_OVERLAP,         EEXIST, "KVM_SET_TSS_ADDR", "pages that overlap a slot, or a second call", "unconfirmed: takes VMX, which is not emulated") \
X(IDENTITY_LATE,       EINVAL, "KVM_SET_IDENTITY_MAP_ADDR", "vCPUs exist",              "x86_64 6.1 6.12 7") \
X(DEVICE_TYPE,         ENODEV, "KVM_CREATE_DEVICE", "an unknown type",                  "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(DEVICE_VFIO_TWICE,   EBUSY,  "KVM_CREATE_DEVICE", "a second VFIO device",             "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(ATTR_UNKNOWN,        ENXIO,  "KVM_SET/GET/HAS_DEVICE_ATTR", "an unknown attribute",   "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(ATTR_ACCESS,         EPERM,  "KVM_SET/GET/HAS_DEVICE_ATTR", "what the device or attribute can't do", "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(VFIO_FILE,           EBADF,  "KVM_SET_DEVICE_ATTR", "VFIO: a file that is not open",  "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(VFIO_NOT_VFIO,       EINVAL, "KVM_SET_DEVICE_ATTR", "VFIO: a file of KVM itself",     "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(VFIO_TWICE,          EEXIST, "KVM_SET_DEVICE_ATTR", "VFIO: a file added before",      "unconfirmed: takes a file of VFIO") \
X(VFIO_ABSENT,         ENOENT, "KVM_SET_DEVICE_ATTR", "VFIO: a file not added",         "arm64 6.1 6.12 7 x86_64 6.1 6.12 7") \
X(VFIO_TABLE,          EINVAL, "KVM_SET_DEVICE_ATTR", "VFIO, POWER: no I/O translation table", "unconfirmed: POWER alone has it") \
X(VGIC_ADDRESS,        EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: an address that is not aligned, or a range that wraps", "unconfirmed: arm64 alone has it") \
X(VGIC_ADDRESS_SET,    EEXIST, "KVM_SET_DEVICE_ATTR", "arm64: an address that is set", "unconfirmed: arm64 alone has it") \
X(VGIC_LIMIT,          E2BIG,  "KVM_SET_DEVICE_ATTR", "arm64: a range beyond guest addresses", "unconfirmed: arm64 alone has it") \
X(VGIC_REGION,         EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: a region of no redistributors, out of turn, beside the single one, or that overlaps", "unconfirmed: arm64 alone has it") \
X(VGIC_IRQS,           EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: fewer than 64 interrupts, more than 1023, or no multiple of 32", "unconfirmed: arm64 alone has it") \
X(VGIC_IRQS_SET,       EBUSY,  "KVM_SET_DEVICE_ATTR", "arm64: a number of interrupts that is set", "unconfirmed: arm64 alone has it") \
X(VGIC_MAINTENANCE,    EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: a maintenance interrupt that is no PPI", "unconfirmed: arm64 alone has it") \
X(ITS_IN_USE,          EBUSY,  "KVM_SET_DEVICE_ATTR", "arm64: the place in the queue of an ITS that is on", "unconfirmed: arm64 alone has it") \
X(ARM_FEATURE,         ENOENT, "KVM_ARM_VCPU_INIT", "arm64: a feature that is unknown", "unconfirmed: arm64 alone has it") \
X(ARM_FEATURES,        EINVAL, "KVM_ARM_VCPU_INIT", "arm64: features that the host lacks, one of a pair, or others than before", "unconfirmed: arm64 alone has it") \
X(ARM_UNINITIALIZED,   ENOEXEC,"KVM_ARM_VCPU_FINALIZE", "arm64: a vCPU that is not initialized", "unconfirmed: arm64 alone has it") \
X(ARM_NO_FEATURE,      EINVAL, "KVM_ARM_VCPU_FINALIZE", "arm64: a feature that is not switched on, or can't be finalized", "unconfirmed: arm64 alone has it") \
X(ARM_FINAL,           EPERM,  "KVM_ARM_VCPU_FINALIZE, KVM_SET_ONE_REG", "arm64: lengths of vectors that are final", "unconfirmed: arm64 alone has it") \
X(ARM_LENGTHS,         EINVAL, "KVM_SET_ONE_REG", "arm64: lengths of vectors that are not the host's up to some length", "unconfirmed: arm64 alone has it") \
X(ARM_TIMER,           EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: a timer's interrupt that is no PPI, or no GIC in the kernel", "unconfirmed: arm64 alone has it") \
X(ARM_TIMER_LATE,      EBUSY,  "KVM_SET_DEVICE_ATTR", "arm64: a timer's interrupt after a vCPU has run", "unconfirmed: arm64 alone has it") \
X(ARM_PMU_IRQ,         EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: an interrupt of the PMU that can't be, or no GIC in the kernel", "unconfirmed: arm64 alone has it") \
X(ARM_PMU_READY,       EBUSY,  "KVM_SET_DEVICE_ATTR", "arm64: a PMU that is initialized, or has what is to be set", "unconfirmed: arm64 alone has it") \
X(ARM_PMU_NO_GIC,      ENODEV, "KVM_SET_DEVICE_ATTR", "arm64: the PMU before the GIC is initialized", "unconfirmed: arm64 alone has it") \
X(ARM_PMU_NO_IRQ,      ENXIO,  "KVM_SET_DEVICE_ATTR", "arm64: the PMU without interrupt", "unconfirmed: arm64 alone has it") \
X(ARM_PMU_FILTER,      EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: events that are not there, or another action", "unconfirmed: arm64 alone has it") \
X(ARM_PMU_COUNTERS,    EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: counters of a PMU that was not chosen", "unconfirmed: arm64 alone has it") \
X(ARM_PVTIME,          EINVAL, "KVM_SET_DEVICE_ATTR", "arm64: a record of stolen time that is not aligned, or not in memory", "unconfirmed: arm64 alone has it") \
X(ARM_PVTIME_SET,      EEXIST, "KVM_SET_DEVICE_ATTR", "arm64: a second record of stolen time", "unconfirmed: arm64 alone has it") \
X(AIA_NUMBER,          EINVAL, "KVM_SET_DEVICE_ATTR", "riscv64: a number of the AIA out of its range", "unconfirmed: riscv64 alone has it") \
X(AIA_ADDRESS,         EINVAL, "KVM_SET_DEVICE_ATTR", "riscv64: an address that is not aligned", "unconfirmed: riscv64 alone has it") \
X(AIA_READY,           EBUSY,  "KVM_SET_DEVICE_ATTR", "riscv64: the AIA is initialized", "unconfirmed: riscv64 alone has it") \
X(AIA_INIT,            EINVAL, "KVM_SET_DEVICE_ATTR", "riscv64: addresses of the AIA missing or unlike, or too few identities", "unconfirmed: riscv64 alone has it") \
X(AIA_ABSENT,          ENODEV, "KVM_SET_DEVICE_ATTR, KVM_GET_DEVICE_ATTR, KVM_HAS_DEVICE_ATTR", "riscv64: registers of an APLIC without sources, or of a vCPU that is not there", "unconfirmed: riscv64 alone has it") \
X(AIA_REGISTER,        EINVAL, "KVM_SET_DEVICE_ATTR, KVM_GET_DEVICE_ATTR, KVM_HAS_DEVICE_ATTR", "riscv64: a number of an IMSIC's register that there is not", "unconfirmed: riscv64 alone has it") \
X(SREGS_LONG_MODE,     EINVAL, "KVM_SET_SREGS", "x86: EFER, CR0, CR3, CR4 and CS contradict", "x86_64 6.1 6.12 7") \
X(SREGS_CR0,           EINVAL, "KVM_SET_SREGS", "x86: CR0 contradicts itself",          "x86_64 6.1 6.12 7") \
X(SREGS_CR4,           EINVAL, "KVM_SET_SREGS", "x86: reserved bits in CR4",            "x86_64 6.1 6.12 7") \
X(SREGS_EFER,          EINVAL, "KVM_SET_SREGS", "x86: EFER bits that the CPUID lacks",  "x86_64 6.12 7") \
X(SREGS_APIC_BASE,     EINVAL, "KVM_SET_SREGS", "x86: reserved bits in the APIC base",  "x86_64 6.1 6.12 7") \
X(SLOT_MEMFD,          EBADF,  "KVM_SET_USER_MEMORY_REGION2", "a guest_memfd that is not open", "x86_64 7") \
X(GMEM_KIND,           EINVAL, "KVM_SET_USER_MEMORY_REGION2", "a file that is no guest_memfd", "x86_64 7") \
X(GMEM_RANGE,          EINVAL, "KVM_SET_USER_MEMORY_REGION2", "a range beyond the guest_memfd, or one that wraps", "x86_64 7") \
X(GMEM_IMMUTABLE,      EINVAL, "KVM_SET_USER_MEMORY_REGION, KVM_SET_USER_MEMORY_REGION2", "a change of a slot, with a guest_memfd before or after", "x86_64 7") \
X(GMEM_FLAGS,          EINVAL, "KVM_CREATE_GUEST_MEMFD", "unknown flags",               "x86_64 7") \
X(GMEM_SIZE,           EINVAL, "KVM_CREATE_GUEST_MEMFD", "no size, or one that is not of pages", "x86_64 7") \
X(ATTRIBUTES,          EINVAL, "KVM_SET_MEMORY_ATTRIBUTES", "flags, or attributes that the VM has not", "unconfirmed: no kernel at hand has private memory built in") \
X(ATTRIBUTES_RANGE,    EINVAL, "KVM_SET_MEMORY_ATTRIBUTES", "no size, one that is not of pages, or a range that wraps", "unconfirmed: no kernel at hand has private memory built in") \
X(PRE_FAULT_FLAGS,     EINVAL, "KVM_PRE_FAULT_MEMORY", "flags",                         "x86_64 6.12 7") \
X(PRE_FAULT_RANGE,     EINVAL, "KVM_PRE_FAULT_MEMORY", "no size, one that is not of pages, or a range that wraps", "x86_64 6.12 7") \
X(PRE_FAULT_NO_SLOT,   ENOENT, "KVM_PRE_FAULT_MEMORY", "memory that no slot has at the start", "x86_64 6.12 7") \
X(EVENTFD_NOT_OPEN,    EBADF,  "KVM_IRQFD, KVM_IOEVENTFD", "a descriptor that is not open", "x86_64 6.1 6.12 7") \
X(EVENTFD_KIND,        EINVAL, "KVM_IRQFD, KVM_IOEVENTFD", "a file that is no eventfd", "x86_64 6.1 6.12 7") \
X(IRQFD_FLAGS,         EINVAL, "KVM_IRQFD", "unknown flags",                            "x86_64 6.1 6.12 7") \
X(IRQFD_NO_IRQCHIP,    EINVAL, "KVM_IRQFD", "no irqchip, or RESAMPLE with a split one", "x86_64 6.1 6.12 7") \
X(IRQFD_TWICE,         EBUSY,  "KVM_IRQFD", "an eventfd that is attached already",      "x86_64 6.1 6.12 7") \
X(MSI_ARGUMENT,        EINVAL, "KVM_SIGNAL_MSI", "no irqchip, or unknown flags", "x86_64 6.1 6.12 7") \
X(MSI_NOBODY,          EPERM,  "KVM_SIGNAL_MSI", "x86: no vCPU to take it", "x86_64 6.1 6.12 7") \
X(MSI_NO_ITS,          ENODEV, "KVM_SIGNAL_MSI", "arm64: no ITS", "unconfirmed: arm64 alone has it") \
X(ROUTES_EARLY,        EINVAL, "KVM_SET_GSI_ROUTING", "x86, riscv64, s390x: no irqchip", "x86_64 6.1 6.12 7") \
X(ROUTES_COUNT,        EINVAL, "KVM_SET_GSI_ROUTING", "more than 4096, or flags", "x86_64 6.1 6.12 7") \
X(ROUTE_GSI,           EINVAL, "KVM_SET_GSI_ROUTING", "a line above 4095", "x86_64 6.1 6.12 7") \
X(ROUTE_FLAGS,         EINVAL, "KVM_SET_GSI_ROUTING", "unknown flags of a route", "x86_64 6.1 6.12 7") \
X(ROUTE_TWICE,         EINVAL, "KVM_SET_GSI_ROUTING", "a line with two routes to one chip, or an MSI and more", "x86_64 6.1 6.12 7") \
X(ROUTE_TYPE,          EINVAL, "KVM_SET_GSI_ROUTING", "a type, chip or pin that is not there", "x86_64 6.1 6.12 7") \
X(IOEVENTFD_RANGE,     EINVAL, "KVM_IOEVENTFD", "a length that can't be, or a range that wraps", "x86_64 6.1 6.12 7") \
X(IOEVENTFD_FLAGS,     EINVAL, "KVM_IOEVENTFD", "unknown flags, or DATAMATCH without length", "x86_64 6.1 6.12 7") \
X(IOEVENTFD_EXISTS,    EEXIST, "KVM_IOEVENTFD", "a place that is taken",                "x86_64 6.1 6.12 7") \
X(IOEVENTFD_ABSENT,    ENOENT, "KVM_IOEVENTFD", "one that is not attached",             "x86_64 6.1 6.12 7") \
X(ZONE_PIO,            EINVAL, "KVM_REGISTER_COALESCED_MMIO, KVM_UNREGISTER_COALESCED_MMIO", "pio other than 0 and 1", "x86_64 6.1 6.12 7") \
X(ZONE_COUNT,          ENOSPC, "KVM_REGISTER_COALESCED_MMIO", "more than 1000 zones on a bus", "x86_64 6.1 6.12 7") \
X(REGISTER_ID,         EINVAL, "KVM_GET_ONE_REG, KVM_SET_ONE_REG", "an id that can't be", "x86_64 7") \
X(EXT_ABSENT,          ENOENT, "KVM_GET_ONE_REG, KVM_SET_ONE_REG", "riscv64: an extension that the host has not", "riscv64 6.12 7") \
X(EXT_RAN,             EBUSY,  "KVM_SET_ONE_REG", "riscv64: an extension, after the vCPU has run", "riscv64 6.12 7") \
X(EXT_FIXED,           EINVAL, "KVM_SET_ONE_REG", "riscv64: an extension that stays as it is, or a number that is neither on nor off", "riscv64 6.12 7") \
X(TIMER_FREQUENCY,     EINVAL, "KVM_SET_ONE_REG", "riscv64: another frequency than the host's", "riscv64 6.12 7") \
X(TIMER_OFF,           EINVAL, "KVM_SET_ONE_REG", "riscv64: a timer switched off that is off", "riscv64 6.12 7") \
X(STA_OFF,             EINVAL, "KVM_GET_ONE_REG, KVM_SET_ONE_REG", "riscv64: stolen time that is off, or at no multiple of 64 bytes", "riscv64 7") \
X(MMU_PAGES,           EINVAL, "KVM_SET_NR_MMU_PAGES", "fewer than 64",                 "x86_64 6.1 6.12 7") \
X(BOOT_CPU_LATE,       EBUSY,  "KVM_SET_BOOT_CPU_ID", "vCPUs exist",                    "x86_64 6.1 6.12 7") \
X(INTERRUPT_VECTOR,    EINVAL, "KVM_INTERRUPT", "x86: a number above 255",              "x86_64 6.1 6.12 7") \
X(INTERRUPT_PIC,       ENXIO,  "KVM_INTERRUPT", "x86: the PIC is in the kernel",        "x86_64 6.1 6.12 7") \
X(NO_KVMCLOCK,         EINVAL, "KVM_KVMCLOCK_CTRL", "a guest without kvmclock",         "x86_64 6.1 6.12 7") \
X(MCE_CAP,             EINVAL, "KVM_X86_SETUP_MCE", "no bank, too many, or unknown abilities", "x86_64 6.1 6.12 7") \
X(MCE_BANK,            EINVAL, "KVM_X86_SET_MCE", "no such bank, or a status that is not valid", "x86_64 6.1 6.12 7") \
X(NO_SMM,              ENOTTY, "KVM_SMI", "no system management mode", "unconfirmed: the kernels at hand all have it") \
X(NOT_ENCRYPTED,       ENOTTY, "KVM_MEMORY_ENCRYPT_OP, KVM_MEMORY_ENCRYPT_REG_REGION, KVM_MEMORY_ENCRYPT_UNREG_REGION", "a plain VM", "x86_64 6.1 6.12 7") \
X(NESTED_ROOM,         E2BIG,  "KVM_GET_NESTED_STATE", "too little room", "x86_64 6.1 6.12 7") \
X(NESTED_HEADER,       EINVAL, "KVM_SET_NESTED_STATE", "a size, flags or format that can't be", "x86_64 6.1 6.12 7") \
X(NESTED_NO_SVM,       EINVAL, "KVM_SET_NESTED_STATE", "a nested guest, without EFER.SVME", "x86_64 6.1 6.12 7") \
X(SREGS2_FLAGS,        EINVAL, "KVM_SET_SREGS2", "unknown flags, or PDPTRs without PAE paging", "x86_64 6.1 6.12 7") \
X(NO_APIC,             EINVAL, "KVM_GET_LAPIC, KVM_SET_LAPIC, KVM_SET_VAPIC_ADDR", "no local APIC in the kernel", "x86_64 6.1 6.12 7") \
X(NO_PIC,              ENXIO,  "KVM_GET_IRQCHIP, KVM_SET_IRQCHIP", "no PIC in the kernel", "x86_64 6.1 6.12 7") \
X(IRQCHIP_ID,          EINVAL, "KVM_GET_IRQCHIP, KVM_SET_IRQCHIP", "no such chip",      "x86_64 6.1 6.12 7") \
X(NO_PIT,              ENXIO,  "KVM_GET_PIT2, KVM_SET_PIT2, KVM_REINJECT_CONTROL", "no PIT in the kernel", "x86_64 6.1 6.12 7") \
X(EVENTS_FLAGS,        EINVAL, "KVM_SET_VCPU_EVENTS", "unknown flags",                  "x86_64 6.1 6.12 7") \
X(EVENTS_EXCEPTION,    EINVAL, "KVM_SET_VCPU_EVENTS", "a vector that no exception has", "x86_64 6.1 6.12 7") \
X(DEBUGREGS,           EINVAL, "KVM_SET_DEBUGREGS", "flags, or upper halves of DR6 and DR7", "x86_64 6.1 6.12 7") \
X(XSAVE,               EINVAL, "KVM_SET_XSAVE", "unknown components, or reserved bits in MXCSR", "x86_64 6.1 6.12 7") \
X(XCRS,                EINVAL, "KVM_SET_XCRS", "flags, too many, or what the CPUID lacks", "x86_64 6.1 6.12 7") \
X(CLOCK_FLAGS,         EINVAL, "KVM_SET_CLOCK", "unknown flags",                        "x86_64 6.1 6.12 7") \
X(MP_STATE,            EINVAL, "KVM_SET_MP_STATE", "a state that can't be",             "x86_64 6.1 6.12 7") \
X(SIGNAL_MASK,         EINVAL, "KVM_SET_SIGNAL_MASK", "a length that is not the kernel's", "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(DEBUG_CONTROL,       EINVAL, "KVM_SET_GUEST_DEBUG", "arm64, s390x, loongarch64: an unknown control bit", "unconfirmed: x86 has no such check") \
X(DEBUG_PENDING,       EBUSY,  "KVM_SET_GUEST_DEBUG", "x86: an exception to inject while one is pending", "x86_64 6.1 6.12 7") \
X(RUN_ARGUMENT,        EINVAL, "KVM_RUN", "a set argument",                             "arm64 6.1 6.12 7 riscv64 6.12 7 x86_64 6.1 6.12 7") \
X(RUN_SYNC_REGS,       EINVAL, "KVM_RUN", "unknown sync registers",                     "x86_64 6.1 6.12 7") \
X(RUN_CR8,             EINVAL, "KVM_RUN", "x86: reserved bits in cr8, without irqchip", "x86_64 6.1 6.12 7") \
X(RUN_DEAD_VM,         EIO,    "KVM_RUN", "KVM gave the VM up meanwhile",               "unconfirmed: no call gives a VM up on x86") \
X(RUN_INTERRUPTED,     EINTR,  "KVM_RUN", "immediate_exit, or a signal",                "x86_64 6.1 6.12 7")
/* clang-format on */

#define KVMLIB__SIM_CHECK_ERRNO(name, error, call, what, confirmed) KVMLIB__SIM_E_##name = (error),
enum kvmlib__sim_check_errno { KVMLIB__SIM_CHECKS(KVMLIB__SIM_CHECK_ERRNO) };
#undef KVMLIB__SIM_CHECK_ERRNO

#define KVMLIB__SIM_CHECK(name, error, call, what, confirmed) KVMLIB__SIM_CHECK_##name,
enum kvmlib__sim_check {
	KVMLIB__SIM_CHECK_NONE,
	KVMLIB__SIM_CHECKS(KVMLIB__SIM_CHECK) KVMLIB__SIM_NR_CHECKS
};
#undef KVMLIB__SIM_CHECK

/* The check that refused this thread's last refused call, for tests/conform. */
extern _Thread_local enum kvmlib__sim_check kvmlib__sim_refused_by;

/* What a call that fails this check answers. */
#define REFUSE(name) (kvmlib__sim_refused_by = KVMLIB__SIM_CHECK_##name, -(int)KVMLIB__SIM_E_##name)

#endif
