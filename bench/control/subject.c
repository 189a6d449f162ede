/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Guests that compute, on threads that run them by the library or without it. */
#include "subject.h"

#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	 4096U
#define RUN_SIZE PAGE

static void add_memory(struct subject *subject)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts), .length = PAGE };
	struct kvmlib_memory_region *region;

	if (kvmlib_memory_new(subject->vm, NULL, &subject->memory) < 0 ||
	    kvmlib_memory_add(subject->memory, &opts, &region) < 0)
		bench_fail("the guests' memory");
	memcpy(kvmlib_memory_region_address(region), "\xeb\xfe", 2); /* jmp here */
}

bool subject_open(struct subject *subject)
{
	const struct kvmlib_control_opts opts = { .size = sizeof(opts), .signo = (uint32_t)SIGNAL };

	if (kvmlib_system_open(NULL, &subject->system) < 0 ||
	    kvmlib_system_create_vm(subject->system, NULL, &subject->vm) < 0 ||
	    kvmlib_control_new(subject->vm, &opts, &subject->control) < 0)
		return false;
	add_memory(subject);
	pthread_mutex_init(&subject->lock, NULL);
	pthread_cond_init(&subject->changed, NULL);
	for (size_t i = 0; i < MAX_GUESTS; i++)
		subject->guests[i].subject = subject;
	return true;
}

void subject_close(struct subject *subject)
{
	for (size_t i = 0; i < MAX_GUESTS; i++)
		kvmlib_vcpu_unref(subject->guests[i].vcpu);
	kvmlib_control_unref(subject->control);
	kvmlib_memory_unref(subject->memory);
	kvmlib_vm_unref(subject->vm);
	kvmlib_system_unref(subject->system);
}

static void make_vcpu(struct guest *guest, uint32_t id)
{
	struct kvm_regs regs = { .rflags = 2 };
	struct kvm_sregs sregs;

	if (kvmlib_vm_create_vcpu(guest->subject->vm, id, &guest->vcpu) < 0 ||
	    kvmlib_vcpu_get_sregs(guest->vcpu, &sregs) < 0)
		bench_fail("a vCPU");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(guest->vcpu, &sregs) < 0 ||
	    kvmlib_vcpu_set_regs(guest->vcpu, &regs) < 0)
		bench_fail("registers");
	guest->fd = kvmlib_vcpu_fd(guest->vcpu);
	guest->run = mmap(NULL, RUN_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, guest->fd, 0);
	if (guest->run == MAP_FAILED)
		bench_fail("the run page");
}

/* As one would write it for a few vCPUs. */
static void run_plainly(struct guest *guest)
{
	struct subject *subject = guest->subject;
	unsigned int nr_released;

	(void)ioctl(guest->fd, KVM_RUN, 0);
	if (!atomic_load(&subject->hold))
		return;
	guest->run->immediate_exit = 0;
	pthread_mutex_lock(&subject->lock);
	nr_released = subject->nr_released;
	subject->nr_held++;
	pthread_cond_broadcast(&subject->changed);
	while (subject->nr_released == nr_released)
		pthread_cond_wait(&subject->changed, &subject->lock);
	pthread_mutex_unlock(&subject->lock);
}

static void *run_guest(void *userdata)
{
	struct guest *guest = userdata;
	struct subject *subject = guest->subject;

	if (kvmlib_control_join(subject->control, guest->vcpu) < 0)
		bench_fail("joining");
	atomic_fetch_add(&guest->returns, 1);
	while (!atomic_load(&subject->stop)) {
		if (atomic_load(&subject->is_plain))
			run_plainly(guest);
		else if (kvmlib_control_run(guest->vcpu) < 0)
			bench_fail("a run");
		atomic_fetch_add(&guest->returns, 1);
	}
	kvmlib_control_leave(subject->control, guest->vcpu);
	return NULL;
}

void subject_start(struct subject *subject, size_t nr_guests)
{
	atomic_store(&subject->stop, false);
	subject->nr_guests = nr_guests;
	for (size_t i = 0; i < nr_guests; i++) {
		struct guest *guest = &subject->guests[i];

		if (!guest->vcpu)
			make_vcpu(guest, (uint32_t)i);
		atomic_store(&guest->returns, 0);
		if (pthread_create(&guest->thread, NULL, run_guest, guest))
			bench_fail("a thread");
		while (!atomic_load(&guest->returns))
			continue;
	}
}

/* Whichever way they run: the kick sets immediate_exit, which ends both. */
static void kick_all(struct subject *subject)
{
	for (size_t i = 0; i < subject->nr_guests; i++) {
		unsigned int before = atomic_load(&subject->guests[i].returns);

		while (atomic_load(&subject->guests[i].returns) == before) {
			kvmlib_vcpu_kick(subject->guests[i].vcpu);
			(void)pthread_kill(subject->guests[i].thread, SIGNAL);
			(void)usleep(100);
		}
	}
}

void subject_run_plainly(struct subject *subject, bool is_plain)
{
	atomic_store(&subject->is_plain, is_plain);
	kick_all(subject);
	for (size_t i = 0; is_plain && i < subject->nr_guests; i++)
		subject->guests[i].run->immediate_exit = 0;
}

void subject_stop(struct subject *subject)
{
	atomic_store(&subject->stop, true);
	for (size_t i = 0; i < subject->nr_guests; i++) {
		kvmlib_vcpu_kick(subject->guests[i].vcpu);
		(void)pthread_kill(subject->guests[i].thread, SIGNAL);
		pthread_join(subject->guests[i].thread, NULL);
	}
	subject->nr_guests = 0;
}
