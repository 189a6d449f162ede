/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_GUEST_H
#define TESTS_GUEST_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <check.h>
#include <kvmlib/kvmlib.h>
#include <linux/kvm.h>
#include <onkvm.h>

/* Guest memory: code at 0x1000, everything else is the test's. */
#define RAM_SIZE  0x40000U
#define CODE_GPA  0x1000U
#define STACK_GPA 0x8000U
/* Nothing is mapped here. */
#define MMIO_GPA 0xd0000U

#define KICK_SIGNAL (SIGRTMIN + 1)

/* A VM with one slot of RAM and one vCPU in real mode at CODE_GPA. */
struct guest {
	struct kvmlib_system *system;
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	uint8_t *ram;
	int fds_before;
};

extern struct guest guest;

/* Fixtures: the same without and with an in-kernel interrupt controller. */
void guest_setup(void);
void guest_setup_irqchip(void);
/* With something done before the vCPU is made. */
void guest_setup_after(void (*prepare)(void));
void guest_teardown(void);

/* Put code where the vCPU starts. */
void guest_code(const void *code, size_t size);
#define GUEST_CODE(...)                                         \
	do {                                                    \
		static const uint8_t code_[] = { __VA_ARGS__ }; \
		guest_code(code_, sizeof(code_));               \
	} while (0)

/* What the VM answers for a capability. */
int guest_has(uint32_t capability);

/* Give the vCPU all that this host's KVM supports. */
void pose_as_host(void);

/* Enter long mode at that privilege, ports allowed: the first 2 MiB as they are, nothing behind them. */
void enter_long_mode(uint8_t cpl);

/*
 * Whether KVM runs the guest's code, in the mode that it is in, instruction by instruction in
 * software: then nothing comes to pass that the processor alone would do or refuse.
 */
bool guest_is_emulated(void);

/* Map the vCPU's descriptor from that page on; the caller unmaps it. */
void *map_vcpu(size_t page, size_t size);

/* A real-mode vector that writes a byte to port 0xe9, ends the interrupt at the PIC, and returns. */
#define HANDLER 0x3000U
void set_handler(unsigned int vector, uint8_t byte);

/* Run to the guest's write to that port, and return its byte. */
uint8_t run_to_out(uint16_t port);

/*
 * In real mode, 4096 instructions that do nothing: mov cx, 4096; loop $. A KVM that emulates the
 * guest may do some of its code before it looks at what that code has asked KVM for.
 */
#define LINGER 0xb9, 0x00, 0x10, 0xe2, 0xfe

/* Run once, and require that exit. */
void run_to(uint32_t reason);

/* Why the tests can't run here; NULL where they can. */
const char *host_trouble(void);

Suite *attr_suite(void);
Suite *cap_suite(void);
Suite *coalesced_suite(void);
Suite *control_suite(void);
Suite *debug_suite(void);
Suite *dirty_suite(void);
Suite *eventfd_suite(void);
Suite *events_suite(void);
Suite *memory_suite(void);
Suite *memory_random_suite(void);
Suite *move_suite(void);
Suite *onereg_suite(void);
Suite *reset_suite(void);
Suite *ring_suite(void);
Suite *routes_suite(void);
Suite *exit_suite(void);
Suite *exit_answer_suite(void);
Suite *exit_long_suite(void);
Suite *state_suite(void);
Suite *state_order_suite(void);
Suite *state_clock_suite(void);
Suite *state_guest_suite(void);
Suite *image_suite(void);
Suite *irq_suite(void);
Suite *irqchip_suite(void);
Suite *kick_suite(void);
Suite *adopt_suite(void);
Suite *cpuid_suite(void);
Suite *cpuid_guest_suite(void);
Suite *msr_suite(void);
Suite *x86_state_suite(void);
Suite *event_suite(void);
Suite *clock_suite(void);
Suite *chips_suite(void);
Suite *paravirt_suite(void);

#endif
