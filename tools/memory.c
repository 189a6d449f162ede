/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The guest's memory, and the image in it. */
#include "memory.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "board/board.h"
#include "prefault.h"
#include "saved.h"
#include "tool.h"

/* Room for an image, of which only what is read takes memory. */
static int make_room(struct memory *memory, uint64_t size)
{
	void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	char text[32];

	if (pages == MAP_FAILED) {
		say(RUN, "can't get %s of memory: %s", format_size(size, text, sizeof(text)),
		    strerror(errno));
		return STATUS_HOST;
	}
	memory->image = pages;
	memory->room = size;
	return STATUS_OK;
}

static void drop_image(struct memory *memory)
{
	if (memory->image)
		munmap(memory->image, memory->room);
	memory->image = NULL;
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

static int read_image(struct memory *memory, const char *path)
{
	int r = read_file(path, memory->image, memory->room, &memory->image_size);
	char text[32];

	if (r == -EFBIG)
		say(RUN, "%s: too large: there is room for %s", path,
		    format_size(memory->room, text, sizeof(text)));
	else if (r)
		say(RUN, "%s: %s", path, strerror(-r));
	else if (!memory->image_size)
		say(RUN, "%s: the file is empty", path);
	return r || !memory->image_size ? STATUS_USAGE : STATUS_OK;
}

/* Whether there is room */

static int load_firmware(struct memory *memory)
{
	int status = make_room(memory, board.rom_max);

	if (!status)
		status = read_image(memory, memory->options->image);
	return status ? status : board_check(memory->options, memory->image_size);
}

static int check_address(const struct run_options *options, uint64_t gpa)
{
	if (gpa >= board.ram && gpa - board.ram < options->ram.size)
		return STATUS_OK;
	say(RUN, "0x%" PRIx64 " is outside of RAM, which is at 0x%" PRIx64 "-0x%" PRIx64, gpa,
	    board.ram, board.ram + options->ram.size - 1);
	return STATUS_USAGE;
}

static int load_flat(struct memory *memory)
{
	const struct run_options *options = memory->options;
	int status = board_check(options, 0);

	if (!status)
		status = check_address(options, options->load);
	if (!status)
		status = check_address(options, options->entry);
	if (!status)
		status = make_room(memory, board.ram + options->ram.size - options->load);
	return status ? status : read_image(memory, options->image);
}

/* What is in it comes later. */
static int load_saved(struct memory *memory)
{
	memory->image_size = saved_rom_size(memory->options->saved);
	return board_check(memory->options, memory->image_size);
}

static bool has_rom(const struct run_options *options)
{
	return options->firmware && board.rom_max;
}

static int load(struct memory *memory)
{
	if (memory->options->saved)
		return load_saved(memory);
	return has_rom(memory->options) ? load_firmware(memory) : load_flat(memory);
}

/* The file that is the RAM */

static int check_file(const struct memory *memory)
{
	const struct ram_option *ram = &memory->options->ram;
	struct stat stat;
	char text[32];

	if (fstat(memory->file, &stat) < 0) {
		say(RUN, "--memory: %s: %s", ram->path, strerror(errno));
		return STATUS_USAGE;
	}
	if (!S_ISREG(stat.st_mode) || (uint64_t)stat.st_size >= ram->size)
		return STATUS_OK;
	say(RUN, "--memory: %s: has only %s", ram->path,
	    format_size((uint64_t)stat.st_size, text, sizeof(text)));
	return STATUS_USAGE;
}

static int open_file(struct memory *memory)
{
	const char *path = memory->options->ram.path;

	if (!path)
		return STATUS_OK;
	memory->file = open(path, O_RDWR | O_CLOEXEC);
	if (memory->file >= 0)
		return check_file(memory);
	say(RUN, "--memory: %s: %s", path, strerror(errno));
	return STATUS_USAGE;
}

int memory_load(struct memory *memory, const struct run_options *options)
{
	int status;

	*memory = (struct memory){ .options = options, .file = -1 };
	status = load(memory);
	return status ? status : open_file(memory);
}

/* The map */

static int add_region(struct memory *memory, const struct kvmlib_memory_region_opts *opts,
		      struct kvmlib_memory_region **ret_region)
{
	if (kvmlib_memory_add(memory->map, opts, ret_region) < 0)
		return say_error(RUN, "can't map the guest's memory at 0x%" PRIx64, opts->gpa);
	return STATUS_OK;
}

static int add_ram(struct memory *memory)
{
	const struct ram_option *ram = &memory->options->ram;
	const struct kvmlib_memory_region_opts opts = {
		.size = sizeof(opts),
		.name = "ram",
		.gpa = board.ram,
		.length = ram->size,
		.backing = ram->backing,
		.page_size = ram->page_size,
		.fd = ram->path ? memory->file : 0,
	};
	struct kvmlib_memory_region *region;
	int status = add_region(memory, &opts, &region);

	if (status)
		return status;
	memory->ram = kvmlib_memory_region_address(region);
	return ram->prefault ? prefault(region) : STATUS_OK;
}

static uint64_t whole_pages(uint64_t size)
{
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);

	return (size + page - 1) / page * page;
}

static int add_readonly(struct memory *memory, const char *name, uint64_t gpa, uint64_t length,
			struct kvmlib_memory_region **ret_region)
{
	const struct kvmlib_memory_region_opts opts = {
		.size = sizeof(opts),
		.name = name,
		.gpa = gpa,
		.length = whole_pages(length),
		.flags = KVMLIB_MEMORY_READONLY,
	};

	return add_region(memory, &opts, ret_region);
}

static int add_variables(struct memory *memory)
{
	struct kvmlib_memory_region *region;

	if (!board.variables_size)
		return STATUS_OK;
	return add_readonly(memory, "variables", board.variables, board.variables_size, &region);
}

static int add_rom(struct memory *memory, struct kvmlib_vm *vm)
{
	struct kvmlib_memory_region *region;
	int status;

	if (kvmlib_vm_check_extension(vm, KVMLIB_CAP_READONLY_MEM) <= 0) {
		say(RUN, "this kernel can't map a ROM: it lacks KVM_CAP_READONLY_MEM");
		return STATUS_HOST;
	}
	status = add_readonly(memory, "rom", board_rom(memory->image_size), memory->image_size,
			      &region);
	if (status)
		return status;
	memory->rom = kvmlib_memory_region_address(region);
	if (memory->image)
		memcpy(memory->rom, memory->image, memory->image_size);
	return add_variables(memory);
}

static int add_regions(struct memory *memory, struct kvmlib_vm *vm)
{
	const struct run_options *options = memory->options;
	int status = add_ram(memory);

	if (!status && has_rom(options))
		status = add_rom(memory, vm);
	if (status || options->saved)
		return status;
	if (!has_rom(options))
		memcpy(memory->ram + (options->load - board.ram), memory->image,
		       memory->image_size);
	else if (board.shadow)
		board.shadow(memory);
	return STATUS_OK;
}

int memory_add(struct memory *memory, struct kvmlib_vm *vm)
{
	int status;

	if (kvmlib_memory_new(vm, NULL, &memory->map) < 0 ||
	    kvmlib_memory_reader_new(memory->map, 0, &memory->reader) < 0)
		return say_error(RUN, "can't make a map of the guest's memory");
	status = add_regions(memory, vm);
	drop_image(memory);
	return status;
}

void memory_close(struct memory *memory)
{
	kvmlib_memory_reader_free(memory->reader);
	kvmlib_memory_unref(memory->map);
	drop_image(memory);
	if (memory->file >= 0)
		close(memory->file);
}

uint64_t memory_peek(const struct memory *memory, uint64_t gpa, void *buffer, uint64_t max)
{
	uint64_t size = 0;

	if (kvmlib_memory_enter(memory->reader) < 0)
		return 0;
	kvmlib_memory_at(memory->reader, gpa, &size);
	kvmlib_memory_leave(memory->reader);
	size = size < max ? size : max;
	return kvmlib_memory_read(memory->reader, gpa, buffer, size) < 0 ? 0 : size;
}
