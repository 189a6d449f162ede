/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

/*
 * All kernels of the process, so that fork() can take their locks: a child goes on using the
 * kernel, and another thread must not have left a lock taken or a table half changed.
 */
static pthread_mutex_t registry_lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_once_t registry_once = PTHREAD_ONCE_INIT;
static struct kvmlib_sim *registry;

static void lock_all(void)
{
	pthread_mutex_lock(&registry_lock);
	for (struct kvmlib_sim *sim = registry; sim; sim = sim->next)
		pthread_mutex_lock(&sim->lock);
}

static void unlock_all(void)
{
	for (struct kvmlib_sim *sim = registry; sim; sim = sim->next)
		pthread_mutex_unlock(&sim->lock);
	pthread_mutex_unlock(&registry_lock);
}

static void watch_forks(void)
{
	/* Without memory for it, only a fork in the middle of a call is at risk. */
	(void)pthread_atfork(lock_all, unlock_all, unlock_all);
}

static void add_to_registry(struct kvmlib_sim *sim)
{
	pthread_once(&registry_once, watch_forks);
	pthread_mutex_lock(&registry_lock);
	sim->next = registry;
	registry = sim;
	pthread_mutex_unlock(&registry_lock);
}

static void remove_from_registry(struct kvmlib_sim *sim)
{
	struct kvmlib_sim **link = &registry;

	pthread_mutex_lock(&registry_lock);
	while (*link != sim)
		link = &(*link)->next;
	*link = sim->next;
	pthread_mutex_unlock(&registry_lock);
}

static int init_host(struct kvmlib_sim *sim)
{
	sim->page_size = (size_t)sysconf(_SC_PAGESIZE);
	sim->page_shift = (unsigned int)__builtin_ctzl(sim->page_size);
	sim->api_version = 12;
	sim->mmap_size = (int)(3 * sim->page_size);
#if defined(__aarch64__) || defined(__riscv) || defined(__loongarch__)
	sim->by_reason = true;
#endif
	kvmlib__sim_init_capabilities(sim);
	kvmlib__sim_init_ops(sim);
	return kvmlib__sim_init_types(sim);
}

int kvmlib_sim_new(struct kvmlib_sim **ret_sim)
{
	struct kvmlib_sim *sim;

	if (!ret_sim)
		return -EINVAL;
	sim = calloc(1, sizeof(*sim));
	if (!sim)
		return -ENOMEM;
	if (init_host(sim) < 0 || pthread_mutex_init(&sim->lock, NULL)) {
		kvmlib__sim_free_types(sim);
		free(sim);
		return -ENOMEM;
	}
	add_to_registry(sim);
	*ret_sim = sim;
	return 0;
}

static void close_all(struct kvmlib_sim *sim)
{
	for (size_t i = 0; i < sim->nr_mappings; i++)
		if (sim->mappings[i].file)
			kvmlib__sim_put_file(sim, sim->mappings[i].file);
	for (size_t i = 0; i < sim->nr_files; i++)
		if (sim->files[i])
			kvmlib__sim_put_file(sim, sim->files[i]);
}

struct kvmlib_sim *kvmlib_sim_free(struct kvmlib_sim *sim)
{
	if (!sim)
		return NULL;
	remove_from_registry(sim);
	close_all(sim);
	free(sim->reals);
	free(sim->stats);
	kvmlib__sim_free_types(sim);
	free(sim->mappings);
	free(sim->files);
	free(sim->requests);
	pthread_mutex_destroy(&sim->lock);
	free(sim);
	return NULL;
}

const struct kvmlib_sys_ops *kvmlib_sim_sys_ops(const struct kvmlib_sim *sim)
{
	return sim ? &sim->ops : NULL;
}

void kvmlib__sim_lock(struct kvmlib_sim *sim)
{
	pthread_mutex_lock(&sim->lock);
}

void kvmlib__sim_unlock(struct kvmlib_sim *sim)
{
	pthread_mutex_unlock(&sim->lock);
}

int kvmlib__sim_capability(const struct kvmlib_sim *sim, uint32_t capability)
{
	return capability < SIM_NR_CAPABILITIES ? sim->capabilities[capability] : 0;
}

static int set_knob(struct kvmlib_sim *sim, int *knob, int value)
{
	kvmlib__sim_lock(sim);
	*knob = value;
	kvmlib__sim_unlock(sim);
	return 0;
}

int kvmlib_sim_set_capability(struct kvmlib_sim *sim, uint32_t capability, int value)
{
	if (!sim || capability >= SIM_NR_CAPABILITIES || value < 0)
		return -EINVAL;
	return set_knob(sim, &sim->capabilities[capability], value);
}

int kvmlib_sim_set_api_version(struct kvmlib_sim *sim, int version)
{
	if (!sim)
		return -EINVAL;
	return set_knob(sim, &sim->api_version, version);
}

int kvmlib_sim_set_vcpu_mmap_size(struct kvmlib_sim *sim, size_t size)
{
	if (!sim || size > INT_MAX)
		return -EINVAL;
	return set_knob(sim, &sim->mmap_size, (int)size);
}

int kvmlib_sim_set_open_error(struct kvmlib_sim *sim, int error)
{
	if (!sim || error < 0 || error > SIM_MAX_ERRNO)
		return -EINVAL;
	return set_knob(sim, &sim->open_error, error);
}

int kvmlib_sim_set_completion_by_reason(struct kvmlib_sim *sim, int on)
{
	if (!sim)
		return -EINVAL;
	kvmlib__sim_lock(sim);
	sim->by_reason = on != 0;
	kvmlib__sim_unlock(sim);
	return 0;
}

int kvmlib_sim_open_fds(struct kvmlib_sim *sim)
{
	int open_fds;

	kvmlib__sim_lock(sim);
	open_fds = sim->open_fds + kvmlib__sim_count_real(sim);
	kvmlib__sim_unlock(sim);
	return open_fds;
}

int kvmlib_sim_mappings(struct kvmlib_sim *sim)
{
	size_t mappings;

	kvmlib__sim_lock(sim);
	mappings = sim->nr_mappings;
	kvmlib__sim_unlock(sim);
	return (int)mappings;
}
