/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The ring of coalesced writes, which all vCPUs of a VM share. */
#include "fixture.h"

#include "suites.h"

#include <runner.h>

#include <string.h>
#include <sys/mman.h>

#ifdef KVM_REGISTER_COALESCED_MMIO
static struct kvm_coalesced_mmio_ring *ring_of(void *mapping)
{
	return (void *)((char *)mapping + KVMLIB_COALESCED_MMIO_PAGE_OFFSET * page);
}

static int zone(unsigned long request, uint64_t address, uint32_t size, uint32_t pio)
{
	struct kvm_coalesced_mmio_zone args = { .addr = address, .size = size, .pio = pio };

	return call_ptr(vm, request, &args);
}

static int add_zone(uint64_t address, uint32_t size, uint32_t pio)
{
	return zone(KVM_REGISTER_COALESCED_MMIO, address, size, pio);
}

static int write_to(uint64_t address, uint32_t length, uint32_t pio)
{
	return kvmlib_sim_write_coalesced(sim, vm, address, length, pio, "ABCDEFGH");
}

START_TEST(coalesced_writes_of_zones_come_to_the_ring)
{
	const struct kvm_coalesced_mmio_ring *ring = ring_of(run);

	ck_assert_int_eq(write_to(0x1000, 1, 0), 0);
	ck_assert_int_eq(add_zone(0x1000, 8, 0), 0);
	ck_assert_int_eq(add_zone(0x60, 1, 1), 0);
	ck_assert_int_eq(write_to(0x1000, 8, 0), 1);
	ck_assert_int_eq(write_to(0x1001, 8, 0), 0);
	ck_assert_int_eq(write_to(0xfff, 1, 0), 0);
	ck_assert_int_eq(write_to(0x1000, 1, 1), 0);
	ck_assert_int_eq(write_to(0x60, 1, 1), 1);
	ck_assert_uint_eq(ring->first, 0);
	ck_assert_uint_eq(ring->last, 2);
	ck_assert_uint_eq(ring->coalesced_mmio[0].phys_addr, 0x1000);
	ck_assert_uint_eq(ring->coalesced_mmio[0].len, 8);
	ck_assert_int_eq(memcmp(ring->coalesced_mmio[0].data, "ABCDEFGH", 8), 0);
	ck_assert_uint_eq(ring->coalesced_mmio[1].pio, 1);
	ck_assert_int_eq(zone(KVM_UNREGISTER_COALESCED_MMIO, 0x1000, 8, 0), 0);
	ck_assert_int_eq(write_to(0x1000, 8, 0), 0);
}
END_TEST

START_TEST(coalesced_ring_is_one_for_all_vcpus)
{
	struct kvm_coalesced_mmio_ring *ring = ring_of(run);
	struct kvm_run *second;
	void *alone;
	int fd = call(vm, KVM_CREATE_VCPU, 1);

	ck_assert_int_eq(map_run(fd, &second), 0);
	ck_assert_int_eq(ops->mmap(ops->ctx, page, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
				   KVMLIB_COALESCED_MMIO_PAGE_OFFSET * page, &alone),
			 0);
	ring->first = 77;
	ck_assert_uint_eq(ring_of(second)->first, 77);
	ck_assert_uint_eq(((struct kvm_coalesced_mmio_ring *)alone)->first, 77);
	second->exit_reason = 5;
	ck_assert_uint_ne(run->exit_reason, 5);
	ck_assert_int_eq(ops->munmap(ops->ctx, alone, page), 0);
	ck_assert_int_eq(unmap_run(second), 0);
	ck_assert_int_eq(close_fd(fd), 0);
}
END_TEST

START_TEST(coalesced_ring_takes_one_less_than_it_has)
{
	const uint32_t n = (uint32_t)(page - 8) / 24;
	struct kvm_coalesced_mmio_ring *ring = ring_of(run);

	ck_assert_int_eq(add_zone(0x1000, 8, 0), 0);
	for (uint32_t i = 0; i < n - 1; i++)
		ck_assert_int_eq(write_to(0x1000, 1, 0), 1);
	ck_assert_int_eq(write_to(0x1000, 1, 0), 0);
	ring->first = 1;
	ck_assert_int_eq(write_to(0x1000, 1, 0), 1);
	ck_assert_uint_eq(ring->last, 0);
	ck_assert_int_eq(write_to(0x1000, 1, 0), 0);
	ring->first = 5;
	ring->last = n;
	ck_assert_int_eq(write_to(0x1000, 1, 0), 0);
}
END_TEST

START_TEST(coalesced_bad_arguments_are_refused)
{
	ck_assert_int_eq(kvmlib_sim_write_coalesced(NULL, vm, 0, 1, 0, "x"), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_write_coalesced(sim, vm, 0, 1, 0, NULL), -EINVAL);
	ck_assert_int_eq(write_to(0, 0, 0), -EINVAL);
	ck_assert_int_eq(write_to(0, 9, 0), -EINVAL);
	ck_assert_int_eq(write_to(0, 1, 2), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_write_coalesced(sim, vcpu, 0, 1, 0, "x"), -EINVAL);
	ck_assert_int_eq(kvmlib_sim_write_coalesced(sim, NO_SUCH_FD, 0, 1, 0, "x"), -EBADF);
}
END_TEST

START_TEST(coalesced_writes_need_a_vcpu)
{
	ck_assert_int_eq(add_zone(0x1000, 8, 0), 0);
	ck_assert_int_eq(write_to(0x1000, 1, 0), 0);
}
END_TEST
#endif

Suite *coalesced_suite(void)
{
	Suite *suite = suite_create("coalesced");

#ifdef KVM_REGISTER_COALESCED_MMIO
	ADD_TESTS(add_case(suite, "ring", setup_vcpu), coalesced_writes_of_zones_come_to_the_ring,
		  coalesced_ring_is_one_for_all_vcpus, coalesced_ring_takes_one_less_than_it_has,
		  coalesced_bad_arguments_are_refused);
	ADD_TESTS(add_case(suite, "alone", setup_vm), coalesced_writes_need_a_vcpu);
#endif
	return suite;
}
