/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/values.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB_VALUES_H
#define KVMLIB_VALUES_H

/**
 * @defgroup values Values in error records
 * @brief What kvmlib_error_value() can be asked for.
 * @{
 */

#define KVMLIB_VALUE_ARGUMENT 1U /**< position of the argument at fault, from 1 */
#define KVMLIB_VALUE_SLOT 2U /**< memory slot number, its address space in bits 16-31 */
#define KVMLIB_VALUE_GPA 3U /**< guest physical address in bytes */
#define KVMLIB_VALUE_SIZE 4U /**< size in bytes */
#define KVMLIB_VALUE_HOST_ADDRESS 5U /**< address in the calling process */
#define KVMLIB_VALUE_FLAGS 6U /**< flags as they were given */
#define KVMLIB_VALUE_VCPU_ID 7U /**< id of the vCPU */
#define KVMLIB_VALUE_FD 8U /**< file descriptor */
#define KVMLIB_VALUE_CAPABILITY 9U /**< number of the capability */
#define KVMLIB_VALUE_TYPE 10U /**< type of the VM or device */
#define KVMLIB_VALUE_GROUP 11U /**< attribute group */
#define KVMLIB_VALUE_ATTRIBUTE 12U /**< attribute in its group, or attributes of guest memory */
#define KVMLIB_VALUE_IRQ 13U /**< interrupt line */
#define KVMLIB_VALUE_LEVEL 14U /**< level of the interrupt line */
#define KVMLIB_VALUE_COUNT 15U /**< number of entries */
#define KVMLIB_VALUE_SIGNAL 16U /**< signal number */
#define KVMLIB_VALUE_RETRIES 17U /**< how often the call was repeated */
#define KVMLIB_VALUE_VERSION 18U /**< version number that was found */
#define KVMLIB_VALUE_FIRST_PAGE 19U /**< first page of a range in a slot */
#define KVMLIB_VALUE_PAGES 20U /**< number of pages */
#define KVMLIB_VALUE_EXIT_REASON 21U /**< exit reason that was found */
#define KVMLIB_VALUE_OFFSET 22U /**< offset in bytes */
#define KVMLIB_VALUE_REQUEST 23U /**< ioctl request number */
#define KVMLIB_VALUE_STATE 24U /**< multiprocessing state */
#define KVMLIB_VALUE_LIMIT 25U /**< the limit that was exceeded */
#define KVMLIB_VALUE_NEEDED 26U /**< how many entries or bytes the kernel asks for */
#define KVMLIB_VALUE_INDEX 27U /**< index of the entry at fault, from 0 */
#define KVMLIB_VALUE_MSR 28U /**< number of a model-specific register */
#define KVMLIB_VALUE_FIRMWARE_ERROR 29U /**< error code of the security firmware */
#define KVMLIB_VALUE_REGISTER 30U /**< id of a register for KVM_GET_ONE_REG */
#define KVMLIB_VALUE_ADDRESS 31U /**< address that is no guest memory: an I/O port or a guest linear address */
#define KVMLIB_VALUE_ID 32U /**< number that something goes by: LIOBN, RTAS token, SMCCC function, vCPU feature */
#define KVMLIB_VALUE_OTHER_GPA 33U /**< guest physical address of the range that is in the way */
#define KVMLIB_VALUE_OTHER_SIZE 34U /**< size of the range that is in the way, in bytes */
#define KVMLIB_VALUE_WHERE 35U /**< where a vCPU's thread is: KVMLIB_CONTROL_* */
#define KVMLIB_VALUE_KEPT 36U /**< profile of the interrupt controllers that the VM has now, and keeps: KVMLIB_IRQCHIP_PROFILE_* */
#define KVMLIB_VALUE_SAVED 37U /**< what a saved state has */
#define KVMLIB_VALUE_HERE 38U /**< what is here in its place */
#define KVMLIB_VALUE_OUTCOME 39U /**< what a failed restore has left: 0 nothing was touched, 1 the old state, 2 vCPUs that can't be used */
#define KVMLIB_VALUE_LEAF 40U /**< leaf of the CPUID instruction */
#define KVMLIB_VALUE_SUBLEAF 41U /**< subleaf of the CPUID instruction */

/** @} */

#endif
