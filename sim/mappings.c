/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <sys/mman.h>

static int map_memory(struct kvmlib_sim *sim, struct sim_file *file, size_t length, int prot,
		      int flags, uint64_t offset, void **ret_address)
{
	int memory = file ? file->vcpu->memory : -1;
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

	if (fd == -1)
		return map_memory(sim, NULL, length, prot, flags, offset, ret_address);
	file = kvmlib__sim_file(sim, fd);
	if (!file)
		return REFUSE(NOT_OPEN);
	if (file->kind != SIM_VCPU)
		return REFUSE(NO_MMAP);
	return map_memory(sim, file, length, prot, flags, offset, ret_address);
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
