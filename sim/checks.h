/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB__SIM_CHECKS_H
#define KVMLIB__SIM_CHECKS_H

#include <errno.h>

/*
 * Every refusal of the simulated kernel: name, errno, the call, what it refuses, and the real
 * kernel that was seen to answer the same ("unconfirmed": only its source or documentation says
 * so). Where architectures differ, the errno is that of the build.
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
X(NO_FILE,             ENOENT, "open",     "a path other than /dev/kvm",                "unconfirmed") \
X(NOT_OPEN,            EBADF,  "(any)",    "a descriptor that is not open",             "unconfirmed") \
X(NO_LINK,             ENOENT, "readlink", "not an open descriptor in /proc/self/fd",   "unconfirmed") \
X(NO_MMAP,             ENODEV, "mmap",     "a descriptor of something else than a vCPU", "unconfirmed") \
X(FCNTL_COMMAND,       EINVAL, "fcntl",    "a command other than F_DUPFD_CLOEXEC",      "unconfirmed") \
X(FCNTL_ARGUMENT,      EINVAL, "fcntl",    "a lowest number out of range",              "unconfirmed") \
X(UNREADABLE,          EFAULT, "(any)",    "an argument that can't be read",            "unconfirmed") \
X(UNWRITABLE,          EFAULT, "(any)",    "an argument that can't be written",         "unconfirmed") \
X(OTHER_PROCESS,       EIO,    "(any)",    "a process that did not create the VM",      "unconfirmed") \
X(DEAD_VM,             EIO,    "(any)",    "a VM that KVM has given up",                "unconfirmed") \
X(UNKNOWN_SYSTEM,      KVMLIB__SIM_UNKNOWN_SYSTEM_ERRNO, "(system)", "an unknown request", "unconfirmed") \
X(UNKNOWN_VM,          KVMLIB__SIM_UNKNOWN_VM_ERRNO,     "(VM)",     "an unknown request", "unconfirmed") \
X(UNKNOWN_VCPU,        KVMLIB__SIM_UNKNOWN_VCPU_ERRNO,   "(vCPU)",   "an unknown request", "unconfirmed") \
X(UNKNOWN_DEVICE,      ENOTTY, "(device)", "an unknown request",                        "unconfirmed") \
X(NOT_KVM_TYPE,        EINVAL, "(vCPU)",   "a request whose type byte is not KVM's",    "unconfirmed") \
X(SYSTEM_ARGUMENT,     EINVAL, "KVM_GET_API_VERSION, KVM_GET_VCPU_MMAP_SIZE", "a set argument", "unconfirmed") \
X(VM_TYPE,             EINVAL, "KVM_CREATE_VM", "an unknown type",                      "unconfirmed") \
X(CPUID_ROOM,          E2BIG,  "KVM_GET_SUPPORTED_CPUID, KVM_GET_CPUID2", "too little room", "unconfirmed") \
X(CPUID_COUNT,         E2BIG,  "KVM_SET_CPUID2", "more than 256 entries",               "unconfirmed") \
X(CPUID_CHANGED,       EINVAL, "KVM_SET_CPUID2", "a change after the vCPU has run",     "unconfirmed") \
X(CPUID_IMPOSSIBLE,    EINVAL, "KVM_SET_CPUID2", "linear addresses not of 48 or 57 bits", "unconfirmed") \
X(VCPU_ID,             EINVAL, "KVM_CREATE_VCPU", "an id beyond the maximum",           "unconfirmed") \
X(VCPU_COUNT,          EINVAL, "KVM_CREATE_VCPU", "one vCPU too many",                  "unconfirmed") \
X(VCPU_EXISTS,         EEXIST, "KVM_CREATE_VCPU", "an id that is taken",                "unconfirmed") \
X(VCPU_APIC_PAGE,      EEXIST, "KVM_CREATE_VCPU", "x86: a slot at 0xfee00000",          "unconfirmed") \
X(VCPU_LATE,           EBUSY,  "KVM_CREATE_VCPU", "arm64: the vGIC is initialized",     "unconfirmed") \
X(SLOT_ID,             EINVAL, "KVM_SET_USER_MEMORY_REGION", "a slot number or address space beyond the maximum", "unconfirmed") \
X(SLOT_FLAGS,          EINVAL, "KVM_SET_USER_MEMORY_REGION", "an unknown flag",         "unconfirmed") \
X(SLOT_UNALIGNED,      EINVAL, "KVM_SET_USER_MEMORY_REGION", "size or address not page aligned", "unconfirmed") \
X(SLOT_HOST_RANGE,     EINVAL, "KVM_SET_USER_MEMORY_REGION", "a host range outside of user space", "unconfirmed") \
X(SLOT_WRAPS,          EINVAL, "KVM_SET_USER_MEMORY_REGION", "a guest range that wraps", "unconfirmed") \
X(SLOT_TOO_BIG,        EINVAL, "KVM_SET_USER_MEMORY_REGION", "2^31 pages or more",      "unconfirmed") \
X(SLOT_NOT_THERE,      EINVAL, "KVM_SET_USER_MEMORY_REGION", "deletion of what is not there", "unconfirmed") \
X(SLOT_IMMUTABLE,      EINVAL, "KVM_SET_USER_MEMORY_REGION", "another size, host address or READONLY", "unconfirmed") \
X(SLOT_OVERLAP,        EEXIST, "KVM_SET_USER_MEMORY_REGION", "a guest range that overlaps a slot", "unconfirmed") \
X(SLOT_BEYOND_GPA,     KVMLIB__SIM_BEYOND_GPA_ERRNO, "KVM_SET_USER_MEMORY_REGION", "a range beyond guest addresses", "unconfirmed") \
X(DIRTY_SLOT_ID,       EINVAL, "KVM_GET_DIRTY_LOG, KVM_CLEAR_DIRTY_LOG", "a slot number or address space beyond the maximum", "unconfirmed") \
X(DIRTY_NO_LOG,        ENOENT, "KVM_GET_DIRTY_LOG, KVM_CLEAR_DIRTY_LOG", "no slot, or one without dirty log", "unconfirmed") \
X(CLEAR_FIRST,         EINVAL, "KVM_CLEAR_DIRTY_LOG", "a first page that is no multiple of 64", "unconfirmed") \
X(CLEAR_RANGE,         EINVAL, "KVM_CLEAR_DIRTY_LOG", "pages beyond the slot, or no multiple of 64", "unconfirmed") \
X(CAP_ARGUMENT,        EINVAL, "KVM_ENABLE_CAP", "flags, arguments or a capability that can't be", "unconfirmed") \
X(CAP_SPLIT_EXISTS,    EEXIST, "KVM_ENABLE_CAP", "x86: split irqchip after an irqchip or a vCPU", "unconfirmed") \
X(IRQCHIP_EXISTS,      EEXIST, "KVM_CREATE_IRQCHIP, KVM_CREATE_DEVICE", "a second irqchip", "unconfirmed") \
X(IRQCHIP_LATE,        EINVAL, "KVM_CREATE_IRQCHIP", "x86: vCPUs exist; s390x: capability not enabled", "unconfirmed") \
X(IRQCHIP_RAN,         EBUSY,  "KVM_CREATE_IRQCHIP, KVM_CREATE_DEVICE", "arm64, riscv64: a vCPU has run", "unconfirmed") \
X(IRQCHIP_VCPUS,       E2BIG,  "KVM_CREATE_IRQCHIP, KVM_CREATE_DEVICE", "arm64: more vCPUs than a GICv2 has", "unconfirmed") \
X(IRQ_NO_IRQCHIP,      ENXIO,  "KVM_IRQ_LINE", "no irqchip in the kernel",              "unconfirmed") \
X(IRQ_NUMBER,          EINVAL, "KVM_IRQ_LINE", "arm64: no such line",                   "unconfirmed") \
X(IRQ_NOT_READY,       EBUSY,  "KVM_IRQ_LINE", "arm64, riscv64: irqchip not initialized", "unconfirmed") \
X(PIT_EXISTS,          EEXIST, "KVM_CREATE_PIT2", "a second PIT",                       "unconfirmed") \
X(PIT_NO_PIC,          ENOENT, "KVM_CREATE_PIT2", "no PIC in the kernel",               "unconfirmed") \
X(TSS_RANGE,           EINVAL, "KVM_SET_TSS_ADDR", "above 4 GiB less three pages",      "unconfirmed") \
X(TSS_OVERLAP,         EEXIST, "KVM_SET_TSS_ADDR", "pages that overlap a slot, or a second call", "unconfirmed") \
X(IDENTITY_LATE,       EINVAL, "KVM_SET_IDENTITY_MAP_ADDR", "vCPUs exist",              "unconfirmed") \
X(DEVICE_TYPE,         ENODEV, "KVM_CREATE_DEVICE", "an unknown type",                  "unconfirmed") \
X(DEVICE_VFIO_TWICE,   EBUSY,  "KVM_CREATE_DEVICE", "a second VFIO device",             "unconfirmed") \
X(ATTR_UNKNOWN,        ENXIO,  "KVM_SET/GET/HAS_DEVICE_ATTR", "an unknown attribute",   "unconfirmed") \
X(ATTR_ACCESS,         EPERM,  "KVM_SET/GET/HAS_DEVICE_ATTR", "what the device or attribute can't do", "unconfirmed") \
X(VFIO_FILE,           EBADF,  "KVM_SET_DEVICE_ATTR", "VFIO: a file that is not open",  "unconfirmed") \
X(VFIO_NOT_VFIO,       EINVAL, "KVM_SET_DEVICE_ATTR", "VFIO: a file of KVM itself",     "unconfirmed") \
X(VFIO_TWICE,          EEXIST, "KVM_SET_DEVICE_ATTR", "VFIO: a file added before",      "unconfirmed") \
X(VFIO_ABSENT,         ENOENT, "KVM_SET_DEVICE_ATTR", "VFIO: a file not added",         "unconfirmed") \
X(SREGS_LONG_MODE,     EINVAL, "KVM_SET_SREGS", "x86: EFER, CR0, CR3, CR4 and CS contradict", "unconfirmed") \
X(SREGS_CR0,           EINVAL, "KVM_SET_SREGS", "x86: CR0 contradicts itself",          "unconfirmed") \
X(SREGS_CR4,           EINVAL, "KVM_SET_SREGS", "x86: reserved bits in CR4",            "unconfirmed") \
X(SREGS_EFER,          EINVAL, "KVM_SET_SREGS", "x86: EFER bits that the CPUID lacks",  "unconfirmed") \
X(SREGS_APIC_BASE,     EINVAL, "KVM_SET_SREGS", "x86: reserved bits in the APIC base",  "unconfirmed") \
X(MP_STATE,            EINVAL, "KVM_SET_MP_STATE", "a state that can't be",             "unconfirmed") \
X(RUN_ARGUMENT,        EINVAL, "KVM_RUN", "a set argument",                             "unconfirmed") \
X(RUN_SYNC_REGS,       EINVAL, "KVM_RUN", "unknown sync registers",                     "unconfirmed") \
X(RUN_CR8,             EINVAL, "KVM_RUN", "x86: reserved bits in cr8, without irqchip", "unconfirmed") \
X(RUN_DEAD_VM,         EIO,    "KVM_RUN", "KVM gave the VM up meanwhile",               "unconfirmed") \
X(RUN_INTERRUPTED,     EINTR,  "KVM_RUN", "immediate_exit, or a signal",                "unconfirmed")
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
