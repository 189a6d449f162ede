/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The runner's own test: a test that skips is printed as skipped, with its reason. */

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "runner.h"

START_TEST(one_that_passes)
{
}
END_TEST

START_TEST(one_that_skips)
{
	SKIP("because");
}
END_TEST

static Suite *suite(void)
{
	Suite *suite = suite_create("skips");
	TCase *tcase = tcase_create("case");

	suite_add_tcase(suite, tcase);
	tcase_add_test(tcase, one_that_passes);
	tcase_add_test(tcase, one_that_skips);
	return suite;
}

/* What the runner prints of it. */
static void run_into(char *text, size_t size)
{
	Suite *suites[] = { suite(), NULL };
	FILE *file = tmpfile();
	int stdout_fd = dup(STDOUT_FILENO);

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	run_suites(suites);
	fflush(stdout);
	dup2(stdout_fd, STDOUT_FILENO);
	rewind(file);
	text[fread(text, 1, size - 1, file)] = '\0';
	fclose(file);
}

int main(void)
{
	static const char expected[] = "ok 1 - skips.c:case:one_that_passes\n"
				       "ok 2 - skips.c:case:one_that_skips # SKIP because\n"
				       "1..2\n";
	char text[1024];

	run_into(text, sizeof(text));
	printf("1..1\n%s 1 - runner prints skips\n", strcmp(text, expected) ? "not ok" : "ok");
	if (strcmp(text, expected))
		printf("# it printed:\n%s", text);
	return strcmp(text, expected) != 0;
}
