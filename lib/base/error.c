/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "error.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include <kvmlib/explain.h>
#include <kvmlib/regs.h>

#include "line.h"

_Static_assert(sizeof(struct kvmlib__record) <= 128, "the record is small");

static _Thread_local struct kvmlib__record last;

struct kvmlib__record kvmlib__error_save(void)
{
	return last;
}

void kvmlib__error_restore(const struct kvmlib__record *record)
{
	last = *record;
}

static void set_subject(const char *subject)
{
	size_t length = subject ? strnlen(subject, KVMLIB__NAME_LENGTH) : 0;

	if (length)
		memcpy(last.subject, subject, length);
	last.subject[length] = 0;
}

int kvmlib__error_record(const struct kvmlib__failure *failure)
{
	last = (struct kvmlib__record){
		.function = failure->function,
		.call = failure->call,
		.errnum = -failure->errnum,
		.cause = failure->cause,
		.fds = (uint8_t)failure->fds,
	};
	for (size_t i = 0; i < failure->nr_values && i < KVMLIB__MAX_VALUES; i++) {
		last.numbers[i] = failure->values[i].number;
		last.kinds[i] = failure->values[i].kind;
		last.nr_values++;
	}
	set_subject(failure->subject);
	return failure->errnum;
}

void kvmlib__error_amend(const char *function, const char *subject)
{
	last.function = function;
	if (subject)
		set_subject(subject);
}

void kvmlib__error_found(uint32_t cause)
{
	last.cause = cause;
}

void kvmlib__error_add(uint8_t kind, uint64_t number)
{
	if (last.nr_values == KVMLIB__MAX_VALUES)
		return;
	last.numbers[last.nr_values] = number;
	last.kinds[last.nr_values++] = kind;
}

int kvmlib__error_report(const struct kvmlib__log *log, const struct kvmlib__failure *failure)
{
	kvmlib__error_record(failure);
	KVMLIB__LOG(log, KVMLIB_LOG_DEBUG, "call failed",
		    KVMLIB__LOG_TEXT("function", failure->function),
		    KVMLIB__LOG_TEXT("call", failure->call),
		    KVMLIB__LOG_NUMBER("errno", -failure->errnum),
		    KVMLIB__LOG_TEXT("cause", kvmlib_cause_name(kvmlib_error_cause())));
	return failure->errnum;
}

int kvmlib_error_errno(void)
{
	return last.errnum;
}

static const struct kvmlib__error *row(size_t n)
{
	return last.call ? kvmlib__error_row(last.call, last.fds, last.errnum, n) : NULL;
}

/* The row behind the record: the cause that was checked, or the most common one. */
static const struct kvmlib__error *chosen_row(void)
{
	const struct kvmlib__error *found;

	if (!last.cause)
		return row(0);
	for (size_t n = 0; (found = row(n)); n++)
		if (found->cause == last.cause)
			return found;
	return NULL;
}

uint32_t kvmlib_error_cause(void)
{
	const struct kvmlib__error *found;

	if (!last.errnum || last.cause)
		return last.cause;
	found = chosen_row();
	return found ? found->cause : KVMLIB_CAUSE_UNLISTED;
}

const char *kvmlib_error_function(void)
{
	return last.function;
}

const char *kvmlib_error_call(void)
{
	return last.call;
}

const char *kvmlib_error_subject(void)
{
	return last.subject;
}

const char *kvmlib_error_sentence(void)
{
	const struct kvmlib__error *found;

	if (!last.errnum)
		return "no error";
	found = chosen_row();
	return found ? found->sentence : kvmlib__causes[kvmlib_error_cause() - 1].sentence;
}

const char *kvmlib_error_hint(void)
{
	return last.errnum ? kvmlib__causes[kvmlib_error_cause() - 1].hint : "";
}

int kvmlib_error_value(uint32_t kind, uint64_t *ret_value)
{
	if (!ret_value)
		return -EINVAL;
	for (size_t i = 0; i < last.nr_values; i++) {
		if (last.kinds[i] != kind)
			continue;
		*ret_value = last.numbers[i];
		return 0;
	}
	return -ENOENT;
}

/* A cause that the library found itself has no rivals; neither has an errno out of the table. */
static size_t only_candidate(uint32_t *causes, size_t max)
{
	if (!last.errnum)
		return 0;
	if (max)
		causes[0] = kvmlib_error_cause();
	return 1;
}

size_t kvmlib_error_candidates(uint32_t *causes, size_t max)
{
	const struct kvmlib__error *found;
	size_t n;

	if (!causes)
		max = 0;
	for (n = 0; (found = row(n)); n++)
		if (n < max)
			causes[n] = found->cause;
	return n ? n : only_candidate(causes, max);
}

static void append_register(struct kvmlib__line *line, uint64_t id)
{
	char name[KVMLIB_REG_NAME_SIZE];

	kvmlib_reg_name(id, name, sizeof(name));
	kvmlib__line_add(line, " ");
	kvmlib__line_add(line, name);
}

static void append_number(struct kvmlib__line *line, enum kvmlib__value_format format,
			  uint64_t number)
{
	switch (format) {
	case KVMLIB__HEX:
		kvmlib__line_format(line, " 0x%" PRIx64, number);
		return;
	case KVMLIB__SIGNED:
		kvmlib__line_format(line, " %" PRId64, (int64_t)number);
		return;
	case KVMLIB__DECIMAL:
		kvmlib__line_format(line, " %" PRIu64, number);
		return;
	case KVMLIB__REGISTER:
		append_register(line, number);
		return;
	}
}

static void append_value(struct kvmlib__line *line, size_t i)
{
	const struct kvmlib__value_kind *kind = &kvmlib__value_kinds[last.kinds[i] - 1];

	kvmlib__line_add(line, i ? ", " : " (");
	kvmlib__line_add(line, kind->label);
	append_number(line, kind->format, last.numbers[i]);
}

static void append_part(struct kvmlib__line *line, const char *text)
{
	if (!text)
		return;
	kvmlib__line_add(line, text);
	kvmlib__line_add(line, ": ");
}

size_t kvmlib_error_format(char *buffer, size_t size)
{
	struct kvmlib__line line = kvmlib__line_in(buffer, size);

	append_part(&line, last.function);
	append_part(&line, *last.subject ? last.subject : NULL);
	append_part(&line, last.call);
	append_part(&line, kvmlib_errno_name(last.errnum));
	kvmlib__line_add(&line, kvmlib_error_sentence());
	for (size_t i = 0; i < last.nr_values; i++)
		append_value(&line, i);
	if (last.nr_values)
		kvmlib__line_add(&line, ")");
	if (last.errnum) {
		kvmlib__line_add(&line, ". ");
		kvmlib__line_add(&line, kvmlib_error_hint());
	}
	return line.length;
}
