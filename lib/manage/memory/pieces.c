/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Ranges of guest memory, region by region. */
#include "memory.h"

#include <errno.h>
#include <limits.h>
#include <sys/uio.h>

static int refuse(uint64_t gpa, uint64_t size, int errnum, uint32_t cause, const char *function)
{
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = errnum,
		KVMLIB__VALUES(KVMLIB__VALUE(GPA, gpa), KVMLIB__VALUE(SIZE, size)) });
}

int kvmlib__range_check(const struct kvmlib_memory_reader *reader, uint64_t gpa, uint64_t size,
			bool write, const char *function)
{
	struct kvmlib__piece piece;

	for (; size; gpa += piece.length, size -= piece.length) {
		if (kvmlib__piece_at(reader, gpa, size, &piece) < 0)
			return refuse(gpa, size, -EFAULT, KVMLIB_CAUSE_NOT_MEMORY, function);
		if (write && piece.flags & KVMLIB_MEMORY_READONLY)
			return refuse(gpa, size, -EACCES, KVMLIB_CAUSE_MEMORY_READONLY, function);
	}
	return 0;
}

static int vanished(const struct kvmlib__piece *piece, const uint8_t *address, int r, bool write,
		    const char *function)
{
	return kvmlib__error_report(
		&piece->region->memory->vm->system->log,
		&(const struct kvmlib__failure){
			.function = function,
			.subject = piece->region->name,
			.call = write ? "process_vm_writev" : "process_vm_readv",
			.errnum = r,
			KVMLIB__VALUES(KVMLIB__VALUE(HOST_ADDRESS, (uintptr_t)address)) });
}

int kvmlib__checked_copy(const struct kvmlib__piece *piece, void *buffer, bool write,
			 const char *function)
{
	const struct kvmlib_memory *memory = piece->region->memory;
	const struct kvmlib_sys_ops *sys = &memory->vm->system->sys;
	uint64_t done = 0;

	while (done < piece->length) {
		uint64_t left = piece->length - done;
		size_t size = left < INT_MAX ? (size_t)left : INT_MAX;
		struct iovec local = { (uint8_t *)buffer + done, size };
		struct iovec remote = { piece->address + done, size };
		int r = write ? sys->process_vm_writev(sys->ctx, memory->pid, &local, &remote)
			      : sys->process_vm_readv(sys->ctx, memory->pid, &local, &remote);

		if (r <= 0)
			return vanished(piece, piece->address + done, r ? r : -EFAULT, write,
					function);
		done += (uint64_t)r;
	}
	return 0;
}
