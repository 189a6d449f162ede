/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Calls that make a descriptor of the real system: statistics and guest_memfd. */
#include "internal.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define STATS_NAME_SIZE 48U

/* The file of one statistic: a header, who it is of, the descriptor, the number. */
struct stats {
	struct kvm_stats_header header;
	char id[STATS_NAME_SIZE];
	struct {
		uint32_t flags;
		int16_t exponent;
		uint16_t size;
		uint32_t offset;
		uint32_t bucket_size;
		char name[STATS_NAME_SIZE];
	} descriptor;
	uint64_t value;
};

static struct stats make_stats(const struct sim_call *call)
{
	struct stats stats = {
		.header = {
			.name_size = STATS_NAME_SIZE,
			.num_desc = 1,
			.id_offset = offsetof(struct stats, id),
			.desc_offset = offsetof(struct stats, descriptor),
			.data_offset = offsetof(struct stats, value),
		},
		.descriptor = { .size = 1 },
	};

	snprintf(stats.descriptor.name, STATS_NAME_SIZE, "%s",
		 call->vcpu ? "exits" : "remote_tlb_flush");
	if (call->vcpu)
		snprintf(stats.id, STATS_NAME_SIZE, "kvm-%d/vcpu-%u", getpid(), call->vcpu->id);
	else
		snprintf(stats.id, STATS_NAME_SIZE, "kvm-%d", getpid());
	return stats;
}

static int make_stats_fd(const void *content, size_t size)
{
	int fd = memfd_create("kvm-stats", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (pwrite(fd, content, size, 0) != (ssize_t)size) {
		close(fd);
		return -ENOMEM;
	}
	return fd;
}

int kvmlib__sim_get_stats_fd(const struct sim_call *call)
{
	struct stats stats = make_stats(call);
	struct kvmlib_sim *sim = call->sim;
	int fd;

	fd = sim->stats ? make_stats_fd(sim->stats, sim->stats_size)
			: make_stats_fd(&stats, sizeof(stats));
	return kvmlib__sim_add_real(sim, fd, 0);
}

int kvmlib_sim_set_stats(struct kvmlib_sim *sim, const void *content, size_t size)
{
	uint8_t *copy = NULL;

	if (!sim)
		return -EINVAL;
	if (content) {
		copy = malloc(size ? size : 1);
		if (!copy)
			return -ENOMEM;
		memcpy(copy, content, size);
	}
	kvmlib__sim_lock(sim);
	free(sim->stats);
	sim->stats = copy;
	sim->stats_size = size;
	kvmlib__sim_unlock(sim);
	return 0;
}

#ifdef KVM_CREATE_GUEST_MEMFD
static int make_memfd(uint64_t size)
{
	int fd = memfd_create("kvm-gmem", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) < 0) {
		close(fd);
		return -ENOMEM;
	}
	return fd;
}

static unsigned int flags_of(uint64_t flags)
{
	return SIM_REAL_GMEM | (flags & KVMLIB_GUEST_MEMFD_FLAG_MMAP ? SIM_REAL_GMEM_MMAP : 0);
}

int kvmlib__sim_create_guest_memfd(const struct sim_call *call)
{
	int known = kvmlib__sim_capability(call->sim, KVMLIB_CAP_GUEST_MEMFD_FLAGS);
	struct kvm_create_guest_memfd args;
	int r = kvmlib__sim_copy_from_user(&args, call->arg, sizeof(args));

	if (r < 0)
		return r;
	if (args.flags & ~(uint64_t)known)
		return REFUSE(GMEM_FLAGS);
	if (!args.size || args.size > INT64_MAX || args.size & (call->sim->page_size - 1))
		return REFUSE(GMEM_SIZE);
	return kvmlib__sim_add_real(call->sim, make_memfd(args.size), flags_of(args.flags));
}
#endif
