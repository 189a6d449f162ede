/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib run`: the command line. */
#include "run.h"

#include <argp.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "board/board.h"
#include "tool.h"

#define DEFAULT_MEMORY (64U << 20)
#define DEFAULT_PORT   0xe9U

static const struct argp_option argp_options[] = {
	{ "firmware", 'f', NULL, 0, "IMAGE is a firmware: of a PC, a ROM that ends at 4 GiB", 0 },
	{ "memory", 'm', "SIZE", 0, "RAM in bytes, or with K, M or G, and how it is made (64M)",
	  0 },
	{ "smp", 'c', "N", 0, "Number of vCPUs (1); more need --irqchip=full on x86-64", 0 },
	{ "cpu", 'C', "CPU", 0, "The vCPUs are a model, with ,+FEATURE and ,-FEATURE (host)", 0 },
	{ "irqchip", 'i', "KIND", 0, "In-kernel interrupt controllers: full or none", 0 },
	{ "load", 'l', "ADDRESS", 0, "Where in RAM a flat binary is put", 0 },
	{ "entry", 'e', "ADDRESS", 0, "Where a flat binary starts (where it is put)", 0 },
	{ "debug-port", 'p', "PORT", 0, "One more port whose output is shown", 0 },
	{ "until", 'u', "TEXT", 0, "Success is that the guest's output contains TEXT", 1 },
	{ "timeout", 't', "SECONDS", 0, "Stop a guest that runs longer, and tell where it was", 1 },
	{ "dirty-map", 'D', "FILE", 0, "Draw which pages the guest writes, over time, as a PNG",
	  1 },
	{ "dirty-csv", 'd', "FILE", 0, "List them: seconds, address, bytes", 1 },
	{ "stats", 's', "SECONDS", OPTION_ARG_OPTIONAL,
	  "At the end show what the guest left KVM for, and how often; with SECONDS, show the "
	  "exits and interrupts of each vCPU that often meanwhile, too",
	  1 },
	{ "save", 'S', "FILE", 0,
	  "Save the guest when --until, --timeout or Ctrl-C stops it, so that it can go on", 2 },
	{ "snapshot-at", 'A', "TEXT", 0,
	  "With --save: save it when its output contains TEXT, and let it go on", 2 },
	{ "compress", 'z', NULL, 0, "With --save: compress FILE by zstd", 2 },
	{ "restore", 'R', "FILE", 0, "Go on with a guest that was saved; there is no IMAGE then",
	  2 },
	{ NULL, 0, NULL, 0, NULL, 0 },
};

static const char help[] =
	"Run a flat binary or a firmware image as a guest of KVM.\v"
	"Output of the guest goes to stdout, messages to stderr. What is not there reads as all "
	"ones.\n"
	"\n"
	"vCPU 0 starts; the others of --smp wait until the guest starts them. The guest ends when "
	"one of them ends it.\n"
	"\n"
	"x86-64 is a PC: output is what the guest writes to the ports 0x402 and 0xe9 (debug "
	"console), and to COM1 (0x3f8, without interrupts). There is a CMOS, which knows the "
	"size of the memory and the number of vCPUs. Other vCPUs are started by INIT and SIPI of "
	"the local APIC.\n"
	"\n"
	"A flat binary starts in real mode, with interrupts off, below 1 MiB (0x7c00): cs:ip is "
	"ENTRY (cs is 0 below 64 KiB), ss:sp is 0:LOAD, all other registers are 0. It ends by HLT. "
	"With --irqchip=full a HLT waits for an interrupt instead, and only --until, --timeout or "
	"Ctrl-C end the guest.\n"
	"\n"
	"Firmware starts at the reset vector, 16 bytes below 4 GiB, with --irqchip=full. It is "
	"copied below 1 MiB as well: images up to 256 KiB as a whole, of larger ones the last "
	"128 KiB.\n"
	"\n"
	"arm64 and riscv64 are like QEMU's boards \"virt\", with a serial port as the only device "
	"and a device tree; kvmlib(1) tells the addresses. A flat binary starts 2 MiB above the "
	"beginning of RAM, and ends by PSCI or the SBI.\n"
	"\n"
	"CPU is MODEL, MODEL:VERSION, host or a report, with ,+FEATURE and ,-FEATURE behind it, as "
	"`kvmlib cpu' has them. A guest whose CPU this host can't give does not run.\n"
	"\n"
	"RAM is made as words after its size, each behind a comma, have it:\n"
	"\n"
	"  backing=anonymous   memory of this process alone, which is the default\n"
	"  backing=memfd       memory of a file that has no name\n"
	"  backing=file:PATH   the file's contents, which the guest changes\n"
	"  pages=SIZE          4K, or huge pages of 2M or 1G that the host has set aside\n"
	"  prefault            have all of it in place before the guest starts\n"
	"\n"
	"--dirty-map and --dirty-csv look ten times a second at what was written since.\n"
	"\n"
	"What --save writes is all of the guest: its memory, the image in it, its devices and the "
	"options that make the machine. --restore takes them from there, compressed or not, and "
	"RAM is "
	"backing=anonymous. For the guest no time passes in between. The two can be given at once, "
	"with the same FILE, too. A guest that ends by itself is not saved, unless --snapshot-at "
	"has "
	"saved it before. `kvmlib snapshot' looks into such files.\n"
	"\n"
	"The rows that --stats=SECONDS shows have what KVM has counted of a vCPU since it was "
	"made: all its exits, and how many a second since the row before; those for ports, memory "
	"and HLT, and for an interrupt that had to wait; the interrupts and NMIs that it was "
	"given. "
	"A kernel before Linux 5.14 does not tell: then they are the exits to this program. On a "
	"terminal new rows take the place of the old.\n"
	"\n"
	"Exit status:\n"
	"    0  the guest did what was asked: the output contained the text; without\n"
	"       --until, a flat binary halted or powered off\n"
	"    1  the guest ended otherwise: halted, shut down by a triple fault, reset;\n"
	"       or it ended, and was to be saved, or never printed --snapshot-at's TEXT\n"
	"    2  wrong options, an image that can't be used,\n"
	"       or a FILE that no guest can go on from\n"
	"    3  the host can't: no /dev/kvm, a missing capability, no memory, no output,\n"
	"       no room to save the guest\n"
	"    4  KVM could not run the guest on: internal error, failed entry\n"
	"  124  the time was over\n"
	"  130  ended by Ctrl-C (143: by SIGTERM, 129: by SIGHUP)\n"
	"\n"
	"Examples:\n"
	"  kvmlib run --firmware /usr/share/seabios/bios.bin \\\n"
	"      --until 'No bootable device' --timeout 60 --stats\n"
	"  kvmlib run --firmware /usr/share/seabios/bios.bin \\\n"
	"      --smp 4 --stats=1 --timeout 60\n"
	"  kvmlib run --firmware \\\n"
	"      /usr/lib/u-boot/qemu_arm64/u-boot.bin --until '=> '\n"
	"  kvmlib run --timeout 1 boot-sector.bin\n"
	"  kvmlib run --timeout 1 --save guest.image boot-sector.bin\n"
	"  kvmlib run --restore guest.image\n"
	"  kvmlib run --save booted.image --snapshot-at 'login:' \\\n"
	"      --compress boot-sector.bin\n"
	"  kvmlib run --memory 64M,backing=memfd,prefault boot-sector.bin\n"
	"  kvmlib run --cpu x86-64-v2,+aes boot-sector.bin";

/* Options as they come; defaults that depend on others are filled in at the end. */
struct parsed {
	struct run_options options;
	const char *irqchip;
	char *memory; /* of --memory, in pieces */
	bool load_given, entry_given, debug_port_given;
	const char *of_machine; /* what was given that --restore takes from its file; or NULL */
};

/* argp_error() does not return: it ends the program. */

static void set_image(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (parsed->options.image)
		argp_error(state, "one image only: \"%s\" or \"%s\"", parsed->options.image, arg);
	parsed->options.image = arg;
}

static void set_firmware(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	(void)state;
	(void)arg;
	parsed->options.firmware = true;
}

static void set_stats(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	parsed->options.stats = true;
	if (arg && parse_seconds(arg, &parsed->options.stats_interval) < 0)
		argp_error(state, "--stats: \"%s\" is no number of seconds above 0", arg);
}

static void set_memory(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	char complaint[256];

	free(parsed->memory);
	parsed->memory = strdup(arg);
	if (!parsed->memory)
		argp_error(state, "--memory: no memory to understand it");
	if (ram_option_parse(&parsed->options.ram, parsed->memory, complaint, sizeof(complaint)) <
	    0)
		argp_error(state, "--memory: %s", complaint);
}

static void set_smp(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	uint64_t nr = 0;

	if (parse_number(arg, UINT32_MAX, &nr) < 0 || !nr)
		argp_error(state, "--smp: \"%s\" is no number of vCPUs", arg);
	parsed->options.nr_vcpus = (uint32_t)nr;
}

static void set_cpu(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	(void)state;
	parsed->options.cpu = arg;
}

static void set_irqchip(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (strcmp(arg, "full") != 0 && strcmp(arg, "none") != 0)
		argp_error(state, "--irqchip: \"%s\" is neither full nor none", arg);
	parsed->irqchip = arg;
}

static void set_load(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (parse_number(arg, UINT64_MAX, &parsed->options.load) < 0)
		argp_error(state, "--load: \"%s\" is no address such as 0x7c00", arg);
	parsed->load_given = true;
}

static void set_entry(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (parse_number(arg, UINT64_MAX, &parsed->options.entry) < 0)
		argp_error(state, "--entry: \"%s\" is no address such as 0x7c00", arg);
	parsed->entry_given = true;
}

static void set_debug_port(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	uint64_t port = 0;

	if (parse_number(arg, UINT16_MAX, &port) < 0)
		argp_error(state, "--debug-port: \"%s\" is no port such as 0xe9", arg);
	parsed->options.debug_port = (uint16_t)port;
	parsed->debug_port_given = true;
}

static void set_until(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (!*arg)
		argp_error(state, "--until: the text is empty");
	parsed->options.until = arg;
}

static void set_timeout(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (parse_seconds(arg, &parsed->options.timeout) < 0)
		argp_error(state, "--timeout: \"%s\" is no number of seconds above 0", arg);
}

static void set_dirty_png(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	(void)state;
	parsed->options.dirty_png = arg;
}

static void set_dirty_csv(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	(void)state;
	parsed->options.dirty_csv = arg;
}

static void set_save(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (!*arg || !strcmp(arg, "-"))
		argp_error(state, "--save: \"%s\" is no name of a file", arg);
	parsed->options.save = arg;
}

static void set_snapshot_at(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	if (!*arg)
		argp_error(state, "--snapshot-at: the text is empty");
	parsed->options.snapshot_at = arg;
}

static void set_compress(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	(void)state;
	(void)arg;
	parsed->options.compress = true;
}

static void set_restore(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	(void)state;
	parsed->options.restore = arg;
}

static void finish_restored(struct argp_state *state, const struct parsed *parsed)
{
	if (parsed->of_machine)
		argp_error(state, "--restore: the machine is the one that was saved, without %s",
			   parsed->of_machine);
}

/* What this architecture's machine has not. */
static void refuse_foreign(struct argp_state *state, const struct parsed *parsed)
{
	if (parsed->options.cpu && !board.has_cpu_models)
		argp_error(state, "--cpu: there are models for x86-64 only");
	if (parsed->options.irqchip && !board.irqchip_max)
		argp_error(state, "--irqchip: the machine has none on this architecture");
	if (parsed->debug_port_given && !board.has_ports)
		argp_error(state, "--debug-port: this architecture has no ports");
}

/* What depends on several options. */
static void finish_new(struct argp_state *state, struct parsed *parsed)
{
	struct run_options *options = &parsed->options;

	if (!options->image)
		argp_error(state, "an image is missing");
	if (options->firmware && (parsed->load_given || parsed->entry_given))
		argp_error(state, "--load and --entry are for flat binaries, not for --firmware");
	if (options->firmware)
		options->load = board.firmware;
	if (!parsed->entry_given)
		options->entry = options->load;
	if (!options->firmware && board.entry_end && options->entry >= board.entry_end)
		argp_error(state, "a flat binary starts below 1 MiB, not at 0x%" PRIx64,
			   options->entry);
	options->irqchip = parsed->irqchip ? !strcmp(parsed->irqchip, "full")
					   : options->firmware && board.firmware_has_irqchip;
	refuse_foreign(state, parsed);
	if (options->nr_vcpus > 1 && !options->irqchip && board.irqchip_starts_vcpus)
		argp_error(state, "--smp: only an interrupt controller starts a second vCPU: "
				  "that needs --irqchip=full");
}

static void finish(struct argp_state *state, struct parsed *parsed, const char *arg)
{
	const struct run_options *options = &parsed->options;

	(void)arg;
	if (!options->save && (options->snapshot_at || options->compress))
		argp_error(state, "%s: --save tells where to",
			   options->compress ? "--compress" : "--snapshot-at");
	if (options->restore)
		finish_restored(state, parsed);
	else
		finish_new(state, parsed);
}

static const struct {
	int key;
	void (*set)(struct argp_state *state, struct parsed *parsed, const char *arg);
	const char *of_machine; /* its name, where it makes the machine */
} setters[] = {
	{ ARGP_KEY_ARG, set_image, "an image" },
	{ 'f', set_firmware, "--firmware" },
	{ 'm', set_memory, "--memory" },
	{ 'c', set_smp, "--smp" },
	{ 'C', set_cpu, "--cpu" },
	{ 'i', set_irqchip, "--irqchip" },
	{ 'l', set_load, "--load" },
	{ 'e', set_entry, "--entry" },
	{ 'p', set_debug_port, "--debug-port" },
	{ 'u', set_until, NULL },
	{ 't', set_timeout, NULL },
	{ 's', set_stats, NULL },
	{ 'D', set_dirty_png, NULL },
	{ 'd', set_dirty_csv, NULL },
	{ 'S', set_save, NULL },
	{ 'A', set_snapshot_at, NULL },
	{ 'z', set_compress, NULL },
	{ 'R', set_restore, NULL },
	{ ARGP_KEY_END, finish, NULL },
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct parsed *parsed = state->input;

	for (size_t i = 0; i < sizeof(setters) / sizeof(setters[0]); i++) {
		if (setters[i].key != key)
			continue;
		if (setters[i].of_machine)
			parsed->of_machine = setters[i].of_machine;
		setters[i].set(state, parsed, arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = { argp_options, parse, "IMAGE", help, NULL, NULL, NULL };

int run_sampled(int argc, char **argv, const struct sampling *sampling)
{
	struct parsed parsed = {
		.options.sampling = sampling,
		.options.debug_port = DEFAULT_PORT,
		.options.ram.size = DEFAULT_MEMORY,
		.options.nr_vcpus = 1,
		.options.load = board.load,
	};
	int status;

	status = argp_parse(&argp, argc, argv, 0, NULL, &parsed) ? STATUS_USAGE
								 : guest_run(&parsed.options);
	free(parsed.memory);
	return status;
}

int tool_run(int argc, char **argv)
{
	return run_sampled(argc, argv, NULL);
}
