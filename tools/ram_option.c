/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The value of --memory: SIZE[,backing=KIND][,pages=SIZE][,prefault]. */
#include "ram_option.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <kvmlib/memory.h>

#include "tool.h"

#define PAGE_SIZE   4096U
#define FILE_PREFIX "file:"

/* A complaint, for who parses the command line. */
struct complaint {
	char *text;
	size_t size;
};

__attribute__((format(printf, 2, 3))) static int refuse(const struct complaint *complaint,
							const char *format, ...)
{
	va_list args;

	va_start(args, format);
	/* NOLINTNEXTLINE(clang-analyzer-valist.*): it was started */
	vsnprintf(complaint->text, complaint->size, format, args);
	va_end(args);
	return -1;
}

static int set_backing(struct ram_option *ram, const char *value, const struct complaint *complaint)
{
	const size_t prefix = strlen(FILE_PREFIX);

	ram->path = NULL;
	if (value && !strcmp(value, "anonymous")) {
		ram->backing = KVMLIB_MEMORY_ANONYMOUS;
	} else if (value && !strcmp(value, "memfd")) {
		ram->backing = KVMLIB_MEMORY_MEMFD;
	} else if (value && !strncmp(value, FILE_PREFIX, prefix) && value[prefix]) {
		ram->backing = KVMLIB_MEMORY_FILE;
		ram->path = value + prefix;
	} else {
		return refuse(complaint, "backing=%s is none of anonymous, memfd and file:PATH",
			      value ? value : "");
	}
	return 0;
}

static int set_pages(struct ram_option *ram, const char *value, const struct complaint *complaint)
{
	static const struct {
		const char *name;
		uint64_t size;
	} sizes[] = { { "4K", 0x1000 }, { "2M", 0x200000 }, { "1G", 0x40000000 } };

	for (size_t i = 0; value && i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		if (strcmp(value, sizes[i].name) != 0)
			continue;
		ram->page_size = sizes[i].size;
		return 0;
	}
	return refuse(complaint, "pages=%s is none of 4K, 2M and 1G", value ? value : "");
}

static int set_prefault(struct ram_option *ram, const char *value,
			const struct complaint *complaint)
{
	if (value)
		return refuse(complaint, "prefault has no value such as \"%s\"", value);
	ram->prefault = true;
	return 0;
}

static int parse_one(struct ram_option *ram, char **rest, const struct complaint *complaint)
{
	static char backing[] = "backing", pages[] = "pages", prefault[] = "prefault";
	static char *const names[] = { backing, pages, prefault, NULL };
	static int (*const setters[])(struct ram_option *, const char *,
				      const struct complaint *) = { set_backing, set_pages,
								    set_prefault };
	const char *word = *rest;
	char *value;
	int index = getsubopt(rest, names, &value);

	if (index < 0)
		return refuse(complaint, "\"%s\" is none of backing=, pages= and prefault", word);
	return setters[index](ram, value, complaint);
}

static int check_size(const struct ram_option *ram, const char *text,
		      const struct complaint *complaint)
{
	uint64_t unit = ram->page_size ? ram->page_size : PAGE_SIZE;
	char name[32];

	if (ram->size && ram->size % unit == 0)
		return 0;
	return refuse(complaint, "%s is not a multiple of %s above 0", text,
		      format_size(unit, name, sizeof(name)));
}

int ram_option_parse(struct ram_option *ram, char *text, char *ret_complaint, size_t size)
{
	const struct complaint complaint = { ret_complaint, size };
	char *rest = strchr(text, ',');
	int r = 0;

	*ram = (struct ram_option){ .backing = KVMLIB_MEMORY_ANONYMOUS };
	if (rest)
		*rest++ = 0;
	if (parse_size(text, &ram->size) < 0)
		return refuse(&complaint, "\"%s\" is no size such as 64M, or too large", text);
	while (!r && rest && *rest)
		r = parse_one(ram, &rest, &complaint);
	return r < 0 ? r : check_size(ram, text, &complaint);
}
