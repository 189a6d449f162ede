/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A guest that counts and writes to its memory all the time is moved to another process, over a socket,
 * and counts on there. Prints each round, and how long the guest stood still. If the other process goes
 * away, whenever that is, the guest runs on in this one.
 *
 *     cc migrate.c $(pkg-config --cflags --libs kvmlib) -pthread -o migrate && ./migrate
 *
 * Without arguments it is both processes; otherwise ./migrate receive PATH, and then ./migrate send PATH.
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#ifdef __x86_64__
#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <linux/kvm.h>

#define RAM_SIZE    0x4000000U
#define CODE	    0x1000
#define COUNTER	    0x2000
#define FILLED	    0x1000000 /* up to there memory is not zero */
#define PART	    0x10000
#define PORT	    0xe9
#define MILLISECOND UINT64_C(1000000)

/* clang-format off */
static const uint8_t code[] = {
	0xbb, 0x00, 0x10,                           /* bx = 0x1000: the first page's segment */
	0x66, 0xff, 0x06, COUNTER & 0xff, COUNTER >> 8, /* inc dword [COUNTER] */
	0x66, 0xa1, COUNTER & 0xff, COUNTER >> 8,   /* eax = [COUNTER] */
	0x8e, 0xc3,                                 /* es = bx */
	0x26, 0x66, 0xa3, 0x00, 0x00,               /* es:[0] = eax */
	0x81, 0xc3, 0x00, 0x01,                     /* the next page, */
	0x81, 0xfb, 0x00, 0x80,                     /* up to 0x80000 */
	0x75, 0xe6,
	0xe6, PORT,                                 /* tell of each lap, */
	0xeb, 0xdf,                                 /* and again */
};
/* clang-format on */

struct machine {
	struct kvmlib_vm *vm;
	struct kvmlib_vcpu *vcpu;
	struct kvmlib_memory *memory;
	struct kvmlib_memory_region *ram;
	struct kvmlib_memory_reader *reader;
	struct kvmlib_control *control;
	struct kvmlib_state_plan *plan;
	pthread_t thread;
	volatile int stop; /* written while the guest is paused */
};

static const char *side; /* who speaks */

static _Noreturn void die(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "%s: %s: %s\n", side, what, line);
	exit(EXIT_FAILURE);
}

static _Noreturn void die_of(const char *what, int errnum)
{
	fprintf(stderr, "%s: %s: %s\n", side, what, strerror(errnum));
	exit(EXIT_FAILURE);
}

/* The machine, which is the same on both sides */

static void set_up(struct kvmlib_system *system, struct machine *machine)
{
	const struct kvmlib_memory_region_opts ram = { .size = sizeof(ram), .length = RAM_SIZE };
	struct kvmlib_state_plan_opts opts = { .size = sizeof(opts),
					       .nr_vcpus = 1,
					       .timeout = 1000 * MILLISECOND };

	if (kvmlib_system_create_vm(system, NULL, &machine->vm) < 0 ||
	    kvmlib_vm_create_vcpu(machine->vm, 0, &machine->vcpu) < 0 ||
	    kvmlib_memory_new(machine->vm, NULL, &machine->memory) < 0 ||
	    kvmlib_memory_add(machine->memory, &ram, &machine->ram) < 0 ||
	    kvmlib_memory_reader_new(machine->memory, 0, &machine->reader) < 0 ||
	    kvmlib_control_new(machine->vm, NULL, &machine->control) < 0)
		die("no VM");
	opts.vcpus = &machine->vcpu;
	opts.control = machine->control;
	opts.memory = machine->memory;
	if (kvmlib_state_plan_new(machine->vm, &opts, &machine->plan) < 0)
		die("no plan");
}

static void take_down(struct machine *machine)
{
	kvmlib_state_plan_free(machine->plan);
	kvmlib_control_unref(machine->control);
	kvmlib_memory_reader_free(machine->reader);
	kvmlib_memory_unref(machine->memory);
	kvmlib_vcpu_unref(machine->vcpu);
	kvmlib_vm_unref(machine->vm);
}

static void load_guest(const struct machine *machine)
{
	uint8_t *ram = kvmlib_memory_region_address(machine->ram);
	struct kvm_regs regs = { .rip = CODE, .rflags = 2 };
	struct kvm_sregs sregs;

	memset(ram, 0xa5, FILLED);
	memset(ram + COUNTER, 0, sizeof(uint32_t));
	memcpy(ram + CODE, code, sizeof(code));
	if (kvmlib_vcpu_get_sregs(machine->vcpu, &sregs) < 0)
		die("no registers");
	sregs.cs.base = 0;
	sregs.cs.selector = 0;
	if (kvmlib_vcpu_set_sregs(machine->vcpu, &sregs) < 0 ||
	    kvmlib_vcpu_set_regs(machine->vcpu, &regs) < 0)
		die("no registers");
}

static void *run_guest(void *userdata)
{
	struct machine *machine = userdata;

	if (kvmlib_control_join(machine->control, machine->vcpu) < 0)
		die("can't join the group");
	while (!machine->stop) {
		if (kvmlib_control_run(machine->vcpu) < 0)
			die("can't run");
		/* KVM_EXIT_INTR after each pause, KVM_EXIT_IO after each lap */
		if (kvmlib_vcpu_exit_reason(machine->vcpu) != KVMLIB_EXIT_INTR &&
		    kvmlib_vcpu_exit_reason(machine->vcpu) != KVMLIB_EXIT_IO)
			die("an exit that is none of this guest's");
	}
	kvmlib_control_leave(machine->control, machine->vcpu);
	return NULL;
}

static void start(struct machine *machine)
{
	if (pthread_create(&machine->thread, NULL, run_guest, machine))
		die_of("no thread", EAGAIN);
}

/* The group is paused: the thread finds out before the guest has run. */
static void end(struct machine *machine)
{
	machine->stop = 1;
	kvmlib_control_resume(machine->control);
	pthread_join(machine->thread, NULL);
}

static uint64_t counter(const struct machine *machine)
{
	uint64_t count;

	if (kvmlib_memory_load(machine->reader, COUNTER, sizeof(uint32_t), &count) < 0)
		die("no counter");
	return count;
}

/* Wait until the guest has counted on from there, and end it. */
static void watch(struct machine *machine, uint64_t first)
{
	const struct timespec a_moment = { .tv_nsec = (long)(10 * MILLISECOND) };

	while (counter(machine) < first + 1000)
		nanosleep(&a_moment, NULL);
	printf("%s: the guest counts on from %" PRIu64 "\n", side, first);
	if (kvmlib_control_pause(machine->control, 1000 * MILLISECOND) < 0)
		die("can't pause the guest");
	end(machine);
}

/* The line: messages of a head and so many bytes; a state has its own end, and is answered by a byte */

enum { PAGES, ZEROS, STATE };

struct head {
	uint64_t kind;
	uint64_t gpa;
	uint64_t length;
};

static int send_all(const void *data, size_t length, void *userdata)
{
	const int fd = *(const int *)userdata;
	const uint8_t *from = data;

	while (length) {
		ssize_t n = send(fd, from, length, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		from += n;
		length -= (size_t)n;
	}
	return 0;
}

/* -EPIPE: the other side has gone. */
static int receive_all(void *data, size_t length, int fd)
{
	uint8_t *to = data;

	while (length) {
		ssize_t n = recv(fd, to, length, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n ? -errno : -EPIPE;
		to += n;
		length -= (size_t)n;
	}
	return 0;
}

/* The sender */

struct sender {
	int fd;
	uint32_t round;
};

/* [callbacks] */
static int send_pages(const struct kvmlib_move_pages *pages, size_t n, void *userdata)
{
	struct sender *sender = userdata;
	int r = 0;

	for (size_t i = 0; !r && i < n; i++) {
		const struct head head = { pages[i].data ? PAGES : ZEROS, pages[i].gpa,
					   pages[i].length };

		r = send_all(&head, sizeof(head), &sender->fd);
		if (!r && pages[i].data)
			r = send_all(pages[i].data, pages[i].length, &sender->fd);
	}
	return r;
}

/* The guest is the receiver's as soon as it says so; if it never does, it has not begun to run it. */
static int send_state(const struct kvmlib_state *state, void *userdata)
{
	struct sender *sender = userdata;
	const struct head head = { .kind = STATE };
	char word;
	int r = send_all(&head, sizeof(head), &sender->fd);

	if (!r)
		r = kvmlib_state_write(state, send_all, &sender->fd);
	return r ? r : receive_all(&word, 1, sender->fd);
}
/* [callbacks] */

static int show(const struct kvmlib_move_progress *progress, void *userdata)
{
	struct sender *sender = userdata;

	if (progress->round == sender->round)
		return 0;
	sender->round = progress->round;
	printf("%s: round %u: %" PRIu64 " of %" PRIu64 " KiB, throttle %u %%\n", side,
	       progress->round, progress->remaining / 1024, progress->total / 1024,
	       progress->throttle);
	return 0;
}

/* [move] */
static int move(const struct machine *machine, struct sender *sender,
		struct kvmlib_move_progress *progress)
{
	const struct kvmlib_move_opts opts = { .size = sizeof(opts),
					       .pages = send_pages,
					       .state = send_state,
					       .progress = show,
					       .userdata = sender,
					       .downtime = 100 * MILLISECOND,
					       .throttle = 80 };
	struct kvmlib_dirty *dirty;
	int r = kvmlib_dirty_start(machine->memory, NULL, &dirty);

	if (r < 0)
		die("can't see what the guest writes");
	r = kvmlib_move_run(machine->plan, dirty, &opts, progress);
	kvmlib_dirty_unref(dirty);
	return r;
}
/* [move] */

/* An error of the line is errno's; others have a record. */
static void tell_failure(int r)
{
	char line[512] = "";

	if (-r == kvmlib_error_errno())
		kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "%s: not moved: %s %s\n", side, strerror(-r), line);
}

static int send_guest(struct kvmlib_system *system, int fd)
{
	struct sender sender = { .fd = fd };
	struct kvmlib_move_progress progress;
	struct machine machine = { .stop = 0 };
	int r;

	set_up(system, &machine);
	load_guest(&machine);
	start(&machine);
	r = move(&machine, &sender, &progress);
	if (r < 0) {
		tell_failure(r);
		watch(&machine, counter(&machine));
	} else {
		printf("%s: moved at %" PRIu64 ": %" PRIu64 " KiB in %u rounds, %" PRIu64
		       " KiB of zeros, downtime %" PRIu64 " us\n",
		       side, counter(&machine), progress.sent / 1024, progress.round,
		       progress.zero / 1024, progress.downtime / 1000);
		end(&machine);
	}
	take_down(&machine);
	return r < 0 ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* The receiver */

static int64_t receive_part(void *data, size_t length, void *userdata)
{
	int r = receive_all(data, length, *(const int *)userdata);

	return r < 0 ? r : (int64_t)length;
}

/* Nothing is stored that is not in the guest's memory, whatever the sender says. */
static void receive_pages(const struct machine *machine, int fd, const struct head *head)
{
	static uint8_t buffer[PART];
	uint64_t part;
	int r;

	for (uint64_t done = 0; done < head->length; done += part) {
		part = head->length - done < PART ? head->length - done : PART;
		r = receive_all(buffer, (size_t)part, fd);
		if (r < 0)
			die_of("no pages", -r);
		if (kvmlib_memory_write(machine->reader, head->gpa + done, buffer, (size_t)part) <
		    0)
			die("pages of another machine");
	}
}

static void receive_memory(const struct machine *machine, int fd)
{
	struct head head;
	int r;

	for (;;) {
		r = receive_all(&head, sizeof(head), fd);
		if (r < 0)
			die_of("no guest", -r);
		if (head.kind == STATE)
			return;
		if (head.kind == PAGES)
			receive_pages(machine, fd, &head);
		else if (head.kind != ZEROS)
			die_of("no guest", EPROTO);
		else if (kvmlib_memory_fill(machine->reader, head.gpa, 0, head.length) < 0)
			die("pages of another machine");
	}
}

static int receive_guest(struct kvmlib_system *system, int fd)
{
	struct machine machine = { .stop = 0 };
	struct kvmlib_state *state;
	uint64_t first;
	int r;

	set_up(system, &machine);
	receive_memory(&machine, fd);
	if (kvmlib_state_read(receive_part, &fd, &state) < 0 ||
	    kvmlib_state_restore(machine.plan, state, NULL) < 0)
		die("no state");
	kvmlib_state_free(state);
	r = send_all("", 1, &fd);
	if (r < 0)
		die_of("the sender has gone", -r);
	first = counter(&machine);
	start(&machine);
	watch(&machine, first);
	take_down(&machine);
	return EXIT_SUCCESS;
}

/* The two of them */

static int connect_to(const char *path, int receives)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int one, fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (strlen(path) >= sizeof(address.sun_path))
		die_of(path, ENAMETOOLONG);
	memcpy(address.sun_path, path, strlen(path) + 1);
	if (!receives && connect(fd, (void *)&address, sizeof(address)) < 0)
		die_of(path, errno);
	if (!receives)
		return fd;
	if (bind(fd, (void *)&address, sizeof(address)) < 0 || listen(fd, 1) < 0)
		die_of(path, errno);
	one = accept(fd, NULL, NULL);
	unlink(path);
	close(fd);
	return one;
}

static int be(const char *name, int receives, int fd)
{
	struct kvmlib_system *system;
	int r;

	side = name;
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (fd < 0)
		die_of("no connection", errno);
	if (kvmlib_system_open(NULL, &system) < 0)
		die("no KVM");
	r = receives ? receive_guest(system, fd) : send_guest(system, fd);
	kvmlib_system_unref(system);
	return r;
}

static int be_both(void)
{
	int fds[2], status, r;
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) < 0)
		die_of("no sockets", errno);
	pid = fork();
	if (pid < 0)
		die_of("no process", errno);
	close(fds[!pid]);
	if (!pid)
		exit(be("receiver", 1, fds[0]));
	r = be("sender", 0, fds[1]);
	close(fds[1]);
	if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status))
		r = EXIT_FAILURE;
	return r;
}

int main(int argc, char *argv[])
{
	int receives = argc == 3 && !strcmp(argv[1], "receive");

	side = "migrate";
	if (argc == 1)
		return be_both();
	if (argc == 3 && (receives || !strcmp(argv[1], "send")))
		return be(receives ? "receiver" : "sender", receives,
			  connect_to(argv[2], receives));
	fprintf(stderr, "usage: migrate [receive PATH | send PATH]\n");
	return EXIT_FAILURE;
}
#else
int main(void)
{
	fprintf(stderr, "migrate: the guest is for x86-64\n");
	return EXIT_FAILURE;
}
#endif
