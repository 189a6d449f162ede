/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef KVMLIB_SYS_H
#define KVMLIB_SYS_H

#include <stddef.h>
#include <stdint.h>

#include <kvmlib/common.h>

KVMLIB_BEGIN_DECLS

struct iovec;
struct pollfd;
struct sigaction;
struct stat;

/**
 * @defgroup sys The syscall table
 * @brief The system calls that the library makes; all can be replaced.
 *
 * Every system call of the library goes through one table of functions, which the options of
 * kvmlib_system_open() can replace: by the simulated kernel (kvmlib/sim.h), by a table that
 * records, filters or fails calls, or by one that forwards them to another process.
 * @{
 */

/**
 * The system calls that the library makes.
 *
 * A member that is NULL, or lies beyond @ref size, is served by libc. Every function returns a
 * value >= 0, or a negative errno; none touches the caller's `errno` as a channel. Functions may
 * be called from any thread, tgkill() from a signal handler too.
 * @par Example
 * @snippet trace.c table
 */
struct kvmlib_sys_ops {
	size_t size; /**< sizeof this struct in the caller's build, in bytes */
	void *ctx;   /**< passed to every function; must outlive the system and its children */

	/** open(2) of KVM's file or one in /proc/self; the library always asks for O_CLOEXEC. */
	int (*open)(void *ctx, const char *path, int flags);
	/** close(2). */
	int (*close)(void *ctx, int fd);
	/** ioctl(2). @p arg is a pointer or a value, as the request has it. */
	int (*ioctl)(void *ctx, int fd, unsigned long request, unsigned long arg);
	/** mmap(2) at an address that the system chooses: of a file, or anonymous (@p fd is -1). */
	int (*mmap)(void *ctx, size_t length, int prot, int flags, int fd, uint64_t offset,
		    void **ret_address);
	/** munmap(2). */
	int (*munmap)(void *ctx, void *address, size_t length);
	/** madvise(2), with any advice. */
	int (*madvise)(void *ctx, void *address, size_t length, int advice);
	/** fcntl(2) with F_DUPFD_CLOEXEC, F_SETFD on a new guest_memfd, and F_ADD_SEALS on a memfd. */
	int (*fcntl)(void *ctx, int fd, int command, int argument);
	/** readlink(2) of a name in /proc/self/fd; the length, without a final NUL. */
	int (*readlink)(void *ctx, const char *path, char *buffer, size_t size);
	/** sigaction(2); only on behalf of kvmlib_kick_handler_install(). */
	int (*sigaction)(void *ctx, int signo, const struct sigaction *action,
			 struct sigaction *old);
	/** tgkill(2); must be async-signal-safe. */
	int (*tgkill)(void *ctx, int tgid, int tid, int signo);
	/** getpid(2). */
	int (*getpid)(void *ctx);
	/** gettid(2). */
	int (*gettid)(void *ctx);
	/** Sleep for at least @p nanoseconds, or until a signal. */
	int (*sleep)(void *ctx, uint64_t nanoseconds);
	/** pread(2) from a file, such as one of statistics; the number of bytes, INT_MAX at most. */
	int (*pread)(void *ctx, int fd, void *buffer, size_t size, uint64_t offset);
	/** mmap(2) with MAP_FIXED, which it adds to @p flags, inside of an area that mmap() gave. */
	int (*mmap_at)(void *ctx, void *address, size_t length, int prot, int flags, int fd,
		       uint64_t offset);
	/** memfd_create(2). */
	int (*memfd_create)(void *ctx, const char *name, unsigned int flags);
	/** ftruncate(2). */
	int (*ftruncate)(void *ctx, int fd, uint64_t size);
	/** fallocate(2); used to punch holes. */
	int (*fallocate)(void *ctx, int fd, int mode, uint64_t offset, uint64_t size);
	/** fstat(2). */
	int (*fstat)(void *ctx, int fd, struct stat *ret_stat);
	/** mbind(2). */
	int (*mbind)(void *ctx, void *address, size_t length, int mode, const unsigned long *nodes,
		     unsigned long max_node, unsigned int flags);
	/** mincore(2). */
	int (*mincore)(void *ctx, void *address, size_t length, unsigned char *ret_pages);
	/** process_vm_readv(2) of one range; the number of bytes, INT_MAX at most. */
	int (*process_vm_readv)(void *ctx, int pid, const struct iovec *local,
				const struct iovec *remote);
	/** process_vm_writev(2) of one range; the number of bytes, INT_MAX at most. */
	int (*process_vm_writev)(void *ctx, int pid, const struct iovec *local,
				 const struct iovec *remote);
	/** eventfd(2), with EFD_CLOEXEC and EFD_NONBLOCK. */
	int (*eventfd)(void *ctx, unsigned int count, int flags);
	/** read(2) from an eventfd, timerfd or the like; the number of bytes. */
	int (*read)(void *ctx, int fd, void *buffer, size_t size);
	/** write(2) to an eventfd; the number of bytes. */
	int (*write)(void *ctx, int fd, const void *buffer, size_t size);
	/** poll(2), @p timeout in milliseconds, or -1; the number of descriptors with something to tell. */
	int (*poll)(void *ctx, struct pollfd *fds, size_t nr_fds, int timeout);
	/** arch_prctl(2) of x86, with ARCH_REQ_XCOMP_GUEST_PERM; -ENOSYS elsewhere. */
	int (*arch_prctl)(void *ctx, int option, unsigned long argument);
};

/**
 * @brief The table that the library uses by itself: every member set, each one libc's.
 *
 * A table that records, filters or delays calls hands them on to this one. Its functions take any
 * @ref kvmlib_sys_ops::ctx "ctx".
 *
 * @return The table; valid as long as the library is loaded.
 * @threadsafety Async-signal-safe.
 * @since 0.1
 * @par Example
 * @snippet trace.c open
 */
KVMLIB_EXPORT const struct kvmlib_sys_ops *kvmlib_sys_default(void);

/** @} */

KVMLIB_END_DECLS
#endif
