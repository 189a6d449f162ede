/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

#define APIC_PAGE UINT64_C(0xfee00000)

static size_t run_size(const struct kvmlib_sim *sim)
{
	size_t wanted = (size_t)sim->mmap_size;
	size_t least = 3 * sim->page_size;

	wanted = (wanted + sim->page_size - 1) & ~(sim->page_size - 1);
	return wanted < least ? least : wanted;
}

/* A file, so that mappings of it share their pages and end where the kernel's do. */
static int make_run_page(struct sim_vcpu *vcpu)
{
	size_t ring_end = kvmlib__sim_ring_end(vcpu->vm);
	size_t size = run_size(vcpu->vm->sim);
	void *run;

	vcpu->run_size = size;
	vcpu->memory = memfd_create("kvmlib-sim", MFD_CLOEXEC);
	if (vcpu->memory < 0 ||
	    ftruncate(vcpu->memory, (off_t)(size > ring_end ? size : ring_end)) < 0)
		return -errno;
	run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->memory, 0);
	if (run == MAP_FAILED)
		return -errno;
	vcpu->run = run;
	vcpu->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return vcpu->wake < 0 ? -errno : 0;
}

void kvmlib__sim_free_vcpu(struct sim_vcpu *vcpu)
{
	while (vcpu->script)
		kvmlib__sim_pop_script(vcpu);
	if (vcpu->run)
		munmap(vcpu->run, vcpu->run_size);
	kvmlib__sim_free_ring(&vcpu->ring);
	if (vcpu->memory >= 0)
		close(vcpu->memory);
	if (vcpu->wake >= 0)
		close(vcpu->wake);
	kvmlib__sim_free_kept(vcpu->kept);
	pthread_cond_destroy(&vcpu->idle);
	free(vcpu);
}

static int new_vcpu(struct sim_vm *vm, uint32_t id, struct sim_vcpu **ret_vcpu)
{
	struct sim_vcpu *vcpu = calloc(1, sizeof(*vcpu));
	int r;

	if (!vcpu)
		return -ENOMEM;
	vcpu->vm = vm;
	vcpu->id = id;
	vcpu->memory = -1;
	vcpu->wake = -1;
	vcpu->script_end = &vcpu->script;
	pthread_cond_init(&vcpu->idle, NULL);
	r = make_run_page(vcpu);
	if (r == 0)
		r = kvmlib__sim_make_coalesced(vm);
	if (r == 0)
		r = kvmlib__sim_make_ring(vcpu);
	if (r < 0) {
		kvmlib__sim_free_vcpu(vcpu);
		return r;
	}
	kvmlib__sim_reset_registers(vcpu);
	*ret_vcpu = vcpu;
	return 0;
}

static bool id_taken(const struct sim_vm *vm, unsigned long id)
{
	for (const struct sim_vcpu *vcpu = vm->vcpus; vcpu; vcpu = vcpu->next)
		if (vcpu->id == id)
			return true;
	return false;
}

#if defined(__x86_64__)
/* The first vCPU with a local APIC in the kernel brings the page of the APIC's registers. */
static int make_apic_page(struct sim_vm *vm)
{
	if (!vm->irqchip || vm->apic_page)
		return 0;
	if (kvmlib__sim_add_internal_slot(vm, APIC_PAGE, 1) < 0)
		return REFUSE(VCPU_APIC_PAGE);
	vm->apic_page = true;
	return 0;
}
#endif

/* Where there is no limit for ids, that for their number holds. */
static int check_vcpu(struct sim_vm *vm, unsigned long id)
{
	const int max_vcpus = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_MAX_VCPUS);
	const int max_id = kvmlib__sim_capability(vm->sim, KVMLIB_CAP_MAX_VCPU_ID);

	if (id >= (unsigned long)(max_id ? max_id : max_vcpus))
		return REFUSE(VCPU_ID);
	if (vm->nr_vcpus >= (unsigned int)max_vcpus)
		return REFUSE(VCPU_COUNT);
#if defined(__aarch64__)
	if (vm->irqchip && vm->irqchip_ready)
		return REFUSE(VCPU_LATE);
#endif
#if defined(__x86_64__)
	int r = make_apic_page(vm);

	if (r < 0)
		return r;
#endif
	return id_taken(vm, id) ? REFUSE(VCPU_EXISTS) : 0;
}

static void add_vcpu(struct sim_vm *vm, struct sim_vcpu *vcpu)
{
	struct sim_vcpu **link = &vm->vcpus;

	while (*link)
		link = &(*link)->next;
	*link = vcpu;
	vm->nr_vcpus++;
}

int kvmlib__sim_create_vcpu(const struct sim_call *call)
{
	struct sim_vcpu *vcpu;
	int r = check_vcpu(call->vm, call->arg);

	if (r == 0)
		r = new_vcpu(call->vm, (uint32_t)call->arg, &vcpu);
	if (r < 0)
		return r;
	r = kvmlib__sim_open_file(call->sim, SIM_VCPU, call->vm, vcpu, NULL);
	if (r < 0) {
		kvmlib__sim_free_vcpu(vcpu);
		return r;
	}
	add_vcpu(call->vm, vcpu);
	return r;
}

#ifdef KVM_GET_MP_STATE
int kvmlib__sim_get_mp_state(const struct sim_call *call)
{
	struct kvm_mp_state state = { .mp_state = call->vcpu->mp_state };

	return kvmlib__sim_copy_to_user(call->arg, &state, sizeof(state));
}

/* States of each architecture; those of x86 but one need the local APIC. */
static bool state_ok(const struct sim_vcpu *vcpu, uint32_t state)
{
#if defined(__x86_64__)
	if (state == KVMLIB_MP_STATE_RUNNABLE)
		return true;
	return vcpu->vm->irqchip &&
	       (state <= KVMLIB_MP_STATE_SIPI_RECEIVED || state == KVMLIB_MP_STATE_AP_RESET_HOLD);
#else
	(void)vcpu;
#if defined(__aarch64__)
	return state == KVMLIB_MP_STATE_RUNNABLE || state == KVMLIB_MP_STATE_STOPPED ||
	       state == KVMLIB_MP_STATE_SUSPENDED;
#elif defined(__riscv)
	return state == KVMLIB_MP_STATE_RUNNABLE || state == KVMLIB_MP_STATE_STOPPED;
#elif defined(__s390x__)
	return state == KVMLIB_MP_STATE_STOPPED || state == KVMLIB_MP_STATE_OPERATING;
#else
	return state == KVMLIB_MP_STATE_RUNNABLE;
#endif
#endif
}

int kvmlib__sim_set_mp_state(const struct sim_call *call)
{
	struct kvm_mp_state state;
	int r = kvmlib__sim_copy_from_user(&state, call->arg, sizeof(state));

	if (r < 0)
		return r;
	if (!state_ok(call->vcpu, state.mp_state))
		return REFUSE(MP_STATE);
	if (state.mp_state == KVMLIB_MP_STATE_SIPI_RECEIVED)
		state.mp_state = KVMLIB_MP_STATE_RUNNABLE; /* the signal is taken at once */
	call->vcpu->mp_state = state.mp_state;
	return 0;
}
#endif
