/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text from outside as JSON, which is UTF-8. */
#include <json.h>

#include <string.h>

#include "suites.h"

#define BAD "\xef\xbf\xbd" /* U+FFFD */

static const struct {
	const char *text;
	size_t size;
	const char *expected;
} texts[] = {
	{ "", 0, "" },
	{ "qemu -m 64", 10, "qemu -m 64" },
	{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
	{ "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf", 10,
	  "\xed\x9f\xbf\xee\x80\x80\xf4\x8f\xbf\xbf" },
	{ "a\0b", 3, "a" BAD "b" },
	{ "a\xff"
	  "b",
	  3, "a" BAD "b" },
	{ "\x80", 1, BAD },			    /* a character's end alone */
	{ "\xc3", 1, BAD },			    /* its beginning alone */
	{ "\xc3\xa4", 1, BAD },			    /* the end is there, but not of this text */
	{ "\xe2\x82", 2, BAD BAD },		    /* cut */
	{ "\xc3(", 2, BAD "(" },		    /* another one follows */
	{ "\xc0\xaf", 2, BAD BAD },		    /* '/', longer than need be */
	{ "\xe0\x80\xaf", 3, BAD BAD BAD },	    /* the same */
	{ "\xf0\x8f\xbf\xbf", 4, BAD BAD BAD BAD }, /* the same */
	{ "\xed\xa0\x80", 3, BAD BAD BAD },	    /* half of a UTF-16 pair */
	{ "\xf4\x90\x80\x80", 4, BAD BAD BAD BAD }, /* more than Unicode has */
	{ "\xf5\x80\x80\x80", 4, BAD BAD BAD BAD },
};

START_TEST(text_is_utf_8)
{
	json_t *string = json_text(texts[_i].text, texts[_i].size);

	ck_assert_ptr_nonnull(string);
	ck_assert_str_eq(json_string_value(string), texts[_i].expected);
	json_decref(string);
}
END_TEST

static void check_number(unsigned long long number, const char *expected)
{
	json_t *value = json_number(number);
	char *text = json_dumps(value, JSON_ENCODE_ANY);

	ck_assert_str_eq(text, expected);
	free(text);
	json_decref(value);
}

START_TEST(numbers_keep_their_value)
{
	check_number(0, "0");
	check_number(9223372036854775807ULL, "9223372036854775807");
	check_number(9223372036854775808ULL, "\"9223372036854775808\"");
	check_number(18446744073709551615ULL, "\"18446744073709551615\"");
}
END_TEST

START_TEST(line_has_its_members_in_their_order)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	ck_assert_int_eq(json_print_line(stream, json_pack("{ss si}", "z", "\n", "a", 1)), 0);
	ck_assert_str_eq(text, "{\"z\":\"\\n\",\"a\":1}\n");
	fclose(stream);
	free(text);
}
END_TEST

START_TEST(line_that_can_not_be_written_is_an_error)
{
	FILE *full = fopen("/dev/full", "w");

	ck_assert_int_eq(json_print_line(full, json_object()), -1);
	ck_assert_int_eq(json_print_line(full, NULL), -1);
	fclose(full);
}
END_TEST

Suite *json_suite(void)
{
	Suite *suite = suite_create("json");
	TCase *tcase = tcase_create("json");

	tcase_add_loop_test(tcase, text_is_utf_8, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(tcase, numbers_keep_their_value);
	tcase_add_test(tcase, line_has_its_members_in_their_order);
	tcase_add_test(tcase, line_that_can_not_be_written_is_an_error);
	suite_add_tcase(suite, tcase);
	return suite;
}
