/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wire.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>

#include <caller.h>

#include "suites.h"

#define LONGEST_LINE 512U /* as kvmlib_error_format() promises */
#define UNTOUCHED    0x5a
#define MAX_ROWS     512

/* Where patterns start; no two of them look alike. */
#define CALLERS 0x11U
#define KERNELS 0x83U

unsigned char wire_in_buffer[WIRE_BUFFER] __attribute__((aligned(64)));
unsigned char wire_out_buffer[WIRE_BUFFER] __attribute__((aligned(64)));

static struct wire_row *rows[MAX_ROWS], *missing[MAX_ROWS];
static int nr_rows, nr_missing;

/* The row that is being run, with what the kernel is to do and what it saw. */
static struct {
	struct kvmlib_sys_ops ops;
	const struct kvmlib_sys_ops *sim;
	const struct wire_row *row;
	uint32_t null; /* AT(position) of the argument to be refused */
	int errnum;    /* positive; 0: succeed */
	int calls;     /* of the row's ioctl */
	int others;    /* of any other */
} wire;

void wire_add(struct wire_row *row)
{
	rows[nr_rows++] = row;
}

void wire_add_missing(struct wire_row *row)
{
	missing[nr_missing++] = row;
}

/* The buffers, and arguments that are NULL on demand. */

static void *unless_null(unsigned int position, void *pointer)
{
	return wire.null & AT(position) ? NULL : pointer;
}

struct kvmlib_system *wire_system(void)
{
	return unless_null(1, fix.system);
}

struct kvmlib_vm *wire_vm(void)
{
	return unless_null(1, fix.vm);
}

struct kvmlib_vcpu *wire_vcpu(void)
{
	return unless_null(1, fix.vcpu);
}

struct kvmlib_device *wire_device(void)
{
	return unless_null(1, fix.device);
}

void *wire_in_at(unsigned int position, size_t offset)
{
	return unless_null(position, wire_in_buffer + offset);
}

void *wire_out_at(unsigned int position, size_t offset)
{
	return unless_null(position, wire_out_buffer + offset);
}

void *wire_in(unsigned int position)
{
	return wire_in_at(position, 0);
}

void *wire_out(unsigned int position)
{
	return wire_out_at(position, 0);
}

void *wire_made(void)
{
	void *handle;

	memcpy(&handle, wire_out_buffer, sizeof(handle));
	return handle;
}

/* Fields as bytes. */

static unsigned long request_of(const struct wire_row *row)
{
	return kvmlib__ioctls[row->ioc].request;
}

static void put_pattern(unsigned char *bytes, size_t size, size_t from, unsigned int seed)
{
	for (size_t i = 0; i < size; i++)
		bytes[i] = (unsigned char)(seed + 7 * (from + i) + (from + i) / 256);
}

static void put_number(unsigned char *bytes, size_t size, uint64_t number)
{
	uint8_t u8 = (uint8_t)number;
	uint16_t u16 = (uint16_t)number;
	uint32_t u32 = (uint32_t)number;

	memcpy(bytes,
	       size == 1   ? (void *)&u8
	       : size == 2 ? (void *)&u16
	       : size == 4 ? (void *)&u32
			   : (void *)&number,
	       size);
}

static size_t size_of(const struct wire_field *field, unsigned long request)
{
	return field->kind == WIRE_WHOLE ? _IOC_SIZE(request) : field->size;
}

/* Write the fields, with the pattern of that seed, and return how many bytes they have. */
static size_t put_fields(unsigned char *bytes, const struct wire_field *field,
			 unsigned long request, unsigned int seed)
{
	size_t length = 0, patterned = 0;

	for (; field && field->kind; field++) {
		size_t size = size_of(field, request);

		ck_assert_uint_le(length + size, WIRE_BUFFER);
		if (field->kind == WIRE_NUMBER)
			put_number(bytes + length, size, field->number);
		else if (field->kind == WIRE_ADDRESS)
			put_number(bytes + length, size, (uintptr_t)field->pointer);
		else if (field->kind == WIRE_ZEROS)
			memset(bytes + length, 0, size);
		else
			put_pattern(bytes + length, size, patterned, seed);
		if (field->kind == WIRE_PATTERN || field->kind == WIRE_WHOLE)
			patterned += size;
		length += size;
	}
	return length;
}

static void assert_bytes(const char *what, const unsigned char *bytes,
			 const unsigned char *expected, size_t size)
{
	size_t i = 0;

	while (i < size && bytes[i] == expected[i])
		i++;
	ck_assert_msg(i == size, "%s: %s: byte %zu is 0x%02x, not 0x%02x", wire.row->function, what,
		      i, i < size ? bytes[i] : 0, i < size ? expected[i] : 0);
}

/* The kernel's side. */

static int handle_fd(const struct wire_row *row)
{
	switch (row->on) {
	case KVMLIB__FD_SYSTEM:
		return kvmlib_system_fd(fix.system);
	case KVMLIB__FD_VM:
		return kvmlib_vm_fd(fix.vm);
	case KVMLIB__FD_VCPU:
		return kvmlib_vcpu_fd(fix.vcpu);
	default:
		return kvmlib_device_fd(fix.device);
	}
}

static void check_argument(const struct wire_row *row, unsigned long request, unsigned long arg)
{
	static unsigned char expected[WIRE_BUFFER];
	size_t size = put_fields(expected, row->in, request, CALLERS);

	if (!row->in && !row->out) {
		ck_assert_msg(arg == row->value, "%s: the argument is 0x%lx, not 0x%lx",
			      row->function, arg, (unsigned long)row->value);
		return;
	}
	ck_assert_msg(arg, "%s: the argument is NULL", row->function);
	if (_IOC_DIR(request) & _IOC_WRITE)
		ck_assert_msg(size >= _IOC_SIZE(request), "%s: the row has %zu bytes in, of %u",
			      row->function, size, (unsigned int)_IOC_SIZE(request));
	assert_bytes("in", (const void *)(uintptr_t)arg, expected, size);
}

static int answer(const struct wire_row *row, unsigned long request, unsigned long arg)
{
	if (row->out)
		put_fields((void *)(uintptr_t)arg, row->out, request, KERNELS);
	return row->answer;
}

/* The table of coverage rests on this: each function is found on the stack of its ioctl. */
static void check_caller(const struct wire_row *row)
{
	const char *caller = outermost_public_function();

	ck_assert_msg(caller && !strcmp(caller, row->function), "%s: found as %s on its stack",
		      row->function, caller ? caller : "nothing");
}

static int wire_ioctl(void *ctx, int fd, unsigned long request, unsigned long arg)
{
	const struct wire_row *row = wire.row;

	if (!row || request != request_of(row) || (wire.calls && !row->repeats)) {
		/* Only the record's cause may take calls, and those only ask. */
		ck_assert_msg(!row || request == KVM_CHECK_EXTENSION, "%s: calls 0x%lx too",
			      row ? row->function : "", request);
		wire.others++;
		return wire.sim->ioctl(ctx, fd, request, arg);
	}
	wire.calls++;
	ck_assert_msg(fd == handle_fd(row), "%s: on descriptor %d, not the handle's, %d",
		      row->function, fd, handle_fd(row));
	check_caller(row);
	check_argument(row, request, arg);
	if (wire.errnum)
		return -wire.errnum;
	return row->undo ? wire.sim->ioctl(ctx, fd, request, arg) : answer(row, request, arg);
}

/* The simulated kernel's table, but for ioctls. */
static const struct kvmlib_sys_ops *wrap(const struct kvmlib_sys_ops *sim)
{
	wire.sim = sim;
	wire.ops = *sim;
	wire.ops.ioctl = wire_ioctl;
	return &wire.ops;
}

static void setup(void)
{
	memset(&wire, 0, sizeof(wire));
	setup_sim();
	fix.sys = wrap(kvmlib_sim_sys_ops(fix.sim));
	make_system();
	make_vm();
	make_vcpu();
	fix.device = make_device();
	put_pattern(wire_in_buffer, sizeof(wire_in_buffer), 0, CALLERS);
}

/* The caller's side. */

/* Call the row's function. */
static int run(const struct wire_row *row, int errnum, uint32_t null)
{
	int r;

	memset(wire_out_buffer, UNTOUCHED, sizeof(wire_out_buffer));
	wire.row = row;
	wire.errnum = errnum;
	wire.null = null;
	wire.calls = 0;
	wire.others = 0;
	spoil_record();
	r = row->call();
	wire.row = NULL;
	return r;
}

static void assert_output(const struct wire_row *row, const struct wire_field *result)
{
	static unsigned char expected[WIRE_BUFFER];

	memset(expected, UNTOUCHED, sizeof(expected));
	put_fields(expected, result, request_of(row), KERNELS);
	wire.row = row;
	assert_bytes("out", wire_out_buffer, expected, sizeof(expected));
	wire.row = NULL;
}

static void assert_failed(const struct wire_row *row, int r, int errnum, uint32_t cause,
			  const char *call)
{
	const char *name = kvmlib_errno_name(errnum), *differs;

	ck_assert_msg(r == -errnum, "%s: returns %d, not -%s", row->function, r,
		      name ? name : "errno");
	differs = record_differs(row->function, errnum, cause, call);
	ck_assert_msg(!differs, "%s: -%s: %s", row->function, name ? name : "errno", differs);
	assert_output(row, NULL);
}

/* A failure's line is one line, whole, and not too long. */
static void assert_line_fits(const struct wire_row *row)
{
	char line[LONGEST_LINE];

	ck_assert_msg(kvmlib_error_format(line, sizeof(line)) < sizeof(line), "%s: %s",
		      row->function, line);
	ck_assert_ptr_null(strchr(line, '\n'));
	ck_assert_ptr_nonnull(strstr(line, kvmlib_error_sentence()));
	ck_assert_ptr_nonnull(strstr(line, kvmlib_error_hint()));
}

/* The tests. */

START_TEST(success)
{
	const struct wire_row *row = rows[_i];
	int r = run(row, 0, 0), expected = row->undo ? 0 : row->answer;

	ck_assert_msg(wire.calls == 1, "%s: %d calls", row->function, wire.calls);
	ck_assert_msg(r == expected, "%s: returns %d, not %d", row->function, r, expected);
	ck_assert_msg(record_is_spoiled(), "%s: writes a record", row->function);
	if (row->undo)
		row->undo();
	else
		assert_output(row, row->result);
}
END_TEST

START_TEST(null)
{
	const struct wire_row *row = rows[_i];

	for (unsigned int position = 1; position < 32; position++) {
		int r;

		if (!((row->refuses | AT(1)) & AT(position)))
			continue;
		r = run(row, 0, AT(position));
		assert_failed(row, r, EINVAL, KVMLIB_CAUSE_NULL_ARGUMENT, NULL);
		assert_value(ARGUMENT, position);
		ck_assert_msg(!wire.calls && !wire.others, "%s: calls the kernel", row->function);
	}
}
END_TEST

static const char *class_of(uint32_t fd)
{
	return fd == KVMLIB__FD_SYSTEM ? "(any system ioctl)"
	       : fd == KVMLIB__FD_VM   ? "(any VM ioctl)"
	       : fd == KVMLIB__FD_VCPU ? "(any vCPU ioctl)"
				       : "(any device ioctl)";
}

/* The facts' first cause of an errno under that name, on this architecture; 0: none. */
static uint32_t listed_cause(const char *call, int errnum)
{
	for (size_t i = 0; i < kvmlib__nr_errors; i++) {
		const struct kvmlib__error *error = &kvmlib__errors[i];

		if (error->errnum == errnum && error->archs & KVMLIB__ARCH &&
		    !strcmp(error->call, call))
			return error->cause;
	}
	return 0;
}

/* What the facts say of an errno: for the ioctl itself, or for every one on such a descriptor. */
static uint32_t cause_in_facts(const struct wire_row *row, int errnum)
{
	uint32_t own = listed_cause(kvmlib__ioctls[row->ioc].name, errnum);
	uint32_t general = listed_cause(class_of(row->on), errnum);

	/* The general reasons for EIO can be looked up, and here none holds: the VM is ours, and lives. */
	if (errnum == EIO && general)
		general = KVMLIB_CAUSE_UNLISTED;
	return own ? own : general;
}

static uint32_t expected_cause(const struct wire_row *row, int errnum)
{
	uint32_t found = row->cause ? row->cause(errnum) : 0;

	return found ? found : cause_in_facts(row, errnum);
}

static bool is_failure(const struct wire_row *row, int errnum)
{
	for (const int *other = row->no_failures; other && *other; other++)
		if (*other == errnum)
			return false;
	return true;
}

static void run_to_failure(const struct wire_row *row, int errnum, uint32_t cause)
{
	int fds = kvmlib_sim_open_fds(fix.sim), mappings = kvmlib_sim_mappings(fix.sim);
	int r = run(row, errnum, 0);

	assert_failed(row, r, errnum, cause, kvmlib__ioctls[row->ioc].name);
	ck_assert_msg(wire.calls, "%s: no call", row->function);
	ck_assert_int_eq(kvmlib_sim_open_fds(fix.sim), fds);
	ck_assert_int_eq(kvmlib_sim_mappings(fix.sim), mappings);
	assert_line_fits(row);
}

START_TEST(errnos)
{
	const struct wire_row *row = rows[_i];

	for (size_t i = 0; i < kvmlib__nr_errno_names; i++) {
		int errnum = kvmlib__errno_names[i].errnum;

		if (cause_in_facts(row, errnum) && is_failure(row, errnum))
			run_to_failure(row, errnum, expected_cause(row, errnum));
	}
}
END_TEST

START_TEST(unlisted)
{
	const struct wire_row *row = rows[_i];

	ck_assert_uint_eq(cause_in_facts(row, EXDEV), 0);
	run_to_failure(row, EXDEV, KVMLIB_CAUSE_UNLISTED);
}
END_TEST

START_TEST(absent)
{
	const struct wire_row *row = rows[_i];
	int r = run(row, 0, 0);

	assert_failed(row, r, EOPNOTSUPP, KVMLIB_CAUSE_ARCH_UNSUPPORTED,
		      kvmlib__ioctls[row->ioc].name);
	ck_assert_msg(!wire.calls && !wire.others, "%s: calls the kernel", row->function);
}
END_TEST

static int count(struct wire_row *const table[], int nr, enum kvmlib__ioc ioc, uint32_t fd)
{
	int n = 0;

	for (int i = 0; i < nr; i++)
		n += table[i]->ioc == ioc && table[i]->on == fd;
	return n;
}

/* A descriptor's ioctl has a row, or is noted as missing, and not both. */
static void assert_row(enum kvmlib__ioc ioc, uint32_t fd)
{
	int here = count(rows, nr_rows, ioc, fd), gone = count(missing, nr_missing, ioc, fd);

	ck_assert_msg(here || gone, "%s %s: no row", kvmlib__ioctls[ioc].name, class_of(fd));
	ck_assert_msg(!here || !gone, "%s %s: has a row, but is noted as missing",
		      kvmlib__ioctls[ioc].name, class_of(fd));
}

START_TEST(every_ioctl_has_a_row)
{
	for (enum kvmlib__ioc ioc = 0; ioc < KVMLIB__NR_IOCTLS; ioc++)
		for (uint32_t fd = 1; fd <= KVMLIB__FD_DEVICE; fd <<= 1)
			if (!kvmlib__ioctls[ioc].obsolete && kvmlib__ioctls[ioc].fds & fd)
				assert_row(ioc, fd);
}
END_TEST

/* A case of its own for each function, so that what is printed names it. */
static void add_row(Suite *suite, int i)
{
	TCase *tcase = add_case(suite, rows[i]->function, setup);

	tcase_add_loop_test(tcase, null, i, i + 1);
	if (!request_of(rows[i])) {
		tcase_add_loop_test(tcase, absent, i, i + 1);
		return;
	}
	tcase_add_loop_test(tcase, success, i, i + 1);
	tcase_add_loop_test(tcase, errnos, i, i + 1);
	tcase_add_loop_test(tcase, unlisted, i, i + 1);
}

Suite *wire_suite(void)
{
	Suite *suite = suite_create("wire");

	for (int i = 0; i < nr_rows; i++)
		add_row(suite, i);
	tcase_add_test(add_case(suite, "rows", NULL), every_ioctl_has_a_row);
	return suite;
}
