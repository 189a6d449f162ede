/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What s390 alone has. */

#include "wire.h"

WIRE_MISSING(vcpu, s390_ucas_map, S390_UCAS_MAP);
WIRE_MISSING(vcpu, s390_ucas_unmap, S390_UCAS_UNMAP);
WIRE_MISSING(vcpu, s390_vcpu_fault, S390_VCPU_FAULT);
WIRE_MISSING(vcpu, s390_store_status, S390_STORE_STATUS);
WIRE_MISSING(vcpu, s390_set_initial_psw, S390_SET_INITIAL_PSW);
WIRE_MISSING(vcpu, s390_initial_reset, S390_INITIAL_RESET);
WIRE_MISSING(vcpu, s390_irq, S390_IRQ);
WIRE_MISSING(vcpu, s390_set_irq_state, S390_SET_IRQ_STATE);
WIRE_MISSING(vcpu, s390_get_irq_state, S390_GET_IRQ_STATE);
WIRE_MISSING(vcpu, s390_normal_reset, S390_NORMAL_RESET);
WIRE_MISSING(vcpu, s390_clear_reset, S390_CLEAR_RESET);
WIRE_MISSING(vcpu, s390_pv_cpu_command, S390_PV_CPU_COMMAND);
WIRE_MISSING(vm, s390_keyop, S390_KEYOP);
WIRE_MISSING(vm, s390_interrupt, S390_INTERRUPT);
WIRE_MISSING(vcpu, s390_interrupt, S390_INTERRUPT);
WIRE_MISSING(vm, s390_mem_op, S390_MEM_OP);
WIRE_MISSING(vcpu, s390_mem_op, S390_MEM_OP);
WIRE_MISSING(vm, s390_get_skeys, S390_GET_SKEYS);
WIRE_MISSING(vm, s390_set_skeys, S390_SET_SKEYS);
WIRE_MISSING(vm, s390_get_cmma_bits, S390_GET_CMMA_BITS);
WIRE_MISSING(vm, s390_set_cmma_bits, S390_SET_CMMA_BITS);
WIRE_MISSING(vm, s390_pv_command, S390_PV_COMMAND);
WIRE_MISSING(vm, s390_zpci_op, S390_ZPCI_OP);
