/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * May a guest move from one host to another? Each host writes its report, and one reads both.
 *
 *     cc report.c $(pkg-config --cflags --libs kvmlib) -o report
 *     ./report >a.txt              # on the first host; the same on the second
 *     ./report a.txt b.txt         # anywhere; status 1: a guest would lose something
 */
#include <stdio.h>
#include <stdlib.h>

#include <kvmlib/kvmlib.h>

#define LARGEST (4U << 20)

static int fail(const char *what)
{
	char line[512];

	kvmlib_error_format(line, sizeof(line));
	fprintf(stderr, "report: %s: %s\n", what, line);
	return 2;
}

/* [report] */
static int print_report(struct kvmlib_system *system)
{
	struct kvmlib_report *report;
	const char *key, *value;

	if (kvmlib_report_collect(system, &report))
		return fail("can't collect");
	printf("kvmlib-report\t1\n");
	for (size_t i = 0; !kvmlib_report_item(report, i, &key, &value); i++)
		printf("%s\t%s\n", key, value);
	kvmlib_report_free(report);
	return 0;
}
/* [report] */

static struct kvmlib_report *read_report(const char *path)
{
	struct kvmlib_report *report = NULL;
	char *text = malloc(LARGEST);
	FILE *file = fopen(path, "r");
	size_t size = text && file ? fread(text, 1, LARGEST, file) : 0;

	if (kvmlib_report_parse(text ? text : "", size, &report))
		fail(path);
	if (file)
		fclose(file);
	free(text);
	return report;
}

/* [diff] */
static int print_losses(const struct kvmlib_report *a, const struct kvmlib_report *b)
{
	struct kvmlib_report_difference difference;
	uint64_t position = 0;
	int status = 0;

	while (kvmlib_report_next_difference(a, b, &position, &difference) > 0) {
		if (difference.kind != KVMLIB_REPORT_LOST)
			continue;
		printf("%s: %s, not %s\n", difference.key, difference.b ? difference.b : "nothing",
		       difference.a);
		status = 1;
	}
	return status;
}
/* [diff] */

static int compare(const char *path_a, const char *path_b)
{
	struct kvmlib_report *a = read_report(path_a), *b = read_report(path_b);
	int status = a && b ? print_losses(a, b) : 2;

	kvmlib_report_free(a);
	kvmlib_report_free(b);
	return status;
}

int main(int argc, char **argv)
{
	struct kvmlib_system *system;
	int status;

	if (argc == 3)
		return compare(argv[1], argv[2]);
	if (kvmlib_system_open(NULL, &system))
		return fail("no KVM");
	status = print_report(system);
	kvmlib_system_unref(system);
	return status;
}
