/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KNOWN_FLAGS (KVMLIB_SIM_EXIT_SPIN | KVMLIB_SIM_EXIT_STALE)
#define UNION_SIZE  sizeof(((struct kvm_run *)NULL)->padding)
#define MAX_TAIL    4096U

/* Only x86 has ports, and a page for them; elsewhere the ring of coalesced writes has that page. */
#if defined(__x86_64__)
#define IO_PAGE KVMLIB_PIO_PAGE_OFFSET
#else
#define IO_PAGE 2U
#endif

/* Makes a vCPU whose guest computes look at its script and its VM again. */
void kvmlib__sim_wake(struct sim_vcpu *vcpu)
{
	uint64_t one = 1;
	ssize_t r = write(vcpu->wake, &one, sizeof(one));

	(void)r; /* a full counter wakes as well */
}

void kvmlib__sim_pop_script(struct sim_vcpu *vcpu)
{
	struct sim_entry *entry = vcpu->script;

	vcpu->script = entry->next;
	if (!vcpu->script)
		vcpu->script_end = &vcpu->script;
	vcpu->script_left--;
	free(entry);
}

static void append(struct sim_vcpu *vcpu, struct sim_entry *entry)
{
	*vcpu->script_end = entry;
	vcpu->script_end = &entry->next;
	vcpu->script_left++;
	if (vcpu->in_guest)
		kvmlib__sim_wake(vcpu);
}

/* The caller's struct may be shorter or longer than this build's. */
static int copy_exit(struct kvmlib_sim_exit *to, const struct kvmlib_sim_exit *from)
{
	const uint8_t *bytes = (const uint8_t *)from;

	if (from->size < sizeof(from->size))
		return -EINVAL;
	if (from->size > sizeof(*to) + MAX_TAIL)
		return -E2BIG;
	for (size_t i = sizeof(*to); i < from->size; i++)
		if (bytes[i])
			return -E2BIG;
	memset(to, 0, sizeof(*to));
	memcpy(to, from, from->size < sizeof(*to) ? from->size : sizeof(*to));
	return 0;
}

static int check_exit(const struct kvmlib_sim_exit *exit)
{
	if (exit->result > 0 || exit->result < -SIM_MAX_ERRNO || exit->reserved)
		return -EINVAL;
	if (exit->flags & ~KNOWN_FLAGS)
		return -EINVAL;
	if (exit->payload_size > UNION_SIZE || (exit->payload_size && !exit->payload))
		return -EINVAL;
	return exit->data_size && !exit->data ? -EINVAL : 0;
}

static bool in_page(const struct sim_vcpu *vcpu, const struct kvmlib_sim_exit *exit)
{
	return exit->data_offset <= vcpu->run_size &&
	       exit->data_size <= vcpu->run_size - exit->data_offset;
}

static struct sim_entry *new_entry(const struct kvmlib_sim_exit *exit)
{
	struct sim_entry *entry = calloc(1, sizeof(*entry) + exit->payload_size + exit->data_size);

	if (!entry)
		return NULL;
	entry->result = exit->result;
	entry->reason = exit->reason;
	entry->flags = exit->flags;
	entry->run_flags = exit->run_flags;
	entry->payload_size = exit->payload_size;
	entry->data_size = exit->data_size;
	entry->data_offset = exit->data_offset;
	if (exit->payload_size)
		memcpy(entry->bytes, exit->payload, exit->payload_size);
	if (exit->data_size)
		memcpy(entry->bytes + exit->payload_size, exit->data, exit->data_size);
	return entry;
}

static int push_locked(struct kvmlib_sim *sim, int vcpu_fd, const struct kvmlib_sim_exit *exit)
{
	struct sim_entry *entry;
	struct sim_vcpu *vcpu;
	int r = kvmlib__sim_find_vcpu(sim, vcpu_fd, &vcpu);

	if (r < 0)
		return r;
	if (!in_page(vcpu, exit))
		return -EINVAL;
	entry = new_entry(exit);
	if (!entry)
		return -ENOMEM;
	append(vcpu, entry);
	return 0;
}

int kvmlib_sim_push_exit(struct kvmlib_sim *sim, int vcpu_fd, const struct kvmlib_sim_exit *exit)
{
	struct kvmlib_sim_exit e;
	int r;

	if (!sim || !exit)
		return -EINVAL;
	r = copy_exit(&e, exit);
	if (r == 0)
		r = check_exit(&e);
	if (r < 0)
		return r;
	kvmlib__sim_lock(sim);
	r = push_locked(sim, vcpu_fd, &e);
	kvmlib__sim_unlock(sim);
	return r;
}

int kvmlib_sim_push_io(struct kvmlib_sim *sim, int vcpu_fd, uint16_t port, uint8_t size,
		       uint32_t count, int is_write, const void *data)
{
	static const uint8_t zeros[SIM_ANSWER_SIZE];
	struct kvm_run run = { .exit_reason = KVMLIB_EXIT_IO };
	struct kvmlib_sim_exit exit = { .size = sizeof(exit), .reason = KVMLIB_EXIT_IO };

	if (!sim || (size != 1 && size != 2 && size != 4) || !count ||
	    count > SIM_ANSWER_SIZE / size)
		return -EINVAL;
	run.io.direction = is_write != 0;
	run.io.size = size;
	run.io.port = port;
	run.io.count = count;
	run.io.data_offset = IO_PAGE * sim->page_size;
	exit.payload = &run.io;
	exit.payload_size = sizeof(run.io);
	exit.data = data ? data : zeros;
	exit.data_size = (size_t)size * count;
	exit.data_offset = run.io.data_offset;
	return kvmlib_sim_push_exit(sim, vcpu_fd, &exit);
}

int kvmlib_sim_push_mmio(struct kvmlib_sim *sim, int vcpu_fd, uint64_t gpa, uint32_t len,
			 int is_write, const void *data)
{
	struct kvm_run run = { .exit_reason = KVMLIB_EXIT_MMIO };
	struct kvmlib_sim_exit exit = { .size = sizeof(exit), .reason = KVMLIB_EXIT_MMIO };

	if (!sim || !len || len > sizeof(run.mmio.data))
		return -EINVAL;
	run.mmio.phys_addr = gpa;
	run.mmio.len = len;
	run.mmio.is_write = is_write != 0;
	if (data)
		memcpy(run.mmio.data, data, len);
	exit.payload = &run.mmio;
	exit.payload_size = sizeof(run.mmio);
	return kvmlib_sim_push_exit(sim, vcpu_fd, &exit);
}

int kvmlib_sim_push_spin(struct kvmlib_sim *sim, int vcpu_fd)
{
	struct kvmlib_sim_exit exit = { .size = sizeof(exit), .flags = KVMLIB_SIM_EXIT_SPIN };

	return kvmlib_sim_push_exit(sim, vcpu_fd, &exit);
}

int kvmlib_sim_push_stale(struct kvmlib_sim *sim, int vcpu_fd, int32_t result)
{
	struct kvmlib_sim_exit exit = {
		.size = sizeof(exit),
		.flags = KVMLIB_SIM_EXIT_STALE,
		.result = result,
	};

	return kvmlib_sim_push_exit(sim, vcpu_fd, &exit);
}

static int get_script_left(const struct sim_vcpu *vcpu)
{
	return vcpu->script_left;
}

static int get_in_guest(const struct sim_vcpu *vcpu)
{
	return vcpu->in_guest;
}

static int ask(struct kvmlib_sim *sim, int vcpu_fd, int (*get)(const struct sim_vcpu *vcpu))
{
	struct sim_vcpu *vcpu;
	int r;

	if (!sim)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vcpu(sim, vcpu_fd, &vcpu);
	if (r == 0)
		r = get(vcpu);
	kvmlib__sim_unlock(sim);
	return r;
}

int kvmlib_sim_script_left(struct kvmlib_sim *sim, int vcpu_fd)
{
	return ask(sim, vcpu_fd, get_script_left);
}

int kvmlib_sim_in_guest(struct kvmlib_sim *sim, int vcpu_fd)
{
	return ask(sim, vcpu_fd, get_in_guest);
}

static int get_completion(const struct sim_vcpu *vcpu, void *buffer, size_t size)
{
	if (!vcpu->answered)
		return -ENODATA;
	if (size > vcpu->answer_size)
		size = vcpu->answer_size;
	if (size)
		memcpy(buffer, vcpu->answer, size);
	return (int)vcpu->answer_size;
}

int kvmlib_sim_completion(struct kvmlib_sim *sim, int vcpu_fd, void *buffer, size_t size)
{
	struct sim_vcpu *vcpu;
	int r;

	if (!sim || (size && !buffer))
		return -EINVAL;
	kvmlib__sim_lock(sim);
	r = kvmlib__sim_find_vcpu(sim, vcpu_fd, &vcpu);
	if (r == 0)
		r = get_completion(vcpu, buffer, size);
	kvmlib__sim_unlock(sim);
	return r;
}
