/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "guest.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct guest guest;

static void add_ram(void)
{
	struct kvm_userspace_memory_region region = { .slot = 0, .memory_size = RAM_SIZE };

	guest.ram =
		mmap(NULL, RAM_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert(guest.ram != MAP_FAILED);
	region.userspace_addr = (uintptr_t)guest.ram;
	ck_assert_int_eq(kvmlib_vm_set_user_memory_region(guest.vm, &region), 0);
}

static void enter_real_mode(void)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);

	memset(&regs, 0, sizeof(regs));
	regs.rip = CODE_GPA;
	regs.rsp = STACK_GPA;
	regs.rflags = 2;
	ck_assert_int_eq(kvmlib_vcpu_set_regs(guest.vcpu, &regs), 0);
}

void guest_setup_after(void (*prepare)(void))
{
	guest.fds_before = count_fds();
	ck_assert_int_eq(kvmlib_system_open(live_opts(), &guest.system), 0);
	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &guest.vm), 0);
	ck_assert_int_eq(kvmlib_vm_set_tss_addr(guest.vm, 0xfffbd000U), 0);
	if (prepare)
		prepare();
	add_ram();
	ck_assert_int_eq(kvmlib_vm_create_vcpu(guest.vm, 0, &guest.vcpu), 0);
	enter_real_mode();
	ck_assert_int_eq(kvmlib_kick_handler_install(guest.system, KICK_SIGNAL), 0);
	ck_assert_int_eq(kvmlib_vcpu_bind(guest.vcpu, KICK_SIGNAL), 0);
}

void guest_setup(void)
{
	guest_setup_after(NULL);
}

static void create_irqchip(void)
{
	ck_assert_int_eq(kvmlib_vm_create_irqchip(guest.vm), 0);
}

void guest_setup_irqchip(void)
{
	guest_setup_after(create_irqchip);
}

void guest_teardown(void)
{
	kvmlib_system_unref(guest.system);
	kvmlib_vm_unref(guest.vm);
	kvmlib_vcpu_unref(guest.vcpu);
	munmap(guest.ram, RAM_SIZE);
	ck_assert_int_eq(count_fds(), guest.fds_before);
}

int guest_has(uint32_t capability)
{
	return kvmlib_vm_check_extension(guest.vm, capability);
}

void pose_as_host(void)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t count;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &entries, &count),
			 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(guest.vcpu, entries, count), 0);
	free(entries);
}

#define PAGE_TABLES   0x10000U
#define PE	      (1U << 0)
#define PG	      (1U << 31)
#define PAE	      (1U << 5)
#define LME_LMA	      (1U << 8 | 1U << 10)
#define PORTS_ALLOWED (3U << 12) /* IOPL 3 */
#define CODE_SEGMENT  11U
#define DATA_SEGMENT  3U

/* PML4, PDPT, PD: one page of 2 MiB, for users too. */
static void map_low_memory(void)
{
	const uint64_t entries[] = { PAGE_TABLES + 0x1007, PAGE_TABLES + 0x2007, 0x87 };

	for (size_t i = 0; i < 3; i++)
		memcpy(guest.ram + PAGE_TABLES + i * 0x1000, &entries[i], sizeof(entries[i]));
}

static struct kvm_segment flat_segment(uint8_t type, uint8_t cpl)
{
	return (struct kvm_segment){
		.limit = 0xffffffff,
		.selector = (type == CODE_SEGMENT ? 8 : 16) | cpl,
		.type = type,
		.present = 1,
		.dpl = cpl,
		.db = type == DATA_SEGMENT,
		.s = 1,
		.l = type == CODE_SEGMENT,
		.g = 1,
	};
}

static void allow_ports(void)
{
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	regs.rflags |= PORTS_ALLOWED;
	ck_assert_int_eq(kvmlib_vcpu_set_regs(guest.vcpu, &regs), 0);
}

void enter_long_mode(uint8_t cpl)
{
	struct kvm_sregs sregs;

	pose_as_host();
	map_low_memory();
	ck_assert_int_eq(kvmlib_vcpu_get_sregs(guest.vcpu, &sregs), 0);
	sregs.cr3 = PAGE_TABLES;
	sregs.cr4 |= PAE;
	sregs.cr0 |= PE | PG;
	sregs.efer |= LME_LMA;
	sregs.cs = flat_segment(CODE_SEGMENT, cpl);
	sregs.ss = flat_segment(DATA_SEGMENT, cpl);
	sregs.ds = sregs.ss;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(guest.vcpu, &sregs), 0);
	allow_ports();
}

/* How many instructions of the vCPU KVM has emulated; 0 if it doesn't tell. */
static uint64_t nr_emulated(void)
{
	struct kvmlib_stats *stats;
	uint64_t value = 0;
	size_t i;

	if (kvmlib_stats_open_vcpu(guest.vcpu, &stats) < 0)
		return 0;
	if (!kvmlib_stats_find(stats, "insn_emulation", &i))
		ck_assert_int_eq(kvmlib_stats_value(stats, i, 0, &value), 0);
	kvmlib_stats_free(stats);
	return value;
}

bool guest_is_emulated(void)
{
	const uint64_t before = nr_emulated();
	struct kvm_regs regs;

	ck_assert_int_eq(kvmlib_vcpu_get_regs(guest.vcpu, &regs), 0);
	GUEST_CODE(0x90, 0x90, 0x90, 0xe6, 0xe9); /* nop; nop; nop; out 0xe9, al */
	run_to_out(0xe9);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(guest.vcpu, &regs), 0);
	return nr_emulated() - before > 1; /* that of the port may be, on any host */
}

void *map_vcpu(size_t page, size_t size)
{
	size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
	void *address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED,
			     kvmlib_vcpu_fd(guest.vcpu), (off_t)(page * page_size));

	ck_assert(address != MAP_FAILED);
	return address;
}

uint8_t run_to_out(uint16_t port)
{
	struct kvmlib_exit_io io;

	run_to(KVMLIB_EXIT_IO);
	ck_assert_int_eq(kvmlib_vcpu_exit_io(guest.vcpu, &io), 0);
	ck_assert_uint_eq(io.port, port);
	ck_assert(io.is_write);
	return *(uint8_t *)io.data;
}

void set_handler(unsigned int vector, uint8_t byte)
{
	/* push ax; mov al, byte; out 0xe9, al; mov al, 0x20; out 0x20, al; pop ax; iret */
	uint8_t code[] = { 0x50, 0xb0, byte, 0xe6, 0xe9, 0xb0, 0x20, 0xe6, 0x20, 0x58, 0xcf };

	memcpy(guest.ram + HANDLER, code, sizeof(code));
	memcpy(guest.ram + vector * 4, "\x00\x30\x00\x00", 4);
}

void guest_code(const void *code, size_t size)
{
	memcpy(guest.ram + CODE_GPA, code, size);
}

void run_to(uint32_t reason)
{
	int r = kvmlib_vcpu_run(guest.vcpu);
	uint32_t got = kvmlib_vcpu_exit_reason(guest.vcpu);

	ck_assert_int_eq(r, 0);
	ck_assert_msg(got == reason, "%s, not %s", kvmlib_exit_name(got), kvmlib_exit_name(reason));
}

const char *host_trouble(void)
{
	static char text[512];
	struct kvmlib_system *system;

	if (kvmlib_system_open(live_opts(), &system) < 0) {
		kvmlib_error_format(text, sizeof(text));
		return text;
	}
	kvmlib_system_unref(system);
	return NULL;
}
