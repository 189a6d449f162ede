/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_RISCV64_H
#define KVMLIB_RISCV64_H

#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup riscv64 riscv64
 * @brief What riscv64 alone has: calls to the SBI and control registers that KVM leaves to the VMM,
 * and the width of guest addresses.
 *
 * What riscv64 alone has: calls to the SBI and control registers that KVM leaves to the VMM, whose
 * errors are those of @ref exit, and so is everything that is said there; and the width of guest
 * addresses, with the errors that @ref vm lists for every call. The functions exist on all
 * architectures.
 * @{
 */

struct kvmlib_vm;
struct kvmlib_vcpu;

/**
 * @brief Narrow the guest's physical addresses, for a VM that is to move to other hosts.
 *
 * Enables KVM_CAP_VM_GPA_BITS (VM capability, in no section of api.rst); Linux 7.2. Kernels before
 * only tell the value, and refuse the call. Before the first vCPU and memory slot. KVM takes the
 * next width that the hardware has, 41, 50 or 59 bits, which the answer for KVMLIB_CAP_VM_GPA_BITS
 * is from then on.
 *
 * @param vm   VM.
 * @param bits Bits of an address; no more than the answer of the system.
 * @retval 0           Success.
 * @retval -EINVAL     NULL @p vm, or more bits than the host has (cause CAP_REFUSED; without the
 *                     capability CAPABILITY_MISSING).
 * @retval -EBUSY      The VM has vCPUs or slots (cause AFTER_FIRST_VCPU).
 * @retval -EOPNOTSUPP Not riscv64 (cause ARCH_UNSUPPORTED); no call was made.
 * @threadsafety Any thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vm_enable_vm_gpa_bits(struct kvmlib_vm *vm, uint32_t bits);

/** Payload of KVMLIB_EXIT_RISCV_SBI: a call to the supervisor's environment. */
struct kvmlib_exit_riscv_sbi {
	uint64_t extension_id; /**< which extension, A7 */
	uint64_t function_id;  /**< which function of it, A6 */
	const uint64_t *args;  /**< 6 words, A0 to A5 */
};

/**
 * @brief The call.
 * @param[in] vcpu vCPU.
 * @param[out] ret_sbi The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_riscv_sbi(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_riscv_sbi *ret_sbi);

/**
 * @brief Store the result of a call to the supervisor's environment.
 * @param vcpu vCPU.
 * @param error The error, A0: 0 or a negative number of the SBI. KVM has stored that the call is not
 *              supported.
 * @param value The value, A1.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_riscv_sbi(struct kvmlib_vcpu *vcpu, uint64_t error,
						 uint64_t value);

/** Payload of KVMLIB_EXIT_RISCV_CSR: a control register that KVM does not serve. */
struct kvmlib_exit_riscv_csr {
	uint64_t csr_num;    /**< number of the register */
	uint64_t new_value;  /**< what is to be written */
	uint64_t write_mask; /**< bits that are to be written; 0 for a read */
};

/**
 * @brief The access to a control register.
 * @param[in] vcpu vCPU.
 * @param[out] ret_csr The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_riscv_csr(struct kvmlib_vcpu *vcpu,
					     struct kvmlib_exit_riscv_csr *ret_csr);

/**
 * @brief Give the guest the register's value from before its access.
 * @param vcpu vCPU.
 * @param value The old value.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_complete_riscv_csr(struct kvmlib_vcpu *vcpu, uint64_t value);

/** @} */

KVMLIB_END_DECLS
#endif
