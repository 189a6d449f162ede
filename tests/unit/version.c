/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fixture.h"
#include "suites.h"

#include <stdio.h>

START_TEST(version_of_library_is_that_of_headers)
{
	ck_assert_uint_eq(kvmlib_version(), KVMLIB_VERSION);
	ck_assert_str_eq(kvmlib_version_string(), KVMLIB_VERSION_STRING);
}
END_TEST

START_TEST(version_string_has_the_three_parts)
{
	char text[32];

	snprintf(text, sizeof(text), "%d.%d.%d", KVMLIB_VERSION_MAJOR, KVMLIB_VERSION_MINOR,
		 KVMLIB_VERSION_MICRO);
	ck_assert_str_eq(kvmlib_version_string(), text);
}
END_TEST

START_TEST(version_number_packs_major_minor_micro)
{
	ck_assert_uint_eq(KVMLIB_VERSION_NUMBER(1, 2, 3), 0x10203);
	ck_assert(KVMLIB_VERSION_NUMBER(1, 0, 0) > KVMLIB_VERSION_NUMBER(0, 255, 255));
}
END_TEST

START_TEST(version_check_compares_all_parts)
{
	ck_assert(KVMLIB_CHECK_VERSION(KVMLIB_VERSION_MAJOR, KVMLIB_VERSION_MINOR,
				       KVMLIB_VERSION_MICRO));
	ck_assert(KVMLIB_CHECK_VERSION(0, 0, 0));
	ck_assert(!KVMLIB_CHECK_VERSION(KVMLIB_VERSION_MAJOR, KVMLIB_VERSION_MINOR,
					KVMLIB_VERSION_MICRO + 1));
	ck_assert(!KVMLIB_CHECK_VERSION(KVMLIB_VERSION_MAJOR + 1, 0, 0));
}
END_TEST

START_TEST(feature_of_headers_is_there)
{
	static const uint32_t features[] = {
		KVMLIB_FEATURE_SYS_OPS, KVMLIB_FEATURE_ERROR_RECORD, KVMLIB_FEATURE_EXPLAIN,
		KVMLIB_FEATURE_LOG,	KVMLIB_FEATURE_KICK,	     KVMLIB_FEATURE_ADOPT,
	};

	for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++)
		ck_assert_int_eq(kvmlib_has_feature(features[i]), 1);
}
END_TEST

START_TEST(feature_unknown_is_not_there)
{
	ck_assert_int_eq(kvmlib_has_feature(0), 0);
	ck_assert_int_eq(kvmlib_has_feature(10000), 0);
	ck_assert_int_eq(kvmlib_has_feature(UINT32_MAX), 0);
}
END_TEST

Suite *version_suite(void)
{
	Suite *suite = suite_create("version");

	ADD_TESTS(add_case(suite, "version", NULL), version_of_library_is_that_of_headers,
		  version_string_has_the_three_parts, version_number_packs_major_minor_micro,
		  version_check_compares_all_parts, feature_of_headers_is_there,
		  feature_unknown_is_not_there);
	return suite;
}
