/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Two vCPUs write memory all the time, count, and look whether what they wrote before and the time-stamp
 * counter are as they left them. They are moved back and forth between two VMs; and to peers that go away
 * in the midst of it.
 */

#include <runner.h>

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "guest.h"

#define NR_VCPUS    2U
#define NR_MOVES    20U
#define MEMORY_SIZE 0x400000U /* most of it is zero */
#define START	    0x1000U
#define COUNTERS    0x2000U
#define TABLES	    0x6000U /* and the two pages behind */
#define SCRATCH	    0x9000U
#define AREAS	    0x100000U /* of one vCPU after the other */
#define AREA_PAGES  128U
#define PAGE	    4096U
#define MANY	    10000U /* more messages than a move has */

/* What a guest tells, one vCPU after the other. */
struct counters {
	uint64_t count;
	uint64_t tsc;
	uint64_t went_back; /* how often the time-stamp counter did */
	uint64_t lost;	    /* how often a page was not as it was written */
	uint64_t unused[4];
};

/*
 * rbx: the counters; rdi: the area; rsi: a mask of its pages' addresses; r10: how many there are. The page
 * whose turn it is holds what it was given a lap ago, or nothing yet.
 */
__asm__(".pushsection .rodata\n"
	"move_guest_code:\n"
	"1:	incq (%rbx)\n"
	"	mov (%rbx), %rax\n"
	"	mov %rax, %rcx\n"
	"	shl $12, %rcx\n"
	"	and %rsi, %rcx\n"
	"	mov (%rdi,%rcx), %r8\n"
	"	test %r8, %r8\n"
	"	jz 2f\n"
	"	mov %rax, %r9\n"
	"	sub %r10, %r9\n"
	"	cmp %r8, %r9\n"
	"	je 2f\n"
	"	incq 24(%rbx)\n"
	"2:	mov %rax, (%rdi,%rcx)\n"
	"	rdtsc\n"
	"	shl $32, %rdx\n"
	"	or %rdx, %rax\n"
	"	cmp 8(%rbx), %rax\n"
	"	jae 3f\n"
	"	incq 16(%rbx)\n"
	"3:	mov %rax, 8(%rbx)\n"
	"	cmpw $0, (%rbx)\n" /* now and then an exit */
	"	jnz 1b\n"
	"	out %al, $0xe9\n"
	"	jmp 1b\n"
	"move_guest_end:\n"
	".popsection\n");
extern const uint8_t move_guest_code[], move_guest_end[];

struct machine {
	struct kvmlib_vm *vm;
	struct kvmlib_memory *memory;
	uint8_t *ram;
	struct kvmlib_control *control;
	struct kvmlib_vcpu *vcpus[NR_VCPUS];
	struct kvmlib_state_plan *plan;
	struct kvmlib_dirty *dirty;
	pthread_t threads[NR_VCPUS];
	atomic_bool stop;
	atomic_int error; /* of a vCPU's thread */
};

static struct machine machines[2];

static _Noreturn void give_up(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	ck_abort_msg("%s: %s", what, line);
}

/* Making */

static void set_cpuid(struct kvmlib_vcpu *vcpu)
{
	struct kvm_cpuid_entry2 *entries;
	uint32_t n;

	ck_assert_int_eq(kvmlib_system_get_supported_cpuid_alloc(guest.system, &entries, &n), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_cpuid2(vcpu, entries, n), 0);
	free(entries);
}

static void add_ram(struct machine *machine)
{
	const struct kvmlib_memory_region_opts opts = { .size = sizeof(opts),
							.length = MEMORY_SIZE };
	struct kvmlib_memory_region *region;

	ck_assert_int_eq(kvmlib_memory_new(machine->vm, NULL, &machine->memory), 0);
	ck_assert_int_eq(kvmlib_memory_add(machine->memory, &opts, &region), 0);
	machine->ram = kvmlib_memory_region_address(region);
}

static void make_plan(struct machine *machine)
{
	const struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
						     .vcpus = machine->vcpus,
						     .nr_vcpus = NR_VCPUS,
						     .control = machine->control,
						     .memory = machine->memory };

	ck_assert_int_eq(kvmlib_state_plan_new(machine->vm, &opts, &machine->plan), 0);
}

static void drop_machine(struct machine *machine)
{
	kvmlib_state_plan_free(machine->plan);
	kvmlib_control_unref(machine->control);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		kvmlib_vcpu_unref(machine->vcpus[i]);
	kvmlib_dirty_unref(machine->dirty);
	kvmlib_memory_unref(machine->memory);
	kvmlib_vm_unref(machine->vm);
}

/* Whether there is such a mechanism. */
static bool make_machine(struct machine *machine, uint32_t mechanism)
{
	const struct kvmlib_dirty_opts dirty = { .size = sizeof(dirty), .mechanism = mechanism };
	const struct kvmlib_control_opts opts = { .size = sizeof(opts),
						  .signo = (uint32_t)KICK_SIGNAL };

	memset(machine, 0, sizeof(*machine));
	ck_assert_int_eq(kvmlib_system_create_vm(guest.system, NULL, &machine->vm), 0);
	add_ram(machine);
	if (kvmlib_dirty_start(machine->memory, &dirty, &machine->dirty) == -EOPNOTSUPP) {
		drop_machine(machine);
		return false;
	}
	ck_assert_int_eq(kvmlib_control_new(machine->vm, &opts, &machine->control), 0);
	for (uint32_t i = 0; i < NR_VCPUS; i++) {
		ck_assert_int_eq(kvmlib_vm_create_vcpu(machine->vm, i, &machine->vcpus[i]), 0);
		ck_assert_int_eq(kvmlib_dirty_add_vcpu(machine->dirty, machine->vcpus[i]), 0);
		set_cpuid(machine->vcpus[i]);
	}
	make_plan(machine);
	return true;
}

/* The guest's first state */

static void put(uint8_t *bytes, size_t offset, uint64_t value)
{
	memcpy(bytes + offset, &value, sizeof(value));
}

static void fill_ram(uint8_t *ram)
{
	memcpy(ram + START, move_guest_code, (size_t)(move_guest_end - move_guest_code));
	put(ram, TABLES, (TABLES + 0x1000) | 3);
	put(ram, TABLES + 0x1000, (TABLES + 0x2000) | 3);
	put(ram, TABLES + 0x2000, 0x83); /* pages of 2 MiB */
	put(ram, TABLES + 0x2008, 0x200083);
}

static struct kvm_segment flat(uint8_t type, bool is_code)
{
	return (struct kvm_segment){ .limit = 0xffffffff,
				     .selector = is_code ? 8 : 16,
				     .type = type,
				     .present = 1,
				     .s = 1,
				     .g = 1,
				     .l = is_code,
				     .db = !is_code };
}

static void set_registers(struct kvmlib_vcpu *vcpu, uint64_t i)
{
	const struct kvm_regs regs = { .rip = START,
				       .rflags = 2,
				       .rbx = COUNTERS + i * sizeof(struct counters),
				       .rdi = AREAS + i * AREA_PAGES * PAGE,
				       .rsi = (AREA_PAGES - 1) * PAGE,
				       .r10 = AREA_PAGES };
	struct kvm_sregs sregs;

	ck_assert_int_eq(kvmlib_vcpu_get_sregs(vcpu, &sregs), 0);
	sregs.cs = flat(11, true);
	sregs.ds = sregs.es = sregs.ss = flat(3, false);
	sregs.cr0 = 0x80000011;
	sregs.cr3 = TABLES;
	sregs.cr4 = 0x20;
	sregs.efer = 0x500;
	ck_assert_int_eq(kvmlib_vcpu_set_sregs(vcpu, &sregs), 0);
	ck_assert_int_eq(kvmlib_vcpu_set_regs(vcpu, &regs), 0);
}

/* Running */

struct runner {
	struct machine *machine;
	struct kvmlib_vcpu *vcpu;
};

static struct runner runners[2][NR_VCPUS];

static int answer(const struct machine *machine, uint32_t reason)
{
	if (reason == KVMLIB_EXIT_DIRTY_RING_FULL)
		return kvmlib_dirty_harvest(machine->dirty);
	return reason == KVMLIB_EXIT_INTR || reason == KVMLIB_EXIT_IO ? 0 : -EPROTO;
}

static void *run_vcpu(void *userdata)
{
	const struct runner *runner = userdata;
	struct machine *machine = runner->machine;
	int r = kvmlib_control_join(machine->control, runner->vcpu);

	while (r >= 0 && !atomic_load(&machine->stop)) {
		r = kvmlib_control_run(runner->vcpu);
		if (r >= 0)
			r = answer(machine, kvmlib_vcpu_exit_reason(runner->vcpu));
	}
	if (r < 0)
		atomic_store(&machine->error, r);
	else
		r = kvmlib_control_leave(machine->control, runner->vcpu);
	return r < 0 ? "the vCPU's thread" : NULL;
}

static void run(struct machine *machine)
{
	const size_t n = (size_t)(machine - machines);

	atomic_store(&machine->stop, false);
	for (size_t i = 0; i < NR_VCPUS; i++) {
		runners[n][i] = (struct runner){ machine, machine->vcpus[i] };
		ck_assert_int_eq(
			pthread_create(&machine->threads[i], NULL, run_vcpu, &runners[n][i]), 0);
	}
}

/* Those that are paused return before the guest has run. */
static void end_threads(struct machine *machine, bool is_paused)
{
	void *complaint;

	atomic_store(&machine->stop, true);
	ck_assert_int_eq(is_paused ? kvmlib_control_resume(machine->control)
				   : kvmlib_control_kick(machine->control, NULL),
			 0);
	for (size_t i = 0; i < NR_VCPUS; i++) {
		ck_assert_int_eq(pthread_join(machine->threads[i], &complaint), 0);
		ck_assert_ptr_null(complaint);
	}
}

static volatile struct counters *counters(const struct machine *machine, size_t i)
{
	return (volatile struct counters *)(void *)(machine->ram + COUNTERS) + i;
}

/* Each vCPU goes around its area once more. */
static void let_write(const struct machine *machine)
{
	for (size_t i = 0; i < NR_VCPUS; i++) {
		const uint64_t count = counters(machine, i)->count;

		while (counters(machine, i)->count < count + AREA_PAGES &&
		       !atomic_load(&machine->error))
			sched_yield();
		ck_assert_int_eq(atomic_load(&machine->error), 0);
	}
}

static void check_counters(const struct machine *machine, uint64_t counts[NR_VCPUS])
{
	for (size_t i = 0; i < NR_VCPUS; i++) {
		ck_assert_uint_ge(counters(machine, i)->count, counts[i]);
		counts[i] = counters(machine, i)->count;
		ck_assert_uint_eq(counters(machine, i)->went_back, 0);
		ck_assert_uint_eq(counters(machine, i)->lost, 0);
	}
}

/* From one VM to the other */

struct transfer {
	struct machine *from, *to;
	uint64_t bytes;
};

static int store_pages(const struct kvmlib_move_pages *pages, size_t n, void *userdata)
{
	struct transfer *transfer = userdata;

	for (size_t i = 0; i < n; i++) {
		if (pages[i].data)
			memcpy(transfer->to->ram + pages[i].gpa, pages[i].data, pages[i].length);
		else
			memset(transfer->to->ram + pages[i].gpa, 0, pages[i].length);
		transfer->bytes += pages[i].length;
	}
	return 0;
}

static void compare_items(const struct kvmlib_state *left, const struct kvmlib_state *right,
			  const char *name, uint64_t instance)
{
	struct kvmlib_state_item a, b;

	ck_assert_int_eq(kvmlib_state_get(left, name, instance, &a), 0);
	ck_assert_int_eq(kvmlib_state_get(right, name, instance, &b), 0);
	ck_assert_uint_eq(a.length, b.length);
	ck_assert_msg(!memcmp(a.data, b.data, a.length), "%s differ", name);
}

/* Nobody runs either of them now. */
static int restore(const struct kvmlib_state *state, void *userdata)
{
	static const char *const names[] = { "regs", "xsave", "xcrs", "debugregs", "events" };
	const struct transfer *transfer = userdata;
	struct kvmlib_state *again;

	ck_assert(!memcmp(transfer->from->ram, transfer->to->ram, MEMORY_SIZE));
	if (kvmlib_state_restore(transfer->to->plan, state, NULL) < 0 ||
	    kvmlib_state_new(&again) < 0 || kvmlib_state_save(transfer->to->plan, again) < 0)
		give_up("the state");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (uint64_t vcpu = 0; vcpu < NR_VCPUS; vcpu++)
			compare_items(state, again, names[i], vcpu);
	kvmlib_state_free(again);
	return 0;
}

/* Every second time a page is zero here, which was not so on the other side. */
static void scratch(const struct machine *machine, unsigned int n)
{
	memset(machine->ram + SCRATCH, n % 4 < 2 ? (int)n + 1 : 0, PAGE);
}

static void move(struct machine *from, struct machine *to, unsigned int n)
{
	struct transfer transfer = { from, to, 0 };
	struct kvmlib_move_opts opts = {
		.size = sizeof(opts), .pages = store_pages, .state = restore, .userdata = &transfer
	};
	struct kvmlib_move_progress progress;

	if (n % 2) { /* many rounds, and a throttle */
		opts.downtime = 1;
		opts.rounds = 5;
		opts.throttle = 60;
		opts.flags = KVMLIB_MOVE_STOP_ANYWAY;
	}
	scratch(from, n);
	if (kvmlib_move_run(from->plan, from->dirty, &opts, &progress) < 0)
		give_up("the move");
	ck_assert_uint_eq(progress.total, MEMORY_SIZE);
	ck_assert_uint_eq(progress.sent + progress.zero, transfer.bytes);
	ck_assert_uint_gt(progress.downtime, 0);
	ck_assert_uint_ge(progress.round, n % 2 ? 3 : 2);
	end_threads(from, true);
}

static void begin(struct machine *machine)
{
	fill_ram(machine->ram);
	for (uint32_t i = 0; i < NR_VCPUS; i++)
		set_registers(machine->vcpus[i], i);
	run(machine);
	let_write(machine);
}

static const uint32_t mechanisms[] = { KVMLIB_DIRTY_BITMAP, KVMLIB_DIRTY_MANUAL,
				       KVMLIB_DIRTY_RING };

START_TEST(guest_is_moved_back_and_forth_while_it_writes)
{
	uint64_t counts[NR_VCPUS] = { 0 };
	struct machine *from, *to;

	if (!make_machine(&machines[0], mechanisms[_i]))
		SKIP("this kernel has no such mechanism");
	ck_assert(make_machine(&machines[1], mechanisms[_i]));
	begin(&machines[0]);
	for (unsigned int n = 0; n < NR_MOVES; n++) {
		from = &machines[n % 2];
		to = &machines[(n + 1) % 2];
		move(from, to, n);
		check_counters(to, counts);
		run(to);
		let_write(to);
		check_counters(to, counts);
	}
	end_threads(&machines[NR_MOVES % 2], false);
	drop_machine(&machines[0]);
	drop_machine(&machines[1]);
}
END_TEST

/* Peers that go away */

enum { IS_KILLED, HANGS_UP_IN_MESSAGE };

/* What is before each message: how many bytes follow. */
struct head {
	uint64_t bytes;
};

/* In the child: read so many bytes, or end. */
static void read_all(int fd, uint64_t bytes)
{
	static uint8_t buffer[65536];

	while (bytes) {
		ssize_t n = read(fd, buffer, bytes < sizeof(buffer) ? bytes : sizeof(buffer));

		if (n <= 0)
			_exit(0);
		bytes -= (uint64_t)n;
	}
}

/* Messages up to the state's, which has no bytes and is answered; at one of them it goes away. */
static _Noreturn void be_peer(int fd, unsigned int goes_at, int how)
{
	struct head head;

	for (unsigned int n = 1;; n++) {
		if (n == goes_at && how == IS_KILLED)
			raise(SIGKILL);
		if (read(fd, &head, sizeof(head)) != sizeof(head))
			_exit(0);
		if (n == goes_at) {
			read_all(fd, head.bytes / 2);
			_exit(0);
		}
		read_all(fd, head.bytes);
		if (!head.bytes)
			break;
	}
	_exit(write(fd, "", 1) != 1);
}

/* Nobody is hurt by a peer that is not there. */
static int send_all(int fd, const void *data, uint64_t bytes)
{
	const uint8_t *from = data;

	while (bytes) {
		ssize_t n = send(fd, from, bytes, MSG_NOSIGNAL);

		if (n < 0)
			return -errno;
		from += n;
		bytes -= (uint64_t)n;
	}
	return 0;
}

struct line {
	int fd;
	unsigned int messages;
};

static int send_pages(const struct kvmlib_move_pages *pages, size_t n, void *userdata)
{
	struct line *line = userdata;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		struct head head = { sizeof(pages[i]) + (pages[i].data ? pages[i].length : 0) };

		line->messages++;
		r = send_all(line->fd, &head, sizeof(head));
		if (!r)
			r = send_all(line->fd, &pages[i], sizeof(pages[i]));
		if (!r && pages[i].data)
			r = send_all(line->fd, pages[i].data, pages[i].length);
	}
	return r;
}

static int wait_for_word(const struct kvmlib_state *state, void *userdata)
{
	struct line *line = userdata;
	const struct head head = { 0 };
	char byte;
	int r = send_all(line->fd, &head, sizeof(head));
	ssize_t n;

	(void)state;
	line->messages++;
	if (r < 0)
		return r;
	n = recv(line->fd, &byte, 1, 0);
	return n < 0 ? -errno : n ? 0 : -EPIPE;
}

static pid_t start_peer(struct line *line, unsigned int goes_at, int how)
{
	int fds[2];
	pid_t pid;

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		close(fds[0]);
		be_peer(fds[1], goes_at, how);
	}
	close(fds[1]);
	*line = (struct line){ .fd = fds[0] };
	return pid;
}

/* Whether the peer has got all. */
static bool move_to_peer(const struct machine *machine, unsigned int goes_at, int how)
{
	struct line line;
	const struct kvmlib_move_opts opts = {
		.size = sizeof(opts), .pages = send_pages, .state = wait_for_word, .userdata = &line
	};
	pid_t pid = start_peer(&line, goes_at, how);
	int r = kvmlib_move_run(machine->plan, machine->dirty, &opts, NULL);

	close(line.fd);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	if (!r)
		ck_assert_uint_lt(line.messages, goes_at);
	else
		ck_assert_msg(r == -EPIPE || r == -ECONNRESET, "%d", r);
	return !r;
}

START_TEST(guest_runs_on_when_its_peer_goes_away)
{
	struct machine *machine = &machines[0];
	uint64_t counts[NR_VCPUS] = { 0 };
	unsigned int n = 1;

	ck_assert(make_machine(machine, KVMLIB_DIRTY_AUTO));
	begin(machine);
	while (!move_to_peer(machine, n, _i)) {
		ck_assert_uint_lt(n++, MANY);
		let_write(machine);
		check_counters(machine, counts);
	}
	ck_assert_uint_gt(n, 8); /* all of memory, and the state */
	end_threads(machine, true);
	drop_machine(machine);
}
END_TEST

Suite *move_suite(void)
{
	Suite *suite = suite_create("move");
	TCase *tcase = tcase_create("move");

	tcase_add_checked_fixture(tcase, guest_setup, guest_teardown);
	tcase_set_timeout(tcase, 240);
	tcase_add_loop_test(tcase, guest_is_moved_back_and_forth_while_it_writes, 0, 3);
	tcase_add_loop_test(tcase, guest_runs_on_when_its_peer_goes_away, IS_KILLED,
			    HANGS_UP_IN_MESSAGE + 1);
	suite_add_tcase(suite, tcase);
	return suite;
}
