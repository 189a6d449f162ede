/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Generated from uapi/structs-*.tsv by uapi/generate; do not edit. */
#ifndef KVMLIB__UAPI_STRUCTS_H
#define KVMLIB__UAPI_STRUCTS_H

#ifdef KVMLIB__STRUCTS
#include KVMLIB__STRUCTS
#elif defined(__x86_64__)
#include "uapi_structs_x86_64.h"
#elif defined(__aarch64__)
#include "uapi_structs_arm64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "uapi_structs_riscv64.h"
#elif defined(__s390x__)
#include "uapi_structs_s390x.h"
#elif defined(__powerpc64__)
#include "uapi_structs_ppc64le.h"
#elif defined(__loongarch__)
#include "uapi_structs_loongarch64.h"
#else
#error "kvmlib does not know this architecture"
#endif

#endif
