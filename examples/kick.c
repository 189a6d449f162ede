/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A thread runs a guest until another thread stops it.
 *
 *     cc kick.c $(pkg-config --cflags --libs kvmlib-sim) -pthread -o kick && ./kick
 *
 * The guest is the simulated kernel's, and computes for ever. Without .sys it would be KVM's.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/kvmlib.h>
#include <kvmlib/sim.h>

#define KICK SIGRTMIN /* any signal that nothing else uses */

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "kick: %s: %s\n", what, line);
	exit(EXIT_FAILURE);
}

/* For what leaves no record: other libraries, and the kick. */
static _Noreturn void die_errno(const char *what, int errnum)
{
	fprintf(stderr, "kick: %s: %s\n", what, strerror(errnum));
	exit(EXIT_FAILURE);
}

/* [thread] */
static void *run_guest(void *userdata)
{
	struct kvmlib_vcpu *vcpu = userdata;

	if (kvmlib_vcpu_bind(vcpu, KICK) < 0)
		die("can't bind");
	do {
		if (kvmlib_vcpu_run(vcpu) < 0)
			die("can't run");
		/* serve the exit here; another signal of this thread is one, too */
	} while (!kvmlib_vcpu_exit_kicked(vcpu));
	puts("the guest was kicked");
	return NULL;
}
/* [thread] */

static void run_and_stop(struct kvmlib_system *system, struct kvmlib_vcpu *vcpu)
{
	pthread_t thread;
	int r;

	/* [kick] */
	if (kvmlib_kick_handler_install(system, KICK) < 0)
		die("can't install the handler");
	r = pthread_create(&thread, NULL, run_guest, vcpu);
	if (r)
		die_errno("can't start a thread", r);

	/* Whether the thread runs the guest already or not: the kick is not lost. */
	r = kvmlib_vcpu_kick(vcpu);
	if (r < 0)
		die_errno("can't kick", -r);
	pthread_join(thread, NULL);
	/* [kick] */
}

int main(void)
{
	struct kvmlib_system_opts opts = { .size = sizeof(opts) };
	struct kvmlib_system *system;
	struct kvmlib_sim *sim;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_vm *vm;

	if (kvmlib_sim_new(&sim) < 0)
		return EXIT_FAILURE;
	opts.sys = kvmlib_sim_sys_ops(sim);
	if (kvmlib_system_open(&opts, &system) < 0 ||
	    kvmlib_system_create_vm(system, NULL, &vm) < 0 ||
	    kvmlib_vm_create_vcpu(vm, 0, &vcpu) < 0)
		die("no vCPU");

	run_and_stop(system, vcpu);

	kvmlib_vcpu_unref(vcpu);
	kvmlib_vm_unref(vm);
	kvmlib_system_unref(system);
	kvmlib_sim_free(sim);
	return EXIT_SUCCESS;
}
