/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "internal.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * The caller's memory is read and written by the real kernel, which answers EFAULT where plain
 * loads and stores would crash. Where a process can't name itself to it (QEMU's user mode, strict
 * sandboxes), a file does: slower, and as safe.
 */

static bool not_available(ssize_t r)
{
	return r < 0 && (errno == ENOSYS || errno == EPERM);
}

static bool write_whole(int fd, const void *from, size_t size)
{
	return pwrite(fd, from, size, 0) == (ssize_t)size;
}

static bool read_whole(int fd, void *to, size_t size)
{
	return pread(fd, to, size, 0) == (ssize_t)size;
}

static ssize_t copy_by_file(void *to, const void *from, size_t size)
{
	int fd = memfd_create("kvmlib-sim-copy", MFD_CLOEXEC);
	bool done;

	if (fd < 0)
		return -1;
	done = write_whole(fd, from, size) && read_whole(fd, to, size);
	close(fd);
	return done ? (ssize_t)size : -1;
}

/*
 * Both ways as a read: tools that watch memory (sanitizers, valgrind) know that this call writes
 * its destination, so that an overrun of the caller's buffer is found, and a filled one known.
 */
static bool copy(void *to, const void *from, size_t size)
{
	struct iovec local = { .iov_base = to, .iov_len = size };
	struct iovec remote = { .iov_base = (void *)(uintptr_t)from, .iov_len = size };
	ssize_t r;

	if (!size)
		return true;
	r = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
	if (not_available(r))
		r = copy_by_file(to, from, size);
	return r == (ssize_t)size;
}

int kvmlib__sim_copy_from_user(void *to, uint64_t from, size_t size)
{
	return copy(to, (const void *)(uintptr_t)from, size) ? 0 : REFUSE(UNREADABLE);
}

int kvmlib__sim_copy_to_user(uint64_t to, const void *from, size_t size)
{
	return copy((void *)(uintptr_t)to, from, size) ? 0 : REFUSE(UNWRITABLE);
}
