/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_REGS_H
#define KVMLIB_REGS_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

/**
 * @defgroup regs Names of registers
 * @brief What the registers are called that kvmlib_vcpu_get_one_reg() reads by their ids.
 *
 * An id says of which architecture it is, so the names of arm64, riscv64 and x86 are known on all
 * architectures: a state of arm64 can be looked into anywhere. Where the names come from:
 *
 * | registers                      | names                                                        |
 * |--------------------------------|--------------------------------------------------------------|
 * | arm64: of the core             | `x0` to `x30`, `sp`, `pc`, `pstate`, `v0`, `spsr_abt`, …: in lower case, as KVM has them |
 * | arm64: system registers        | `SCTLR_EL1`, `ID_AA64PFR0_EL1`, …: in upper case, as Arm has them |
 * | arm64: the virtual counter     | `timer_cnt`, and `timer_cval` for what it is compared with: KVM has confused the two ids, which are those of CNTV_CVAL_EL0 and CNTVCT_EL0 |
 * | arm64: SVE                     | `z0`, `p0`, `ffr`; `z0.1` is the second slice; `sve_vls`      |
 * | arm64: caches and firmware     | `ccsidr0`, `fw/psci_version`, `fw/std_bmap`, …               |
 * | riscv64                        | class and register: `core/pc`, `csr/sstatus`, `aia/siselect`, `timer/time`, `fp_d/f0`, `vector/v0.128` (of 128 bits), `isa/zbb`, `sbi/sta`, `sta/shmem_lo`, … |
 * | x86                            | `msr/0x174`, `kvm/guest_ssp`                                 |
 *
 * A system register that Arm has not named is `S3_0_C0_C3_7`, as assemblers call it, and whatever else
 * has no name is its id: `0x603000000014000f`. None of these functions needs `/dev/kvm`.
 * @{
 */

/** Bytes that hold every name with its NUL. */
#define KVMLIB_REG_NAME_SIZE 48U

/**
 * @brief Name of a register.
 *
 * Any number has a name, and no two have the same.
 *
 * @param[in]  id     Its id.
 * @param[out] buffer Receives the name, always terminated by NUL if @p size > 0; may be NULL.
 * @param[in]  size   Size of @p buffer in bytes; KVMLIB_REG_NAME_SIZE holds every name.
 * @return The length of the whole name without its NUL, as snprintf() does.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet regs.c list
 */
KVMLIB_EXPORT size_t kvmlib_reg_name(uint64_t id, char *buffer, size_t size);

/**
 * @brief The register that has a name.
 *
 * Upper and lower case differ. Numbers are taken as well, whether the register has a name or not:
 * `S3_0_C1_C0_0` is SCTLR_EL1, and an id in hexadecimal digits behind `0x` is itself.
 *
 * @param[in]  name   Its name.
 * @param[out] ret_id Its id. Untouched on failure.
 * @retval 0       Success.
 * @retval -EINVAL NULL argument (cause NULL_ARGUMENT); no register has that name (cause
 *                 REG_NAME_UNKNOWN, with the name as the record's subject).
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet regs.c name
 */
KVMLIB_EXPORT int kvmlib_reg_from_name(const char *name, uint64_t *ret_id);

/**
 * @brief How large a register is.
 * @param id Its id, which says so.
 * @return Bytes, a power of two. What KVM has is no larger than 256, but a made-up id may say up to
 *         32768.
 * @threadsafety Any thread.
 * @since 0.1
 * @par Example
 * @snippet regs.c list
 */
KVMLIB_EXPORT size_t kvmlib_reg_size(uint64_t id);

/** @} */

KVMLIB_END_DECLS
#endif
