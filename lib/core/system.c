/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <kvmlib/system.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#include "../base/opts.h"
#include "../base/sys.h"
#include "handles.h"

#define API_VERSION 12

/* No kernel's run page, with rings and all, comes near to this. */
#define RUN_SIZE_SANE (1U << 20)

_Static_assert(sizeof(struct kvmlib_system_opts) == 6 * sizeof(void *) + 8, "no padding");

/* A system without a descriptor yet. */
static struct kvmlib_system *system_new(const struct kvmlib_system_opts *opts)
{
	struct kvmlib_system *system = calloc(1, sizeof(*system));

	if (!system)
		return NULL;
	kvmlib__sys_init(&system->sys, opts->sys);
	system->log.fn = opts->log;
	system->log.userdata = opts->log_userdata;
	system->log.level = opts->log_level ? opts->log_level : KVMLIB_LOG_WARNING;
	system->fd = -1;
	atomic_init(&system->refs, 1U);
	return system;
}

/* Options as this library knows them, or a refusal. */
static int copy_opts(struct kvmlib_system_opts *opts, const struct kvmlib_system_opts *given,
		     unsigned int position, const char *function)
{
	uint32_t cause = KVMLIB_CAUSE_BAD_ARGUMENT;
	int r = kvmlib__opts_copy(opts, sizeof(*opts), given, &cause);

	if (!r && (opts->reserved || opts->log_level > KVMLIB_LOG_DEBUG)) {
		cause = KVMLIB_CAUSE_BAD_ARGUMENT;
		r = -EINVAL;
	}
	if (!r)
		return 0;
	return kvmlib__error_record(&(const struct kvmlib__failure){
		.function = function,
		.cause = cause,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(ARGUMENT, position)) });
}

/* Refuse a descriptor that does not answer as KVM does. */
static int check_api_version(const struct kvmlib_system *system, const char *function)
{
	int r = kvmlib__ioctl(system, system->fd, KVMLIB__IOC_GET_API_VERSION, 0);
	struct kvmlib__failure failure = {
		.function = function,
		KVMLIB__VALUES(KVMLIB__VALUE(VERSION, r)),
	};

	if (r == API_VERSION)
		return 0;
	failure.errnum = -EPROTONOSUPPORT;
	failure.cause = KVMLIB_CAUSE_API_VERSION;
	if (r < 0) {
		failure.errnum = r == -EINVAL ? -ENOTTY : r;
		failure.cause = failure.errnum == -ENOTTY ? KVMLIB_CAUSE_NOT_KVM_FD : 0;
		failure.nr_values = 0;
	}
	return kvmlib__system_failed(system, KVMLIB__IOC_GET_API_VERSION, &failure);
}

static int learn_run_size(struct kvmlib_system *system, const char *function)
{
	int r = kvmlib__ioctl(system, system->fd, KVMLIB__IOC_GET_VCPU_MMAP_SIZE, 0);
	struct kvmlib__failure failure = {
		.function = function,
		.errnum = r,
		KVMLIB__VALUES(KVMLIB__VALUE(SIZE, r)),
	};

	if (r >= (int)sizeof(struct kvm_run) && r <= (int)RUN_SIZE_SANE) {
		system->run_size = (size_t)r;
		return 0;
	}
	if (r < 0) {
		failure.nr_values = 0;
	} else {
		failure.errnum = -EPROTONOSUPPORT;
		failure.cause = KVMLIB_CAUSE_RUN_SIZE;
	}
	return kvmlib__system_failed(system, KVMLIB__IOC_GET_VCPU_MMAP_SIZE, &failure);
}

/* Check the new descriptor, and hand the system out or drop it. Userdata is ours on success only. */
static int system_finish(struct kvmlib_system *system, const struct kvmlib_system_opts *opts,
			 const char *function, struct kvmlib_system **ret_system)
{
	int r = system->fd < 0 ? system->fd : check_api_version(system, function);

	if (!r)
		r = learn_run_size(system, function);
	if (r < 0) {
		kvmlib_system_unref(system);
		return r;
	}
	KVMLIB__LOG(&system->log, KVMLIB_LOG_INFO, "system opened",
		    KVMLIB__LOG_NUMBER("fd", system->fd));
	system->log_destroy = opts->log_destroy;
	*ret_system = system;
	return 0;
}

static int open_node(const struct kvmlib_system *system, const char *path, const char *function)
{
	int r = system->sys.open(system->sys.ctx, path, O_RDWR | O_CLOEXEC);

	if (r >= 0)
		return r;
	return kvmlib__error_report(&system->log, &(const struct kvmlib__failure){
							  .function = function,
							  .call = "open(/dev/kvm)",
							  .errnum = r,
						  });
}

int kvmlib_system_open(const struct kvmlib_system_opts *opts, struct kvmlib_system **ret_system)
{
	struct kvmlib_system_opts o;
	struct kvmlib_system *system;
	int r;

	if (!ret_system)
		return KVMLIB__NULL_ARGUMENT(2);
	r = copy_opts(&o, opts, 1, __func__);
	if (r < 0)
		return r;
	system = system_new(&o);
	if (!system)
		return KVMLIB__NO_MEMORY();

	system->fd = open_node(system, o.path ? o.path : "/dev/kvm", __func__);
	return system_finish(system, &o, __func__, ret_system);
}

int kvmlib_system_from_fd(int fd, const struct kvmlib_system_opts *opts,
			  struct kvmlib_system **ret_system)
{
	struct kvmlib_system_opts o;
	struct kvmlib_system *system;
	int r;

	if (!ret_system)
		return KVMLIB__NULL_ARGUMENT(3);
	r = copy_opts(&o, opts, 2, __func__);
	if (r < 0)
		return r;
	system = system_new(&o);
	if (!system)
		return KVMLIB__NO_MEMORY();

	system->fd = kvmlib__dup(system, fd, __func__);
	return system_finish(system, &o, __func__, ret_system);
}

struct kvmlib_system *kvmlib_system_ref(struct kvmlib_system *system)
{
	if (system)
		atomic_fetch_add_explicit(&system->refs, 1U, memory_order_relaxed);
	return system;
}

struct kvmlib_system *kvmlib_system_unref(struct kvmlib_system *system)
{
	if (!system || atomic_fetch_sub_explicit(&system->refs, 1U, memory_order_acq_rel) > 1U)
		return NULL;
	kvmlib__close(system, system->fd);
	if (system->log_destroy)
		system->log_destroy(system->log.userdata);
	free(system);
	return NULL;
}

int kvmlib_system_fd(const struct kvmlib_system *system)
{
	return system ? system->fd : KVMLIB__NULL_ARGUMENT(1);
}

int kvmlib_system_ioctl(struct kvmlib_system *system, unsigned long request, uintptr_t arg)
{
	if (!system)
		return KVMLIB__NULL_ARGUMENT(1);
	return kvmlib__raw_ioctl(
		&(const struct kvmlib__target){ system, NULL, system->fd, "(any system ioctl)" },
		request, arg, __func__);
}

int kvmlib_system_get_api_version(struct kvmlib_system *system)
{
	if (!system)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__SYSTEM_IOCTL(system, GET_API_VERSION, 0, KVMLIB__VALUE(FD, system->fd));
}

int kvmlib_system_check_extension(struct kvmlib_system *system, uint32_t capability)
{
	if (!system)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__SYSTEM_IOCTL(system, CHECK_EXTENSION, capability,
				    KVMLIB__VALUE(CAPABILITY, capability));
}

int kvmlib_system_get_vcpu_mmap_size(struct kvmlib_system *system)
{
	if (!system)
		return KVMLIB__NULL_ARGUMENT(1);
	return KVMLIB__SYSTEM_IOCTL(system, GET_VCPU_MMAP_SIZE, 0, KVMLIB__VALUE(FD, system->fd));
}
