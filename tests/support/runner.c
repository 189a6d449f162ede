/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Runs check suites and prints TAP with skips in it: check writes TAP to a file, tests that were
 * skipped write a line to another (through the fork), and the two are joined at the end.
 */

#include "runner.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int skips = -1;

static int temporary(char path[32])
{
	int fd;

	strcpy(path, "/tmp/kvmlib-test-XXXXXX");
	fd = mkstemp(path);
	if (fd < 0) {
		perror("kvmlib test runner: /tmp");
		exit(99);
	}
	return fd;
}

/* START_TEST() names the function after the test, with an ending that check does not print. */
static int length_of_name(const char *function)
{
	size_t length = strlen(function);

	if (length > 3 && !strcmp(function + length - 3, "_fn"))
		length -= 3;
	return (int)length;
}

void note_skip(const char *function, const char *reason)
{
	dprintf(skips, "%.*s\t%s\n", length_of_name(function), function, reason);
}

/* The reason that a test of that name gave, in a static buffer, or NULL. */
static const char *skipped(FILE *file, const char *tap_line)
{
	static char line[512];
	char name[520];

	rewind(file);
	while (fgets(line, sizeof(line), file)) {
		char *tab = strchr(line, '\t');

		if (!tab)
			continue;
		*tab = '\0';
		snprintf(name, sizeof(name), ":%s:", line);
		if (strstr(tap_line, name))
			return strtok(tab + 1, "\n");
	}
	return NULL;
}

/* Tests are known by their names; where the compiler found the file is of no interest. */
static void strip_directory(char *line)
{
	char *path = strstr(line, " - ");
	char *colon = path ? strchr(path, ':') : NULL;
	char *slash = NULL;

	for (char *c = path; c && c < colon; c++)
		if (*c == '/')
			slash = c;
	if (slash)
		memmove(path + 3, slash + 1, strlen(slash));
}

/* "ok 3 - file.c:case:test: Passed", less the words that every line has. */
static void print_line(FILE *skip_file, char *line)
{
	const char *reason = NULL;

	line[strcspn(line, "\n")] = '\0';
	strip_directory(line);
	if (!strncmp(line, "ok ", 3)) {
		char *passed = strstr(line, ": Passed");

		reason = skipped(skip_file, line);
		if (passed)
			*passed = '\0';
	}
	if (reason)
		printf("%s # SKIP %s\n", line, reason);
	else
		printf("%s\n", line);
}

static void print_tap(const char *tap_path, FILE *skip_file)
{
	FILE *tap = fopen(tap_path, "r");
	char line[2048];

	while (tap && fgets(line, sizeof(line), tap))
		print_line(skip_file, line);
	if (tap)
		fclose(tap);
}

int run_suites(Suite *const suites[])
{
	SRunner *runner = srunner_create(NULL);
	char tap_path[32], skip_path[32];
	FILE *skip_file;
	int failed;

	close(temporary(tap_path));
	skips = temporary(skip_path);
	skip_file = fdopen(dup(skips), "r");
	unlink(skip_path);

	for (size_t i = 0; suites[i]; i++)
		srunner_add_suite(runner, suites[i]);
	srunner_set_tap(runner, tap_path);
	srunner_run_all(runner, CK_SILENT);
	failed = srunner_ntests_failed(runner);

	print_tap(tap_path, skip_file);
	unlink(tap_path);
	fclose(skip_file);
	close(skips);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int skip_layer(const char *layer, const char *reason)
{
	const char *required = getenv("KVMLIB_REQUIRE");

	if (required && strstr(required, layer)) {
		printf("1..1\nnot ok 1 - %s: required, but: %s\n", layer, reason);
		return EXIT_FAILURE;
	}
	printf("1..0 # SKIP %s\n", reason);
	return EXIT_SUCCESS;
}
