/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <sys/mman.h>

/* The real descriptor (or -1) that is to be mapped, and the simulated file that it belongs to. */
static int find_memory(const struct kvmlib_sim *sim, int fd, struct sim_file **ret_file,
		       int *ret_memory)
{
	const struct sim_real *real = kvmlib__sim_real(sim, fd);
	struct sim_file *file = kvmlib__sim_file(sim, fd);

	if (real && real->flags & SIM_REAL_GMEM && !(real->flags & SIM_REAL_GMEM_MMAP))
		return REFUSE(NO_MMAP);
	if (fd >= SIM_FD_BASE && !file)
		return REFUSE(NOT_OPEN);
	if (file && file->kind != SIM_VCPU)
		return REFUSE(NO_MMAP);
	*ret_file = file;
	*ret_memory = file ? file->vcpu->memory : fd;
	return 0;
}

static int check_ring(const struct sim_file *file, size_t length, int prot, int flags,
		      uint64_t offset)
{
	return file ? kvmlib__sim_check_ring_mapping(file->vm, length, prot, flags, offset) : 0;
}

static int map_memory(struct kvmlib_sim *sim, struct sim_file *file, size_t length, int prot,
		      int flags, int memory, uint64_t offset, void **ret_address)
{
	struct sim_mapping *mappings;
	void *address;

	mappings = kvmlib__sim_make_room(sim->mappings, &sim->mappings_room, sim->nr_mappings + 1,
					 sizeof(*mappings));
	if (!mappings)
		return -ENOMEM;
	sim->mappings = mappings;
	address = mmap(NULL, length, prot, flags, memory, (off_t)offset);
	if (address == MAP_FAILED)
		return -errno;
	if (file && kvmlib__sim_map_coalesced(file->vm, address, length, prot, flags, offset) < 0) {
		munmap(address, length);
		return -ENOMEM;
	}
	if (file)
		file->refs++;
	mappings[sim->nr_mappings++] = (struct sim_mapping){
		.address = (uintptr_t)address,
		.length = length,
		.file = file,
	};
	*ret_address = address;
	return 0;
}

int kvmlib__sim_mmap(struct kvmlib_sim *sim, size_t length, int prot, int flags, int fd,
		     uint64_t offset, void **ret_address)
{
	struct sim_file *file;
	int memory;
	int r = find_memory(sim, fd, &file, &memory);

	if (r == 0)
		r = check_ring(file, length, prot, flags, offset);
	if (r < 0)
		return r;
	return map_memory(sim, file, length, prot, flags, memory, offset, ret_address);
}

/* It replaces a part of a mapping that is counted already. */
int kvmlib__sim_mmap_at(const struct kvmlib_sim *sim, void *address, size_t length, int prot,
			int flags, int fd, uint64_t offset)
{
	struct sim_file *file;
	int memory;
	int r = find_memory(sim, fd, &file, &memory);

	if (r == 0)
		r = check_ring(file, length, prot, flags, offset);
	if (r < 0)
		return r;
	if (mmap(address, length, prot, flags | MAP_FIXED, memory, (off_t)offset) == MAP_FAILED)
		return -errno;
	return file ? kvmlib__sim_map_coalesced(file->vm, address, length, prot, flags, offset) : 0;
}

static bool covered(const struct sim_mapping *mapping, uintptr_t address, size_t length)
{
	return mapping->address >= address &&
	       mapping->address + mapping->length <= address + length;
}

int kvmlib__sim_munmap(struct kvmlib_sim *sim, void *address, size_t length)
{
	size_t kept = 0;

	if (munmap(address, length) < 0)
		return -errno;
	length = (length + sim->page_size - 1) & ~(sim->page_size - 1);
	for (size_t i = 0; i < sim->nr_mappings; i++) {
		if (!covered(&sim->mappings[i], (uintptr_t)address, length))
			sim->mappings[kept++] = sim->mappings[i];
		else if (sim->mappings[i].file)
			kvmlib__sim_put_file(sim, sim->mappings[i].file);
	}
	sim->nr_mappings = kept;
	return 0;
}
