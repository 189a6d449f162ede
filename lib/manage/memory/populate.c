/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory that is there before the guest asks for it. */
#include "memory.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>

#include "../../base/opts.h"

#define CHUNK	    (UINT64_C(16) << 20) /* between two calls of the callback */
#define MAX_THREADS 64U
#define MAX_AGAIN   64U /* times that KVM may ask to be called again without any progress */

/* The kernel's, of Linux 5.14. */
#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ  22
#define MADV_POPULATE_WRITE 23
#endif

_Static_assert(sizeof(struct kvmlib_memory_populate_opts) ==
		       sizeof(size_t) + 2 * sizeof(void *) + 8,
	       "no padding");

/* What the threads share. */
struct work {
	struct kvmlib_memory_region *region;
	const struct kvmlib_memory_populate_opts *opts;
	uint64_t chunk;
	_Atomic uint64_t next; /* where the next chunk begins */
	_Atomic uint64_t done; /* bytes */
	_Atomic int result;    /* 0, or what ended it */
};

/* A page is there once it is written to; adding nothing to a byte harms no guest that runs. */
static void touch(uint8_t *address, uint64_t length)
{
	uint64_t page = kvmlib__page_size();

	for (uint64_t i = 0; i < length; i += page)
		__atomic_fetch_or(&address[i], 0, __ATOMIC_RELAXED);
}

/*
 * Pages that may vanish are not touched: what the kernel does not populate, it does later. All that
 * can't be written to are of files, which may.
 */
static int populate(const struct kvmlib_memory_region *region, uint64_t offset, uint64_t length)
{
	const struct kvmlib_sys_ops *sys = &region->memory->vm->system->sys;
	int advice = region->is_writable ? MADV_POPULATE_WRITE : MADV_POPULATE_READ;
	int r;

	do
		r = sys->madvise(sys->ctx, region->address + offset, length, advice);
	while (r == -EINTR);
	if (r != -EINVAL)
		return r;
	if (!(region->flags & KVMLIB_MEMORY_CHECKED))
		touch(region->address + offset, length);
	return 0;
}

static void end_work(struct work *work, int result)
{
	int none = 0;

	atomic_compare_exchange_strong(&work->result, &none, result);
}

/* Take one chunk; false if there is none left. */
static bool do_chunk(struct work *work)
{
	uint64_t length = work->region->length;
	uint64_t offset = atomic_fetch_add(&work->next, work->chunk);
	uint64_t part;
	int r;

	if (offset >= length || atomic_load(&work->result))
		return false;
	part = length - offset < work->chunk ? length - offset : work->chunk;
	r = populate(work->region, offset, part);
	if (r < 0)
		end_work(work, r);
	else
		atomic_fetch_add(&work->done, part);
	return true;
}

static void *help(void *userdata)
{
	struct work *work = userdata;

	while (do_chunk(work))
		continue;
	return NULL;
}

static void tell(struct work *work)
{
	const struct kvmlib_memory_populate_opts *opts = work->opts;

	if (opts->progress && !atomic_load(&work->result) &&
	    opts->progress(atomic_load(&work->done), work->region->length, opts->userdata))
		end_work(work, -ECANCELED);
}

/* Signals are for the caller's threads. Fewer threads only take longer. */
static uint32_t start_helpers(struct work *work, pthread_t *helpers)
{
	uint32_t wanted = work->opts->threads > 1 ? work->opts->threads - 1 : 0;
	sigset_t all;
	sigset_t before;
	uint32_t n = 0;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	while (n < wanted && !pthread_create(&helpers[n], NULL, help, work))
		n++;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return n;
}

static int do_work(struct work *work)
{
	pthread_t helpers[MAX_THREADS];
	uint32_t n = start_helpers(work, helpers);

	while (do_chunk(work))
		tell(work);
	while (n)
		pthread_join(helpers[--n], NULL);
	if (atomic_load(&work->done) == work->region->length)
		tell(work);
	return atomic_load(&work->result);
}

static int copy_opts(struct kvmlib_memory_populate_opts *o,
		     const struct kvmlib_memory_populate_opts *opts, uint32_t max_threads,
		     const char *function)
{
	uint32_t cause = 0;
	int r = kvmlib__opts_copy(o, sizeof(*o), opts, &cause);

	if (!r && (o->threads > max_threads || o->reserved)) {
		cause = KVMLIB_CAUSE_BAD_ARGUMENT;
		r = -EINVAL;
	}
	return r < 0 ? kvmlib__error_record(&(const struct kvmlib__failure){
			       .function = function, .cause = cause, .errnum = r })
		     : 0;
}

static int failed(const struct kvmlib_memory_region *region, int r, const char *function)
{
	if (r == -ECANCELED)
		return KVMLIB__ABOUT(region, function, r, CANCELLED,
				     KVMLIB__VALUE(SIZE, region->length));
	return kvmlib__error_report(&region->memory->vm->system->log,
				    &(const struct kvmlib__failure){
					    .function = function,
					    .subject = region->name,
					    .call = "madvise(memory)",
					    .errnum = r,
					    KVMLIB__VALUES(KVMLIB__VALUE(SIZE, region->length)) });
}

int kvmlib_memory_region_populate(struct kvmlib_memory_region *region,
				  const struct kvmlib_memory_populate_opts *opts)
{
	struct kvmlib_memory_populate_opts o;
	struct work work = { .region = region, .opts = &o };
	int r;

	if (!region)
		return KVMLIB__NULL_ARGUMENT(1);
	KVMLIB__REFUSE_FORKED(region->memory->vm);
	r = copy_opts(&o, opts, MAX_THREADS, __func__);
	if (r < 0)
		return r;
	work.chunk = region->page_size > CHUNK ? region->page_size : CHUNK;
	r = do_work(&work);
	return r < 0 ? failed(region, r, __func__) : 0;
}

/* Through KVM. */

/* One call, and more where it was interrupted or asked for them. */
static int pre_fault(struct kvmlib_vcpu *vcpu, uint64_t *gpa, uint64_t *length)
{
	struct kvmlib__record before = kvmlib__error_save();
	unsigned int again = 0;
	int r;

	do
		r = kvmlib_vcpu_pre_fault_memory(vcpu, gpa, length, 0);
	while (r == -EINTR || (r == -EAGAIN && ++again < MAX_AGAIN));
	if (r >= 0)
		kvmlib__error_restore(&before);
	return r;
}

static int pre_fault_all(struct kvmlib_vcpu *vcpu, uint64_t gpa, uint64_t length,
			 const struct kvmlib_memory_populate_opts *opts, const char *function)
{
	uint64_t total = length;

	while (length) {
		uint64_t part = length < CHUNK ? length : CHUNK;
		uint64_t left = part;
		int r = pre_fault(vcpu, &gpa, &left);

		if (r < 0) {
			kvmlib__error_amend(function, NULL);
			return r;
		}
		length -= part - left;
		if (opts->progress && opts->progress(total - length, total, opts->userdata))
			return kvmlib__error_record(&(const struct kvmlib__failure){
				.function = function,
				.cause = KVMLIB_CAUSE_CANCELLED,
				.errnum = -ECANCELED,
				KVMLIB__VALUES(KVMLIB__VALUE(GPA, gpa)) });
	}
	return 0;
}

int kvmlib_memory_pre_fault(struct kvmlib_vcpu *vcpu, uint64_t gpa, uint64_t length,
			    const struct kvmlib_memory_populate_opts *opts)
{
	struct kvmlib_memory_populate_opts o;
	int r;

	if (!vcpu)
		return KVMLIB__NULL_ARGUMENT(1);
	r = copy_opts(&o, opts, 1, __func__);
	return r < 0 ? r : pre_fault_all(vcpu, gpa, length, &o, __func__);
}
