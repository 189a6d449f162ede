/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_COMMON_H
#define KVMLIB_COMMON_H

/**
 * @file
 * @brief What every public header needs: linkage and visibility.
 */

#ifdef __cplusplus
/** Open a block of C declarations. */
#define KVMLIB_BEGIN_DECLS extern "C" {
/** Close a block of C declarations. */
#define KVMLIB_END_DECLS }
#else
#define KVMLIB_BEGIN_DECLS /**< Open a block of C declarations. */
#define KVMLIB_END_DECLS   /**< Close a block of C declarations. */
#endif

/** Marks what the shared library exports; everything else is hidden. */
#define KVMLIB_EXPORT __attribute__((visibility("default")))

#endif
