/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_LOONGARCH64_H
#define KVMLIB_LOONGARCH64_H

#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup loongarch64 LoongArch
 * @brief What LoongArch alone has: I/O control registers that KVM leaves to the VMM.
 *
 * What LoongArch alone has: I/O control registers that KVM leaves to the VMM. Errors are those of
 * @ref exit, and so is everything that is said there; the functions exist on all architectures.
 * @{
 */

struct kvmlib_vcpu;

/** Payload of KVMLIB_EXIT_LOONGARCH_IOCSR: an I/O control register that KVM does not serve. */
struct kvmlib_exit_iocsr {
	uint64_t address;    /**< of the register */
	void *data;	     /**< @ref len bytes: written by the guest, or for it to read */
	uint32_t len;	     /**< bytes: 1 to 8 */
	uint8_t is_write;    /**< 1 for a write, 0 for a read: fill @ref data before the next run */
	uint8_t reserved[3]; /**< 0 */
};

/**
 * @brief The access to an I/O control register.
 * @param[in] vcpu vCPU.
 * @param[out] ret_iocsr The payload.
 * @retval 0       Success.
 * @retval -EINVAL See @ref exit; also -EPROTO and -EIO.
 * @threadsafety The vCPU's thread.
 * @since 0.1
 */
KVMLIB_EXPORT int kvmlib_vcpu_exit_loongarch_iocsr(struct kvmlib_vcpu *vcpu,
						   struct kvmlib_exit_iocsr *ret_iocsr);

/** @} */

KVMLIB_END_DECLS
#endif
