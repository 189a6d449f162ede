/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* States as values: items in and out, and every byte of what is written under suspicion. */

#include "fixture.h"
#include "suites.h"

#include <endian.h>
#include <string.h>

#include "../../lib/base/crc32c.h"
#include "../../lib/manage/state/state.h"
#include "alloc.h"

#define MAX_BYTES 32768U

/* What a state was written to. */
struct bytes {
	uint8_t data[MAX_BYTES];
	size_t length;
	size_t at;	/* how far it was read */
	size_t portion; /* what one call gives at most; 0: all */
	int error;	/* at the end, instead of none */
};

static struct kvmlib_state *state;
static struct bytes bytes;

static void setup_state(void)
{
	setup_sim();
	memset(&bytes, 0, sizeof(bytes));
	assert_ok(kvmlib_state_new(&state));
}

static void teardown_state(void)
{
	state = kvmlib_state_free(state);
	teardown();
}

static void put(const char *name, uint64_t instance, const char *text)
{
	assert_ok(kvmlib_state_put(state, name, instance, 3, text, strlen(text)));
}

static int append(const void *data, size_t length, void *userdata)
{
	struct bytes *to = userdata;

	ck_assert_uint_le(to->length + length, MAX_BYTES);
	memcpy(to->data + to->length, data, length);
	to->length += length;
	return to->error;
}

static int64_t take(void *data, size_t length, void *userdata)
{
	struct bytes *from = userdata;
	size_t n = from->length - from->at;

	n = n < length ? n : length;
	if (from->portion && n > from->portion)
		n = from->portion;
	memcpy(data, from->data + from->at, n);
	from->at += n;
	return n ? (int64_t)n : from->error;
}

static void write_state(void)
{
	bytes.length = 0;
	assert_ok(kvmlib_state_write(state, append, &bytes));
}

static void write_some(void)
{
	put("a.first", 0, "one");
	put("a.first", 1, "eight by");
	put("regs", KVMLIB_STATE_VM, "");
	write_state();
}

static void expect_item(const struct kvmlib_state *of, const char *name, uint64_t instance,
			const char *text)
{
	struct kvmlib_state_item item;

	assert_ok(kvmlib_state_get(of, name, instance, &item));
	ck_assert_str_eq(item.name, name);
	ck_assert_uint_eq(item.instance, instance);
	ck_assert_uint_eq(item.version, 3);
	ck_assert_uint_eq(item.length, strlen(text));
	ck_assert_mem_eq(item.data, text, strlen(text));
	ck_assert_uint_eq((uintptr_t)item.data % 8, 0);
}

static void expect_some(const struct kvmlib_state *of)
{
	ck_assert_uint_eq(kvmlib_state_count(of), 3);
	expect_item(of, "a.first", 0, "one");
	expect_item(of, "a.first", 1, "eight by");
	expect_item(of, "regs", KVMLIB_STATE_VM, "");
}

/* Items */

START_TEST(checksum_is_that_of_the_standard)
{
	ck_assert_uint_eq(kvmlib__crc32c(0, "123456789", 9), 0xe3069283);
	ck_assert_uint_eq(kvmlib__crc32c(kvmlib__crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
	ck_assert_uint_eq(kvmlib__crc32c(0, "", 0), 0);
}
END_TEST

START_TEST(checksum_is_the_same_without_an_instruction)
{
	for (size_t i = 0; i < sizeof(bytes.data); i++)
		bytes.data[i] = (uint8_t)(i * i >> 3);
	for (size_t start = 0; start < 8; start++)
		for (size_t size = 0; size < 70; size++)
			ck_assert_uint_eq(kvmlib__crc32c(7, bytes.data + start, size),
					  kvmlib__crc32c_by_table(7, bytes.data + start, size));
	ck_assert_uint_eq(kvmlib__crc32c_by_table(0, "123456789", 9), 0xe3069283);
}
END_TEST

START_TEST(items_are_found_and_listed_in_order)
{
	struct kvmlib_state_item item;

	put("b.two", 7, "x");
	put("a.one", 7, "y");
	expect_item(state, "b.two", 7, "x");
	assert_ok(kvmlib_state_at(state, 0, &item));
	ck_assert_str_eq(item.name, "b.two");
	assert_ok(kvmlib_state_at(state, 1, &item));
	ck_assert_str_eq(item.name, "a.one");
	assert_returns(kvmlib_state_at(state, 2, &item), -ENOENT);
	ck_assert_str_eq(item.name, "a.one");
}
END_TEST

START_TEST(many_items_are_all_found)
{
	for (uint64_t i = 0; i < 5000; i++)
		assert_ok(kvmlib_state_put(state, i % 2 ? "odd" : "even", i, 1, &i, sizeof(i)));
	for (uint64_t i = 0; i < 5000; i++) {
		struct kvmlib_state_item item;

		assert_ok(kvmlib_state_get(state, i % 2 ? "odd" : "even", i, &item));
		ck_assert_mem_eq(item.data, &i, sizeof(i));
	}
	ck_assert_uint_eq(kvmlib_state_count(state), 5000);
}
END_TEST

START_TEST(cleared_state_has_no_items_and_takes_new_ones)
{
	put("a.one", 0, "x");
	kvmlib_state_clear(state);
	ck_assert_uint_eq(kvmlib_state_count(state), 0);
	put("a.one", 0, "y");
	expect_item(state, "a.one", 0, "y");
	kvmlib_state_clear(NULL);
}
END_TEST

START_TEST(item_is_there_once)
{
	put("a.one", 4, "x");
	assert_fails(kvmlib_state_put(state, "a.one", 4, 1, "y", 1), EEXIST, STATE_ITEM_EXISTS,
		     NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "a.one");
	assert_value(VCPU_ID, 4);
	expect_item(state, "a.one", 4, "x");
	assert_ok(kvmlib_state_put(state, "a.one", KVMLIB_STATE_VM, 1, "y", 1));
	assert_fails(kvmlib_state_put(state, "a.one", KVMLIB_STATE_VM, 1, "y", 1), EEXIST,
		     STATE_ITEM_EXISTS, NULL);
	assert_no_value(VCPU_ID);
}
END_TEST

START_TEST(item_that_is_missing_is_named)
{
	struct kvmlib_state_item item = { .name = SENTINEL };

	assert_fails(kvmlib_state_get(state, "a.one", 4, &item), ENOENT, STATE_ITEM_MISSING, NULL);
	ck_assert_str_eq(kvmlib_error_subject(), "a.one");
	ck_assert_ptr_eq(item.name, SENTINEL);
	put("a.one", 5, "x");
	assert_fails(kvmlib_state_get(state, "a.one", 4, &item), ENOENT, STATE_ITEM_MISSING, NULL);
}
END_TEST

START_TEST(names_have_limits)
{
	static const char longest[] = "1234567890123456789012345678901";

	ck_assert_uint_eq(strlen(longest), KVMLIB_STATE_NAME_LENGTH);
	put(longest, 0, "x");
	expect_item(state, longest, 0, "x");
	assert_fails(kvmlib_state_put(state, "12345678901234567890123456789012", 0, 1, "", 0),
		     EINVAL, BAD_ARGUMENT, NULL);
	assert_value(ARGUMENT, 2);
	assert_fails(kvmlib_state_put(state, "", 0, 1, "", 0), EINVAL, BAD_ARGUMENT, NULL);
	assert_fails(kvmlib_state_put(state, "end", 0, 1, "", 0), EINVAL, BAD_ARGUMENT, NULL);
}
END_TEST

START_TEST(data_has_a_limit)
{
	assert_fails(kvmlib_state_put(state, "a.b", 0, 1, "", KVMLIB_STATE_ITEM_SIZE + 1), E2BIG,
		     STATE_ITEM_TOO_LARGE, NULL);
	assert_value(SIZE, KVMLIB_STATE_ITEM_SIZE + 1);
	assert_value(LIMIT, KVMLIB_STATE_ITEM_SIZE);
}
END_TEST

START_TEST(room_does_not_wrap)
{
	ck_assert_int_eq(kvmlib__state_make_room(state, SIZE_MAX), -ENOMEM);
	ck_assert_int_eq(kvmlib__state_make_room(state, SIZE_MAX / 2), -ENOMEM);
	put("a.b", 0, "x");
}
END_TEST

START_TEST(null_arguments_are_refused)
{
	struct kvmlib_state_item item;
	struct kvmlib_state *other;

	assert_refuses_null(kvmlib_state_new(NULL), 1);
	assert_refuses_null(kvmlib_state_at(NULL, 0, &item), 1);
	assert_refuses_null(kvmlib_state_at(state, 0, NULL), 3);
	assert_refuses_null(kvmlib_state_get(NULL, "a", 0, &item), 1);
	assert_refuses_null(kvmlib_state_get(state, NULL, 0, &item), 2);
	assert_refuses_null(kvmlib_state_get(state, "a", 0, NULL), 4);
	assert_refuses_null(kvmlib_state_put(NULL, "a", 0, 1, "", 0), 1);
	assert_refuses_null(kvmlib_state_put(state, NULL, 0, 1, "", 0), 2);
	assert_refuses_null(kvmlib_state_put(state, "a", 0, 1, NULL, 1), 5);
	assert_refuses_null(kvmlib_state_write(NULL, append, &bytes), 1);
	assert_refuses_null(kvmlib_state_write(state, NULL, &bytes), 2);
	assert_refuses_null(kvmlib_state_read(NULL, &bytes, &other), 1);
	assert_refuses_null(kvmlib_state_read(take, &bytes, NULL), 3);
	assert_refuses_null(kvmlib_state_parse(NULL, 0, &other), 1);
	assert_refuses_null(kvmlib_state_parse("", 0, NULL), 3);
	assert_refuses_null(kvmlib_state_validate(NULL, 0), 1);
	ck_assert_ptr_null(kvmlib_state_free(NULL));
}
END_TEST

START_TEST(empty_data_needs_no_pointer)
{
	assert_ok(kvmlib_state_put(state, "a.b", 0, 3, NULL, 0));
	expect_item(state, "a.b", 0, "");
}
END_TEST

/* Out and in */

START_TEST(written_state_is_as_documented)
{
	static const char end[32] = "end";
	const uint8_t *at = bytes.data;

	put("a.first", 5, "one");
	write_state();
	ck_assert_uint_eq(bytes.length, 32 + 64 + 8 + 64);
	ck_assert_mem_eq(at, "KVMLIBST\1\0\0\0", 12);
	ck_assert_mem_eq(at + 32, "a.first\0", 8);
	ck_assert_mem_eq(at + 64, "\5\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0", 24);
	ck_assert_mem_eq(at + 96, "one\0\0\0\0\0", 8);
	ck_assert_mem_eq(at + 104, end, sizeof(end));
	ck_assert_mem_eq(at + 136, "\1\0\0\0\0\0\0\0", 8);
}
END_TEST

START_TEST(written_state_is_read_again)
{
	static const size_t portions[] = { 0, 1, 7, 64 };
	struct kvmlib_state *again = NULL;

	write_some();
	bytes.portion = portions[_i];
	bytes.data[bytes.length] = 0x5a; /* which is not touched */
	bytes.length++;
	assert_ok(kvmlib_state_read(take, &bytes, &again));
	ck_assert_uint_eq(bytes.at, bytes.length - 1);
	expect_some(again);
	ck_assert_uint_eq(kvmlib_state_architecture(again), kvmlib_state_architecture(state));
	assert_ok(kvmlib_state_put(again, "a.more", 0, 3, "x", 1));
	expect_item(again, "a.more", 0, "x");
	kvmlib_state_free(again);
}
END_TEST

START_TEST(written_state_is_parsed_again)
{
	struct kvmlib_state *again = NULL;

	write_some();
	assert_ok(kvmlib_state_validate(bytes.data, bytes.length));
	assert_ok(kvmlib_state_parse(bytes.data, bytes.length, &again));
	expect_some(again);
	kvmlib_state_free(again);
}
END_TEST

/* Bytes that are too many to be kept: a pipe of a kind, of a state's own making. */
static int64_t take_large(void *data, size_t length, void *userdata)
{
	const struct kvmlib_state *from = userdata;
	static size_t at;
	size_t n;

	if (!data) {
		at = 0;
		return 0;
	}
	n = from->used + bytes.length - at;
	n = n < length ? n : length;
	for (size_t i = 0; i < n; i++, at++)
		((uint8_t *)data)[i] =
			at < from->used ? from->bytes[at] : bytes.data[at - from->used];
	return (int64_t)n;
}

static int keep_end(const void *data, size_t length, void *userdata)
{
	return length == sizeof(struct kvmlib__state_head) ? append(data, length, userdata) : 0;
}

START_TEST(state_of_more_than_a_portion_is_read)
{
	static uint8_t large[3U << 20];
	struct kvmlib_state *again = NULL;
	struct kvmlib_state_item item;

	memset(large, 0x77, sizeof(large));
	assert_ok(kvmlib_state_put(state, "a.large", 1, 1, large, sizeof(large) - 3));
	assert_ok(kvmlib_state_write(state, keep_end, &bytes));
	take_large(NULL, 0, NULL);
	assert_ok(kvmlib_state_read(take_large, state, &again));
	assert_ok(kvmlib_state_get(again, "a.large", 1, &item));
	ck_assert_uint_eq(item.length, sizeof(large) - 3);
	ck_assert(!memcmp(item.data, large, sizeof(large) - 3));
	kvmlib_state_free(again);
}
END_TEST

START_TEST(every_flipped_bit_is_found)
{
	write_some();
	for (size_t i = 0; i < bytes.length; i++)
		for (unsigned int bit = 0; bit < 8; bit++) {
			bytes.data[i] ^= (uint8_t)(1U << bit);
			ck_assert_int_lt(kvmlib_state_validate(bytes.data, bytes.length), 0);
			bytes.data[i] ^= (uint8_t)(1U << bit);
		}
	assert_ok(kvmlib_state_validate(bytes.data, bytes.length));
}
END_TEST

START_TEST(every_missing_end_is_found)
{
	struct kvmlib_state *again = SENTINEL;

	write_some();
	for (size_t length = 0; length < bytes.length; length++) {
		struct bytes part = bytes;

		assert_fails(kvmlib_state_validate(bytes.data, length), ENODATA, STATE_TRUNCATED,
			     NULL);
		assert_fails(kvmlib_state_parse(bytes.data, length, &again), ENODATA,
			     STATE_TRUNCATED, NULL);
		part.length = length;
		assert_fails(kvmlib_state_read(take, &part, &again), ENODATA, STATE_TRUNCATED,
			     NULL);
		ck_assert_ptr_eq(again, SENTINEL);
	}
}
END_TEST

START_TEST(bytes_may_lie_anywhere)
{
	struct kvmlib_state *again = NULL;

	write_some();
	memmove(bytes.data + 1, bytes.data, bytes.length);
	assert_ok(kvmlib_state_validate(bytes.data + 1, bytes.length));
	assert_ok(kvmlib_state_parse(bytes.data + 1, bytes.length, &again));
	expect_some(again);
	kvmlib_state_free(again);
}
END_TEST

START_TEST(nothing_may_follow_in_memory)
{
	write_some();
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length + 1), EBADMSG, STATE_MALFORMED,
		     NULL);
	assert_value(OFFSET, bytes.length);
}
END_TEST

static struct kvmlib__state_header *header(void)
{
	return (struct kvmlib__state_header *)(void *)bytes.data;
}

static struct kvmlib__state_head *first_head(void)
{
	return (struct kvmlib__state_head *)(void *)(bytes.data + sizeof(*header()));
}

static void seal_header(void)
{
	header()->crc =
		htole32(kvmlib__crc32c(0, header(), offsetof(struct kvmlib__state_header, crc)));
}

static void seal_head(struct kvmlib__state_head *head)
{
	head->crc = htole32(kvmlib__crc32c(0, head, offsetof(struct kvmlib__state_head, crc)));
}

START_TEST(foreign_bytes_and_later_formats_are_told_apart)
{
	write_some();
	header()->format = htole32(2);
	seal_header();
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length), EPROTONOSUPPORT,
		     STATE_VERSION, NULL);
	header()->format = 0;
	seal_header();
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length), EBADMSG, STATE_MALFORMED,
		     NULL);
	header()->format = htole32(1);
	header()->order = htole16(3);
	seal_header();
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length), EBADMSG, STATE_MALFORMED,
		     NULL);
	header()->magic[0] = 'k';
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length), EBADMSG, STATE_NOT_ONE, NULL);
}
END_TEST

/* With checksums that are right: a program's that writes nonsense. */
static void spoil_name(struct kvmlib__state_head *head)
{
	memset(head->name, 'x', sizeof(head->name));
}

static void spoil_name_tail(struct kvmlib__state_head *head)
{
	head->name[31] = 'x';
}

static void spoil_empty_name(struct kvmlib__state_head *head)
{
	memset(head->name, 0, sizeof(head->name));
}

static void spoil_zero(struct kvmlib__state_head *head)
{
	head->zero = 1;
}

static void spoil_length(struct kvmlib__state_head *head)
{
	head->length = UINT64_MAX;
}

static void (*const spoils[])(struct kvmlib__state_head *head) = {
	spoil_name, spoil_name_tail, spoil_empty_name, spoil_zero, spoil_length,
};

START_TEST(heads_that_cannot_be_are_refused)
{
	write_some();
	spoils[_i](first_head());
	seal_head(first_head());
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length), EBADMSG, STATE_MALFORMED,
		     NULL);
	assert_value(OFFSET, 32);
}
END_TEST

START_TEST(announced_length_takes_no_memory)
{
	struct kvmlib_state *again = SENTINEL;

	write_some();
	first_head()->length = htole64(KVMLIB_STATE_ITEM_SIZE);
	seal_head(first_head());
	assert_fails(kvmlib_state_read(take, &bytes, &again), ENODATA, STATE_TRUNCATED, NULL);
}
END_TEST

START_TEST(zeros_behind_data_are_zeros)
{
	uint8_t *data = (uint8_t *)(first_head() + 1);

	write_some();
	data[3] = 1;
	first_head()->data_crc = htole32(kvmlib__crc32c(0, data, 8));
	seal_head(first_head());
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length), EBADMSG, STATE_MALFORMED,
		     NULL);
}
END_TEST

START_TEST(item_that_is_there_twice_is_refused)
{
	struct kvmlib_state *again = SENTINEL;
	struct kvmlib__state_head *second, *end;
	uint32_t crc;

	put("a.b", 0, "12345678");
	put("a.b", 1, "12345678");
	write_state();
	second = (void *)(bytes.data + 32 + 72);
	end = (void *)(bytes.data + 32 + 144);
	second->instance = 0;
	seal_head(second);
	crc = kvmlib__state_add_head(kvmlib__state_add_head(0, first_head()), second);
	kvmlib__state_seal_end(end, 2, crc);
	assert_ok(kvmlib_state_validate(bytes.data, bytes.length));
	assert_fails(kvmlib_state_parse(bytes.data, bytes.length, &again), EBADMSG, STATE_MALFORMED,
		     NULL);
	assert_value(OFFSET, 32 + 72);
	assert_fails(kvmlib_state_read(take, &bytes, &again), EBADMSG, STATE_MALFORMED, NULL);
	ck_assert_ptr_eq(again, SENTINEL);
}
END_TEST

START_TEST(items_that_are_missing_are_missed)
{
	size_t first = 32 + 72;

	write_some();
	memmove(bytes.data + 32, bytes.data + first, bytes.length - first);
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length - 72), EBADMSG, STATE_MALFORMED,
		     NULL);
}
END_TEST

START_TEST(items_that_changed_places_are_found)
{
	uint8_t first[72];

	put("a.b", 0, "12345678");
	put("a.b", 1, "12345678");
	write_state();
	memcpy(first, bytes.data + 32, 72);
	memmove(bytes.data + 32, bytes.data + 104, 72);
	memcpy(bytes.data + 104, first, 72);
	assert_fails(kvmlib_state_validate(bytes.data, bytes.length), EBADMSG, STATE_CHECKSUM,
		     NULL);
}
END_TEST

START_TEST(errors_of_the_programs_functions_pass)
{
	struct kvmlib_state *again = SENTINEL;

	write_some();
	bytes.error = -EPIPE;
	bytes.length = 0;
	assert_returns(kvmlib_state_write(state, append, &bytes), -EPIPE);
	assert_returns(kvmlib_state_read(take, &(struct bytes){ .error = -EIO }, &again), -EIO);
	ck_assert_ptr_eq(again, SENTINEL);
}
END_TEST

static int64_t take_too_much(void *data, size_t length, void *userdata)
{
	(void)data;
	(void)userdata;
	return (int64_t)length + 1;
}

START_TEST(function_that_says_too_much_is_not_believed)
{
	struct kvmlib_state *again = SENTINEL;

	assert_fails(kvmlib_state_read(take_too_much, NULL, &again), ENODATA, STATE_TRUNCATED,
		     NULL);
}
END_TEST

/* Memory */

static int make_put_and_read(void)
{
	struct kvmlib_state *made = NULL, *again = NULL;
	int r = kvmlib_state_new(&made);

	for (uint64_t i = 0; !r && i < 300; i++)
		r = kvmlib_state_put(made, "a.b", i, 1, bytes.data, 100);
	bytes.at = 0;
	if (!r)
		r = kvmlib_state_read(take, &bytes, &again);
	again = kvmlib_state_free(again);
	if (!r)
		r = kvmlib_state_parse(bytes.data, bytes.length, &again);
	kvmlib_state_free(again);
	kvmlib_state_free(made);
	return r;
}

START_TEST(no_memory_is_told_and_nothing_leaks)
{
	static const uint8_t more_than_at_first[20000];
	unsigned long n = 0;
	int r;

	assert_ok(kvmlib_state_put(state, "a.large", 0, 1, more_than_at_first,
				   sizeof(more_than_at_first)));
	write_some();
	do {
		alloc_start();
		alloc_fail_nth(++n);
		r = make_put_and_read();
		alloc_fail_nth(0);
		ck_assert_uint_eq(alloc_stop(), 0);
		if (r) {
			ck_assert_int_eq(r, -ENOMEM);
			ck_assert_uint_eq(kvmlib_error_cause(), KVMLIB_CAUSE_NO_MEMORY);
		}
	} while (r);
	ck_assert_uint_gt(n, 10);
}
END_TEST

static TCase *state_case(Suite *suite, const char *name)
{
	TCase *tcase = tcase_create(name);

	tcase_add_checked_fixture(tcase, setup_state, teardown_state);
	suite_add_tcase(suite, tcase);
	return tcase;
}

Suite *state_suite(void)
{
	Suite *suite = suite_create("state");
	TCase *tcase = state_case(suite, "items");

	ADD_TESTS(tcase, checksum_is_that_of_the_standard,
		  checksum_is_the_same_without_an_instruction, items_are_found_and_listed_in_order,
		  many_items_are_all_found, cleared_state_has_no_items_and_takes_new_ones,
		  item_is_there_once, item_that_is_missing_is_named, names_have_limits,
		  data_has_a_limit, room_does_not_wrap, null_arguments_are_refused,
		  empty_data_needs_no_pointer);

	tcase = state_case(suite, "streams");
	tcase_add_loop_test(tcase, written_state_is_read_again, 0, 4);
	ADD_TESTS(tcase, written_state_is_as_documented, written_state_is_parsed_again,
		  state_of_more_than_a_portion_is_read, every_flipped_bit_is_found,
		  every_missing_end_is_found, bytes_may_lie_anywhere, nothing_may_follow_in_memory,
		  errors_of_the_programs_functions_pass,
		  function_that_says_too_much_is_not_believed, no_memory_is_told_and_nothing_leaks);
	tcase_add_loop_test(tcase, heads_that_cannot_be_are_refused, 0,
			    (int)(sizeof(spoils) / sizeof(spoils[0])));
	ADD_TESTS(tcase, foreign_bytes_and_later_formats_are_told_apart,
		  announced_length_takes_no_memory, zeros_behind_data_are_zeros,
		  item_that_is_there_twice_is_refused, items_that_are_missing_are_missed,
		  items_that_changed_places_are_found);
	return suite;
}
