/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/features.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB_FEATURES_H
#define KVMLIB_FEATURES_H

/**
 * @defgroup features Features
 * @brief What kvmlib_has_feature() can be asked for.
 * @{
 */

#define KVMLIB_FEATURE_SYS_OPS 1U /**< the syscall table can be replaced when a system is opened */
#define KVMLIB_FEATURE_ERROR_RECORD 2U /**< failing calls leave a record with cause, values and candidates */
#define KVMLIB_FEATURE_EXPLAIN 3U /**< the table of errors can be looked up */
#define KVMLIB_FEATURE_LOG 4U /**< a system has a log hook */
#define KVMLIB_FEATURE_KICK 5U /**< vCPUs can be kicked without loss */
#define KVMLIB_FEATURE_ADOPT 6U /**< systems, VMs and vCPUs can be made from descriptors of other code */
#define KVMLIB_FEATURE_MEMORY_MAP 7U /**< guest memory can be had as regions, changes and readers */
#define KVMLIB_FEATURE_DIRTY 8U /**< writes to guest memory can be tracked for several consumers */
#define KVMLIB_FEATURE_CONTROL 9U /**< a VM's vCPUs can be paused, called and kicked as a group */
#define KVMLIB_FEATURE_ROUTES 10U /**< interrupts can be routed by a table of named entries, and raised by irqfds of them; ioeventfds are objects */
#define KVMLIB_FEATURE_IRQCHIP 11U /**< a VM's interrupt controllers can be made by a profile, their lines raised, and vectors handed to vCPUs */
#define KVMLIB_FEATURE_COALESCED 12U /**< coalesced writes are handed over by a reader, or by a group of vCPUs */
#define KVMLIB_FEATURE_VFIO 13U /**< KVM can be told of VFIO's groups and devices */
#define KVMLIB_FEATURE_STATE 14U /**< a VM can be saved as a state, and restored from one, by plans of steps */
#define KVMLIB_FEATURE_ARM64_GIC 15U /**< GICv2, GICv3 and ITS are set up by one call each */
#define KVMLIB_FEATURE_RISCV64_AIA 16U /**< AIA is set up by one call */
#define KVMLIB_FEATURE_GUEST_DEBUG 17U /**< guests are debugged by breakpoints, watchpoints and steps as objects */
#define KVMLIB_FEATURE_MOVE 18U /**< a running guest can be moved, over callbacks of the program */
#define KVMLIB_FEATURE_RESET 19U /**< a VM goes back to a snapshot at the cost of the pages written since */
#define KVMLIB_FEATURE_IMAGES 20U /**< a VM is written to images, whole or by increments, and loaded or mapped from them */
#define KVMLIB_FEATURE_CPUID 21U /**< what processor a guest sees is a table that is edited, compared, fixed for a vCPU and checked */

/** @} */

#endif
