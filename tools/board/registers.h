/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef BOARD_REGISTERS_H
#define BOARD_REGISTERS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <kvmlib/kvmlib.h>

#include "../machine.h"

/* Registers of 64 bits, by their names. Each returns STATUS_OK, or another status after a message. */
int reg_get(struct kvmlib_vcpu *vcpu, const char *name, uint64_t *ret_value);
int reg_set(struct kvmlib_vcpu *vcpu, const char *name, uint64_t value);

/* Tell registers, some on a line; those that can't be read are left out. */
void regs_print(FILE *stream, struct kvmlib_vcpu *vcpu, const char *const *names, size_t n);

/* Tell the instruction there. */
void code_print(FILE *stream, const struct machine *machine, uint64_t address);

/* where_print() of a vCPU that the guest has started: the architecture's. */
void where_print_running(FILE *stream, const struct machine *machine, struct kvmlib_vcpu *vcpu);

#endif
