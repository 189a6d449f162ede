/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_S390X_H
#define KVMLIB_S390X_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup s390x s390x
 * @brief What s390x alone has: its interrupts and resets, storage keys, protected guests.
 *
 * What s390x alone has. On other architectures every function here answers -EOPNOTSUPP (cause
 * ARCH_UNSUPPORTED) without a call to the kernel. The errors that @ref vm and @ref vcpu list for
 * every call hold here too.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;
struct kvm_pv_cmd;
struct kvm_s390_cmma_log;
struct kvm_s390_irq;

/** @name Resets
 * @{
 */

/**
 * @brief Do what the CPU reset of the architecture does.
 *
 * Wraps KVM_S390_NORMAL_RESET (vCPU ioctl, api.rst 4.122). Ask for KVMLIB_CAP_S390_VCPU_RESETS
 * first.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or the ultravisor refused (cause ULTRAVISOR_REFUSED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_normal_reset(struct kvmlib_vcpu *vcpu);

/**
 * @brief Do what the initial CPU reset of the architecture does.
 *
 * Wraps KVM_S390_INITIAL_RESET (vCPU ioctl, api.rst 4.123).
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or the ultravisor refused (cause ULTRAVISOR_REFUSED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_initial_reset(struct kvmlib_vcpu *vcpu);

/**
 * @brief Do what the clear CPU reset of the architecture does.
 *
 * Wraps KVM_S390_CLEAR_RESET (vCPU ioctl, api.rst 4.124). Ask for KVMLIB_CAP_S390_VCPU_RESETS
 * first.
 *
 * @param vcpu vCPU.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or the ultravisor refused (cause ULTRAVISOR_REFUSED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_clear_reset(struct kvmlib_vcpu *vcpu);

/**
 * @brief Set the PSW that a stopped vCPU starts with.
 *
 * Wraps KVM_S390_SET_INITIAL_PSW (vCPU ioctl).
 *
 * @param vcpu vCPU.
 * @param mask The PSW's mask.
 * @param addr The PSW's address, a guest address in bytes.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu.
 * @retval -EBUSY  The vCPU is not stopped (cause VCPU_NOT_STOPPED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_set_initial_psw(struct kvmlib_vcpu *vcpu, uint64_t mask,
						   uint64_t addr);

/**
 * @brief Store the vCPU's status in guest memory, as the architecture lays it out.
 *
 * Wraps KVM_S390_STORE_STATUS (vCPU ioctl).
 *
 * @param vcpu vCPU.
 * @param addr Guest absolute address, in bytes, of the save area; KVMLIB_S390_STORE_STATUS_NOADDR:
 *             the one at absolute 0, KVMLIB_S390_STORE_STATUS_PREFIXED: the one in the prefix area.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu.
 * @retval -EFAULT The save area is not accessible (cause GPA_UNBACKED).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_store_status(struct kvmlib_vcpu *vcpu, uint64_t addr);

/** @} */

/** @name User-controlled VMs
 * Their memory is mapped vCPU by vCPU; ask for KVMLIB_CAP_S390_UCONTROL.
 * @{
 */

/**
 * @brief Map memory of this process into the vCPU's address space.
 *
 * Wraps KVM_S390_UCAS_MAP (vCPU ioctl, api.rst 4.65).
 *
 * @param vcpu      vCPU of a user-controlled VM.
 * @param user_addr Address in this process, in bytes, 1 MiB aligned.
 * @param vcpu_addr Address that the vCPU has it at, in bytes, 1 MiB aligned.
 * @param length    Bytes; 1 MiB aligned.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, another kind of VM, or a range that is not aligned (cause
 *                 UCAS_RANGE_INVALID).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_ucas_map(struct kvmlib_vcpu *vcpu, uint64_t user_addr,
					    uint64_t vcpu_addr, uint64_t length);

/**
 * @brief Take memory out of the vCPU's address space.
 *
 * Wraps KVM_S390_UCAS_UNMAP (vCPU ioctl, api.rst 4.66).
 *
 * @param vcpu      vCPU of a user-controlled VM.
 * @param vcpu_addr Address that the vCPU has it at, in bytes, 1 MiB aligned.
 * @param length    Bytes; 1 MiB aligned.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, another kind of VM, or a range that is not aligned (cause
 *                 UCAS_RANGE_INVALID).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_ucas_unmap(struct kvmlib_vcpu *vcpu, uint64_t vcpu_addr,
					      uint64_t length);

/**
 * @brief Make a page of the vCPU's address space present.
 *
 * Wraps KVM_S390_VCPU_FAULT (vCPU ioctl, api.rst 4.67). Of a VM that is not user-controlled, its
 * guest physical memory.
 *
 * @param vcpu      vCPU.
 * @param vcpu_addr Address in the vCPU's address space, in bytes.
 * @retval 0        Success.
 * @retval -EINVAL  NULL @p vcpu.
 * @retval -EFAULT  The address is outside of guest memory (cause GPA_UNBACKED).
 * @retval -EREMOTE Nothing is mapped there in a user-controlled VM (cause UCAS_UNMAPPED).
 * @retval -EIO     The kernel gave the VM up (cause VM_DEAD).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_vcpu_fault(struct kvmlib_vcpu *vcpu, uint64_t vcpu_addr);

/** @} */

/** @name Interrupts
 * @{
 */

/**
 * @brief Queue a floating interrupt, which any vCPU may take.
 *
 * Wraps KVM_S390_INTERRUPT (VM ioctl, api.rst 4.77).
 *
 * @param vm     VM.
 * @param type   The kernel's number of the interrupt (api.rst 4.77); for I/O, with the subchannel.
 * @param parm   Its parameter of 32 bits.
 * @param parm64 Its parameter of 64 bits.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vm, or a type or parameter that KVM refuses (cause VALUE_REFUSED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_interrupt(struct kvmlib_vm *vm, uint32_t type, uint32_t parm,
					   uint64_t parm64);

/**
 * @brief Queue an interrupt for this vCPU.
 *
 * Wraps KVM_S390_INTERRUPT (vCPU ioctl, api.rst 4.77). kvmlib_vcpu_s390_irq() tells more of it.
 *
 * @param vcpu   vCPU.
 * @param type   The kernel's number of the interrupt (api.rst 4.77).
 * @param parm   Its parameter of 32 bits.
 * @param parm64 Its parameter of 64 bits.
 * @retval 0       Success.
 * @retval -EINVAL NULL @p vcpu, or a type or parameter that KVM refuses (cause VALUE_REFUSED).
 * @threadsafety Any thread, also while the vCPU runs.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_interrupt(struct kvmlib_vcpu *vcpu, uint32_t type, uint32_t parm,
					     uint64_t parm64);

/**
 * @brief Queue an interrupt for this vCPU, with all its parameters.
 *
 * Wraps KVM_S390_IRQ (vCPU ioctl, api.rst 4.92). Ask for KVMLIB_CAP_S390_INJECT_IRQ first.
 *
 * @param vcpu vCPU.
 * @param irq  The interrupt.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or a type, flag or parameter that KVM refuses (cause
 *                 VALUE_REFUSED).
 * @retval -EBUSY  SET_PREFIX for a vCPU that is not stopped, or STOP or RESTART while one is pending
 *                 (cause S390_INTERRUPT_BUSY).
 * @threadsafety Any thread, also while the vCPU runs.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_irq(struct kvmlib_vcpu *vcpu, const struct kvm_s390_irq *irq);

/**
 * @brief Read the interrupts that are pending on the vCPU.
 *
 * Wraps KVM_S390_GET_IRQ_STATE (vCPU ioctl, api.rst 4.94). Ask for KVMLIB_CAP_S390_IRQ_STATE
 * first.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] irqs      Receives the interrupts; may be NULL if @p capacity is 0. On failure the
 *                       kernel may have written some.
 * @param[in]  capacity  Room in @p irqs, in interrupts; below 2^26.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @return Bytes written, or a negative errno.
 * @retval -EINVAL  NULL argument, or no room at all (cause VALUE_REFUSED).
 * @retval -ENOBUFS More are pending; the kernel does not tell how many (cause BUFFER_TOO_SMALL).
 * @retval -EFAULT  @p irqs can't be written (cause BAD_ADDRESS).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_get_irq_state(struct kvmlib_vcpu *vcpu,
						 struct kvm_s390_irq *irqs, uint32_t capacity,
						 uint32_t *ret_count);

/**
 * @brief Read the interrupts that are pending on the vCPU, into memory that fits.
 *
 * As kvmlib_vcpu_s390_get_irq_state(), repeated with more room while the kernel wants more.
 *
 * @param[in]  vcpu      vCPU.
 * @param[out] ret_irqs  Receives the interrupts; drop them with free(3). Untouched on failure.
 * @param[out] ret_count How many there are. Untouched on failure.
 * @return Bytes written, or a negative errno.
 * @retval -EINVAL  NULL argument.
 * @retval -ENOBUFS The kernel never had room enough (cause LIST_NEVER_FITS).
 * @retval -ENOMEM  No memory.
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_get_irq_state_alloc(struct kvmlib_vcpu *vcpu,
						       struct kvm_s390_irq **ret_irqs,
						       uint32_t *ret_count);

/**
 * @brief Restore the interrupts that are pending on the vCPU.
 *
 * Wraps KVM_S390_SET_IRQ_STATE (vCPU ioctl, api.rst 4.95). Ask for KVMLIB_CAP_S390_IRQ_STATE
 * first.
 *
 * @param vcpu  vCPU on which none is pending.
 * @param irqs  As kvmlib_vcpu_s390_get_irq_state() gave them; may be NULL if @p count is 0.
 * @param count How many.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or none, or more than a vCPU can have (cause VALUE_REFUSED).
 * @retval -EBUSY  Some are pending already (cause S390_INTERRUPT_BUSY).
 * @retval -EFAULT @p irqs can't be read (cause BAD_ADDRESS).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_set_irq_state(struct kvmlib_vcpu *vcpu,
						 const struct kvm_s390_irq *irqs, uint32_t count);

/** @} */

/** @name Guest memory
 * @{
 */

/** An access to guest memory. Members that its operation does not use stay 0. */
struct kvmlib_s390_mem_op {
	size_t size;	      /**< sizeof this struct in the caller's build, in bytes */
	uint64_t gaddr;	      /**< guest address, in bytes: logical or absolute, as op says */
	uint64_t flags;	      /**< of KVMLIB_S390_MEMOP_F_* */
	void *buf;	      /**< what is read or written; NULL with CHECK_ONLY */
	void *old;	      /**< ABSOLUTE_CMPXCHG: what has to be there; else receives what was */
	uint32_t length;      /**< of the access, in bytes */
	uint32_t op;	      /**< KVMLIB_S390_MEMOP_*, of those with READ, WRITE or CMPXCHG */
	uint32_t sida_offset; /**< SIDA_READ, SIDA_WRITE: offset into the SIDA, in bytes */
	uint8_t ar;	      /**< LOGICAL_READ, LOGICAL_WRITE: number of the access register */
	uint8_t key;	      /**< with SKEY_PROTECTION: the access key */
	uint16_t reserved;    /**< must be 0 */
};

/**
 * @brief Read or write guest memory by absolute addresses.
 *
 * Wraps KVM_S390_MEM_OP (VM ioctl, api.rst 4.89). KVMLIB_CAP_S390_MEM_OP tells the longest access,
 * KVMLIB_CAP_S390_MEM_OP_EXTENSION whether a VM has this call at all.
 *
 * @param vm      VM.
 * @param options The access.
 * @return 0; above 0: the code of the program exception that the access met, or 0x10000 where
 *         ABSOLUTE_CMPXCHG exchanged nothing; or a negative errno.
 * @retval -EINVAL     NULL argument, options->size too small, a set reserved member, or members that
 *                     KVM refuses (cause VALUE_REFUSED).
 * @retval -E2BIG      options->length is above the limit (cause VALUE_REFUSED), or @p options sets a
 *                     member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EFAULT     options->buf is not accessible (cause BAD_ADDRESS).
 * @retval -EOPNOTSUPP ABSOLUTE_CMPXCHG does not work on that memory (cause S390_MEM_OP_MAPPING), or
 *                     another architecture (cause ARCH_UNSUPPORTED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_mem_op(struct kvmlib_vm *vm,
					const struct kvmlib_s390_mem_op *options);

/**
 * @brief Read or write guest memory by the vCPU's logical addresses, or its SIDA.
 *
 * Wraps KVM_S390_MEM_OP (vCPU ioctl, api.rst 4.89). KVMLIB_CAP_S390_MEM_OP tells the longest
 * access.
 *
 * @param vcpu    vCPU.
 * @param options The access.
 * @return 0; above 0: the code of the program exception that the access met; or a negative errno.
 * @retval -EINVAL NULL argument, options->size too small, a set reserved member, or members that
 *                 KVM refuses (cause VALUE_REFUSED).
 * @retval -E2BIG  options->length is above the limit (cause VALUE_REFUSED), or @p options sets a
 *                 member that this library does not know (cause OPTIONS_TOO_NEW).
 * @retval -EFAULT options->buf is not accessible (cause BAD_ADDRESS).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_mem_op(struct kvmlib_vcpu *vcpu,
					  const struct kvmlib_s390_mem_op *options);

/**
 * @brief Read the storage keys of guest pages.
 *
 * Wraps KVM_S390_GET_SKEYS (VM ioctl, api.rst 4.90). Ask for KVMLIB_CAP_S390_SKEYS first.
 *
 * @param[in]  vm        VM.
 * @param[in]  start_gfn The first page: its guest address over 4096.
 * @param[in]  count     Pages; 1 to KVMLIB_S390_SKEYS_MAX.
 * @param[out] ret_keys  Receives a byte for each page. Untouched on failure.
 * @return 0; KVMLIB_S390_GET_SKEYS_NONE: the guest uses no keys, and none was written; or a
 *         negative errno.
 * @retval -EINVAL NULL argument, or @p count out of range (cause VALUE_REFUSED).
 * @retval -EFAULT A page has no memory, or @p ret_keys can't be written (cause BAD_ADDRESS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_get_skeys(struct kvmlib_vm *vm, uint64_t start_gfn, uint64_t count,
					   uint8_t *ret_keys);

/**
 * @brief Set the storage keys of guest pages.
 *
 * Wraps KVM_S390_SET_SKEYS (VM ioctl, api.rst 4.91). Ask for KVMLIB_CAP_S390_SKEYS first.
 *
 * @param vm        VM.
 * @param start_gfn The first page: its guest address over 4096.
 * @param count     Pages; 1 to KVMLIB_S390_SKEYS_MAX.
 * @param keys      A byte for each page.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, @p count out of range, or a key with undefined bits (cause
 *                 VALUE_REFUSED).
 * @retval -EFAULT A page has no memory, or @p keys can't be read (cause BAD_ADDRESS).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_set_skeys(struct kvmlib_vm *vm, uint64_t start_gfn, uint64_t count,
					   const uint8_t *keys);

/**
 * @brief Read, reset or set the storage key of one page.
 *
 * Wraps KVM_S390_KEYOP (VM ioctl, api.rst 4.144); later than Linux 6.12. Ask for
 * KVMLIB_CAP_S390_KEYOP first.
 *
 * @param[in]     vm         VM.
 * @param[in]     guest_addr Guest absolute address, in bytes.
 * @param[in]     operation  KVMLIB_S390_KEYOP_ISKE (read), KVMLIB_S390_KEYOP_RRBE (reset the
 *                           reference bit) or KVMLIB_S390_KEYOP_SSKE (set).
 * @param[in,out] key        The key to set; receives the key that was, or the part of it that the
 *                           operation tells. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or an unknown operation (cause VALUE_REFUSED).
 * @retval -EFAULT No memory at that address (cause GPA_UNBACKED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_keyop(struct kvmlib_vm *vm, uint64_t guest_addr, uint8_t operation,
				       uint8_t *key);

/**
 * @brief Read which guest pages have a CMMA state that must be migrated.
 *
 * Wraps KVM_S390_GET_CMMA_BITS (VM ioctl, api.rst 4.107). Ask for KVMLIB_CAP_S390_CMMA_MIGRATION
 * first.
 *
 * @param[in]     vm  VM in migration mode, unless log->flags has KVMLIB_S390_CMMA_PEEK.
 * @param[in,out] log From which page, how many at most, and a buffer of a byte for each; receives
 *                    what is in the buffer, and how many are left. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or not in migration mode (cause CMMA_NO_MIGRATION).
 * @retval -ENXIO  CMMA is off (cause CMMA_DISABLED).
 * @retval -EFAULT The buffer, or the range of guest memory, is not accessible (cause BAD_ADDRESS).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_get_cmma_bits(struct kvmlib_vm *vm, struct kvm_s390_cmma_log *log);

/**
 * @brief Set the CMMA state of guest pages.
 *
 * Wraps KVM_S390_SET_CMMA_BITS (VM ioctl, api.rst 4.108). Ask for KVMLIB_CAP_S390_CMMA_MIGRATION
 * first.
 *
 * @param vm  VM.
 * @param log From which page, how many, which bits of each, and a buffer of a byte for each; flags
 *            must be 0.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, too many pages, or flags (cause VALUE_REFUSED).
 * @retval -ENXIO  CMMA is off (cause CMMA_DISABLED).
 * @retval -EFAULT The buffer, or the range of guest memory, is not accessible (cause BAD_ADDRESS).
 * @retval -ENOMEM No memory in the kernel.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_set_cmma_bits(struct kvmlib_vm *vm,
					       const struct kvm_s390_cmma_log *log);

/** @} */

/** @name Protected guests and PCI
 * @{
 */

/**
 * @brief Make a VM protected, or do something with one that is.
 *
 * Wraps KVM_S390_PV_COMMAND (VM ioctl, api.rst 4.125). Ask for KVMLIB_CAP_S390_PROTECTED first.
 *
 * @param[in]     vm      VM.
 * @param[in,out] command KVMLIB_PV_*, and its data. The kernel writes the ultravisor's answer, rc
 *                        and rrc, on failure too. The record tells them as FIRMWARE_ERROR: rc in
 *                        bits 16 to 31, rrc below.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or the ultravisor refused, or the VM is in the wrong state (cause
 *                 ULTRAVISOR_REFUSED; candidate PV_STATE).
 * @retval -EINTR  A signal was pending.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_pv_command(struct kvmlib_vm *vm, struct kvm_pv_cmd *command);

/**
 * @brief Do something with a vCPU of a protected VM: dump it.
 *
 * Wraps KVM_S390_PV_CPU_COMMAND (vCPU ioctl, api.rst 4.136); Linux 6.0. Ask for
 * KVMLIB_CAP_S390_PROTECTED_DUMP first.
 *
 * @param[in]     vcpu    vCPU.
 * @param[in,out] command KVMLIB_PV_DUMP, and its data. The kernel writes the ultravisor's answer, as
 *                        for kvmlib_vm_s390_pv_command().
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, or a state in which that can't be done (cause PV_STATE).
 * @threadsafety One thread per handle at a time.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_s390_pv_cpu_command(struct kvmlib_vcpu *vcpu,
						  struct kvm_pv_cmd *command);

/** What to do with a PCI function's interrupts. DEREG_AEN uses fh and op alone. */
struct kvmlib_s390_zpci_op {
	size_t size;	  /**< sizeof this struct in the caller's build, in bytes */
	uint64_t ibv;	  /**< guest address of the interrupt bit vector, in bytes */
	uint64_t sb;	  /**< guest address of the summary bit, in bytes */
	uint32_t fh;	  /**< handle of the PCI function on the host */
	uint32_t flags;	  /**< 0, or KVMLIB_S390_ZPCIOP_REGAEN_HOST */
	uint32_t noi;	  /**< how many interrupts */
	uint8_t op;	  /**< KVMLIB_S390_ZPCIOP_REG_AEN or KVMLIB_S390_ZPCIOP_DEREG_AEN */
	uint8_t isc;	  /**< the guest's interruption subclass */
	uint8_t sbo;	  /**< offset of the summary bit, in bits */
	uint8_t reserved; /**< must be 0 */
};

/**
 * @brief Have the interrupts of a PCI function forwarded to the guest by the firmware, or end that.
 *
 * Wraps KVM_S390_ZPCI_OP (VM ioctl, api.rst 4.137); Linux 6.0. Ask for KVMLIB_CAP_S390_ZPCI_OP
 * first.
 *
 * @param vm      VM.
 * @param options The operation.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument, options->size too small, a set reserved member, an unknown
 *                 operation, or a host that can't (cause VALUE_REFUSED).
 * @retval -E2BIG  @p options sets a member that this library does not know.
 * @retval -ENODEV No PCI function of that handle is passed through (cause ZPCI_HANDLE).
 * @retval -EPERM  The PCI function is another VM's (cause ZPCI_ASSIGNED).
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_s390_zpci_op(struct kvmlib_vm *vm,
					 const struct kvmlib_s390_zpci_op *options);

/** @} */

/** @name Exits
 *
 * Payloads of exits. Errors are those of @ref exit, and so is everything that is said there; these
 * functions exist on all architectures.
 * @{
 */

/** Payload of KVMLIB_EXIT_DEBUG on s390x: a breakpoint, a watchpoint or a single step. */
struct kvmlib_exit_s390_debug {
	uint64_t address;  /**< of the instruction or the access */
	uint32_t type;	   /**< KVMLIB_HW_* that was hit, KVMLIB_SINGLESTEP */
	uint32_t reserved; /**< 0 */
};

/**
 * @brief What guest debugging hit.
 * @param[in] vcpu vCPU.
 * @param[out] ret_debug The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO, and -EOPNOTSUPP in builds for other architectures.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_s390_debug(struct kvmlib_vcpu *vcpu,
					      struct kvmlib_exit_s390_debug *ret_debug);

/** Payload of KVMLIB_EXIT_S390_SIEIC: an interception that KVM leaves to the VMM. */
struct kvmlib_exit_s390_sieic {
	uint32_t ipb;	  /**< second part of the instruction's operands */
	uint16_t ipa;	  /**< first two bytes of the instruction */
	uint8_t icptcode; /**< code of the interception */
	uint8_t reserved; /**< 0 */
};

/**
 * @brief The interception.
 *
 * The PSW is that of kvmlib_vcpu_get_psw().
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_sieic The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_s390_sieic(struct kvmlib_vcpu *vcpu,
					      struct kvmlib_exit_s390_sieic *ret_sieic);

/**
 * @brief Which reset the guest asks for: KVMLIB_EXIT_S390_RESET.
 * @param[in] vcpu vCPU.
 * @param[out] ret_flags KVMLIB_S390_RESET_*.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_s390_reset(struct kvmlib_vcpu *vcpu, uint64_t *ret_flags);

/** Payload of KVMLIB_EXIT_S390_UCONTROL: a fault in a VM whose memory the VMM maps itself. */
struct kvmlib_exit_s390_ucontrol {
	uint64_t trans_exc_code; /**< translation exception code, with the address */
	uint32_t pgm_code;	 /**< program interruption code */
	uint32_t reserved;	 /**< 0 */
};

/**
 * @brief The fault.
 *
 * Map the page by kvmlib_vcpu_s390_ucas_map() and run on.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_ucontrol The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_s390_ucontrol(struct kvmlib_vcpu *vcpu,
						 struct kvmlib_exit_s390_ucontrol *ret_ucontrol);

/** Payload of KVMLIB_EXIT_S390_TSCH: the guest tests a subchannel. */
struct kvmlib_exit_s390_tsch {
	uint16_t subchannel_id; /**< of the interrupt */
	uint16_t subchannel_nr; /**< of the interrupt */
	uint32_t io_int_parm;	/**< its parameter */
	uint32_t io_int_word;	/**< its identification word */
	uint32_t ipb;		/**< operands of the instruction */
	uint8_t dequeued;	/**< 1 if KVM took a pending interrupt: the four above are its */
	uint8_t reserved[3];	/**< 0 */
};

/**
 * @brief The instruction TEST SUBCHANNEL.
 *
 * Inject the interrupt again, if the VMM can't do the instruction. Reported once
 * KVMLIB_CAP_S390_CSS_SUPPORT is enabled.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_tsch The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_s390_tsch(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_s390_tsch *ret_tsch);

/** Payload of KVMLIB_EXIT_S390_STSI: the guest has stored information on the system. */
struct kvmlib_exit_s390_stsi {
	uint64_t address;    /**< guest address of the block that KVM has filled */
	uint16_t sel2;	     /**< selector 2 */
	uint8_t sel1;	     /**< selector 1 */
	uint8_t fc;	     /**< function code */
	uint8_t ar;	     /**< access register of the address */
	uint8_t reserved[3]; /**< 0 */
};

/**
 * @brief The instruction STORE SYSTEM INFORMATION.
 *
 * The VMM may complete the block. Reported once KVMLIB_CAP_S390_USER_STSI is enabled.
 *
 * @param[in] vcpu vCPU.
 * @param[out] ret_stsi The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_s390_stsi(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_s390_stsi *ret_stsi);

/** @} */
/** @} */

KVMLIB_END_DECLS

#endif
