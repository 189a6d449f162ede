/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_RISCV64_H
#define KVMLIB_RISCV64_H

#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup riscv64 riscv64
 * @brief What riscv64 alone has: calls to the SBI and control registers that KVM leaves to the VMM.
 *
 * What riscv64 alone has: calls to the SBI and control registers that KVM leaves to the VMM. Errors
 * are those of @ref exit, and so is everything that is said there; the functions exist on all
 * architectures.
 * @{
 */

struct kvmlib_vcpu;

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
