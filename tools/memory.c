/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest's memory, and the image in it. */
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tool.h"

#define PAGE_SIZE    4096U
#define REAL_END     0x100000U /* 16-bit code sees memory up to here */
#define ROM_UNIT     0x10000U
#define SHADOW_WHOLE 0x40000U /* ROMs up to this size are copied below 1 MiB as a whole, */
#define SHADOW_LAST  0x20000U /* and of larger ones that much, as a PC's chipset has it */

static int map_pages(uint64_t size, uint8_t **ret_pages)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char text[32];

	if (pages == MAP_FAILED) {
		say(RUN, "can't get %s of memory: %s", format_size(size, text, sizeof(text)),
		    strerror(errno));
		return STATUS_HOST;
	}
	*ret_pages = pages;
	return STATUS_OK;
}

/* Reading the image */

static int read_all(int fd, uint8_t *buffer, uint64_t capacity, uint64_t *ret_size)
{
	uint64_t size = 0;
	ssize_t n = 1;

	while (n && size < capacity) {
		n = read(fd, buffer + size, capacity - size);
		if (n < 0 && errno != EINTR)
			return -errno;
		size += n > 0 ? (uint64_t)n : 0;
	}
	*ret_size = size;
	return 0;
}

/* -EFBIG if the file has more than fits. */
static int read_file(const char *path, uint8_t *buffer, uint64_t capacity, uint64_t *ret_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint64_t rest = 0;
	uint8_t byte;
	int r;

	if (fd < 0)
		return -errno;
	r = read_all(fd, buffer, capacity, ret_size);
	if (!r)
		r = read_all(fd, &byte, 1, &rest);
	close(fd);
	return rest ? -EFBIG : r;
}

static int read_image(const char *path, uint8_t *buffer, uint64_t capacity, uint64_t *ret_size)
{
	int r = read_file(path, buffer, capacity, ret_size);
	char text[32];

	if (r == -EFBIG)
		say(RUN, "%s: too large: there is room for %s", path,
		    format_size(capacity, text, sizeof(text)));
	else if (r)
		say(RUN, "%s: %s", path, strerror(-r));
	else if (!*ret_size)
		say(RUN, "%s: the file is empty", path);
	return r || !*ret_size ? STATUS_USAGE : STATUS_OK;
}

/* Where things are */

static void say_overlap(uint64_t ram_size, const char *what, uint64_t start, uint64_t end)
{
	say(RUN, "RAM at 0x0-0x%" PRIx64 " overlaps %s at 0x%" PRIx64 "-0x%" PRIx64, ram_size - 1,
	    what, start, end - 1);
	fprintf(stderr, "  hint: --memory=4076M is the most that fits below.\n");
}

static int check_layout(const struct memory *memory)
{
	uint64_t rom_start = ROM_END - memory->rom_size;

	if (memory->rom && memory->ram_size > rom_start)
		say_overlap(memory->ram_size, "the ROM", rom_start, ROM_END);
	else if (memory->ram_size > PLATFORM_START)
		say_overlap(memory->ram_size, "interrupt controllers and pages of KVM",
			    PLATFORM_START, PLATFORM_END);
	else
		return STATUS_OK;
	return STATUS_USAGE;
}

static int check_rom(const struct memory *memory, const char *path)
{
	if (memory->rom_size % ROM_UNIT) {
		say(RUN, "%s: a firmware is a multiple of 64K, not %" PRIu64 " bytes: cut off?",
		    path, memory->rom_size);
		return STATUS_USAGE;
	}
	if (memory->ram_size < REAL_END) {
		say(RUN, "firmware needs 1M of RAM or more");
		return STATUS_USAGE;
	}
	return STATUS_OK;
}

static void shadow_rom(const struct memory *memory)
{
	uint64_t size = memory->rom_size > SHADOW_WHOLE ? SHADOW_LAST : memory->rom_size;

	memcpy(memory->ram + REAL_END - size, memory->rom + memory->rom_size - size, size);
}

static int load_firmware(struct memory *memory, const struct run_options *options)
{
	int status = map_pages(ROM_MAX, &memory->rom);

	if (!status)
		status = read_image(options->image, memory->rom, ROM_MAX, &memory->rom_size);
	if (!status)
		status = check_rom(memory, options->image);
	if (!status)
		status = check_layout(memory);
	if (!status)
		status = map_pages(memory->ram_size, &memory->ram);
	if (!status)
		shadow_rom(memory);
	return status;
}

static int load_flat(struct memory *memory, const struct run_options *options)
{
	uint64_t highest = options->load > options->entry ? options->load : options->entry;
	uint64_t size = 0;
	int status = check_layout(memory);

	if (!status && highest >= memory->ram_size) {
		say(RUN, "0x%" PRIx64 " is outside of RAM, which ends at 0x%" PRIx64, highest,
		    memory->ram_size - 1);
		status = STATUS_USAGE;
	}
	if (!status)
		status = map_pages(memory->ram_size, &memory->ram);
	if (!status)
		status = read_image(options->image, memory->ram + options->load,
				    memory->ram_size - options->load, &size);
	return status;
}

int memory_open(struct memory *memory, const struct run_options *options)
{
	*memory = (struct memory){ .ram_size = options->memory };
	return options->firmware ? load_firmware(memory, options) : load_flat(memory, options);
}

void memory_close(struct memory *memory)
{
	if (memory->ram)
		munmap(memory->ram, memory->ram_size);
	if (memory->rom)
		munmap(memory->rom, ROM_MAX);
}

const uint8_t *memory_at(const struct memory *memory, uint64_t gpa, uint64_t *ret_size)
{
	uint64_t rom_start = ROM_END - memory->rom_size;

	if (gpa < memory->ram_size) {
		*ret_size = memory->ram_size - gpa;
		return memory->ram + gpa;
	}
	if (gpa < rom_start || gpa >= ROM_END)
		return NULL;
	*ret_size = ROM_END - gpa;
	return memory->rom + (gpa - rom_start);
}
