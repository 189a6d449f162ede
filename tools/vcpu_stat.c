/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* KVM's binary statistics, api.rst 4.133. */
#include "stats.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define GET_STATS_FD _IO(0xae, 0xce) /* KVM_GET_STATS_FD; older headers lack it */
#define MAX_NAME     4096U	     /* more is no name */
#define MAX_STATS    65536U

struct header {
	uint32_t flags, name_size, num_desc, id_offset, desc_offset, data_offset;
};

struct descriptor {
	uint32_t flags;
	int16_t exponent;
	uint16_t size;
	uint32_t offset;
	uint32_t bucket_size;
};

static int read_at(int fd, void *buffer, size_t size, uint64_t offset)
{
	return pread(fd, buffer, size, (off_t)offset) == (ssize_t)size ? 0 : -1;
}

static int read_header(int fd, struct header *header)
{
	if (read_at(fd, header, sizeof(*header), 0) < 0)
		return -1;
	return header->name_size <= MAX_NAME && header->num_desc <= MAX_STATS ? 0 : -1;
}

/* Where the value is in the file; `name` has room for header->name_size characters. */
static int find_value(int fd, const struct header *header, const char *wanted, char *name,
		      uint64_t *ret_offset)
{
	struct descriptor descriptor;
	uint64_t at = header->desc_offset;

	for (uint32_t i = 0; i < header->num_desc; i++) {
		if (read_at(fd, &descriptor, sizeof(descriptor), at) < 0 ||
		    read_at(fd, name, header->name_size, at + sizeof(descriptor)) < 0)
			return -1;
		at += sizeof(descriptor) + header->name_size;
		if (strncmp(name, wanted, header->name_size) != 0)
			continue;
		*ret_offset = (uint64_t)header->data_offset + descriptor.offset;
		return 0;
	}
	return -1;
}

static int read_stat(int fd, const char *name, uint64_t *ret_value)
{
	struct header header;
	uint64_t offset;
	char *buffer;
	int r;

	if (read_header(fd, &header) < 0)
		return -1;
	buffer = malloc(header.name_size);
	if (!buffer)
		return -1;
	r = find_value(fd, &header, name, buffer, &offset);
	free(buffer);
	return r < 0 ? -1 : read_at(fd, ret_value, sizeof(*ret_value), offset);
}

int vcpu_stat(struct kvmlib_vm *vm, struct kvmlib_vcpu *vcpu, const char *name, uint64_t *ret_value)
{
	int fd, r;

	if (kvmlib_vm_check_extension(vm, KVMLIB_CAP_BINARY_STATS_FD) <= 0)
		return -1;
	fd = kvmlib_vcpu_ioctl(vcpu, GET_STATS_FD, 0);
	if (fd < 0)
		return -1;
	r = read_stat(fd, name, ret_value);
	close(fd);
	return r;
}
