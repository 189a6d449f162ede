/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sampling statistics while the guest runs. */
#include "sampler.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "tool.h"

static int no_memory(void)
{
	say(STAT, "no memory");
	return STATUS_HOST;
}

static int add_origin(struct sampler *sampler, const char *source, struct kvmlib_stats *stats,
		      size_t index, const struct kvmlib_stats_descriptor *statistic)
{
	bool counts = statistic->type == KVMLIB_STATS_TYPE_CUMULATIVE;
	size_t nr = sampler->samples.nr_columns;
	struct origin *origins = reallocarray(sampler->origins, nr + 1, sizeof(*origins));

	if (!origins)
		return no_memory();
	sampler->origins = origins;
	origins[nr] = (struct origin){ stats, index };
	if (samples_add_column(&sampler->samples, source, statistic->name, counts) < 0)
		return no_memory();
	return STATUS_OK;
}

/* A histogram has many values, and no place in a table of them. */
static int choose(struct sampler *sampler, const char *source, struct kvmlib_stats *stats)
{
	struct kvmlib_stats_descriptor statistic;
	int status = STATUS_OK;

	for (size_t i = 0; !status && !kvmlib_stats_describe(stats, i, &statistic); i++)
		if (statistic.nr_values == 1 &&
		    sampling_wants(sampler->sampling, source, statistic.name))
			status = add_origin(sampler, source, stats, i, &statistic);
	return status;
}

/* The only vCPU needs no number. */
static int open_vcpu(struct sampler *sampler, const struct machine *machine)
{
	uint32_t id = sampler->nr_vcpus;
	char source[16] = "vcpu";

	if (kvmlib_stats_open_vcpu(machine->vcpus[id], &sampler->vcpus[id]) < 0)
		return say_error(STAT, "can't open the statistics");
	sampler->nr_vcpus++;
	if (machine->nr_vcpus > 1)
		snprintf(source, sizeof(source), "vcpu%" PRIu32, id);
	return choose(sampler, source, sampler->vcpus[id]);
}

static int open_stats(struct sampler *sampler, const struct machine *machine)
{
	int status;

	sampler->vcpus = calloc(machine->nr_vcpus, sizeof(struct kvmlib_stats *));
	if (!sampler->vcpus)
		return no_memory();
	if (kvmlib_stats_open_vm(machine->vm, &sampler->vm) < 0)
		return say_error(STAT, "can't open the statistics");
	status = choose(sampler, "vm", sampler->vm);
	while (!status && sampler->nr_vcpus < machine->nr_vcpus)
		status = open_vcpu(sampler, machine);
	if (!status && !sampler->samples.nr_columns) {
		say(STAT, "this kernel has no statistic of such a name");
		status = STATUS_USAGE;
	}
	return status;
}

static int read_stats(struct kvmlib_stats *stats)
{
	int r;

	do
		r = kvmlib_stats_sample(stats);
	while (r == -EINTR);
	return r;
}

static int read_all(struct sampler *sampler)
{
	int r = read_stats(sampler->vm);

	for (uint32_t id = 0; r >= 0 && id < sampler->nr_vcpus; id++)
		r = read_stats(sampler->vcpus[id]);
	return r;
}

static int print(const struct sampler *sampler)
{
	FILE *file = sampler->sampling->file;

	if (sampler->sampling->csv && sampler->samples.nr_rows == 1)
		samples_print_names(&sampler->samples, file);
	if (sampler->sampling->csv)
		samples_print_csv(&sampler->samples, file);
	else
		samples_print_changes(&sampler->samples, file);
	if (!fflush(file) && !ferror(file))
		return STATUS_OK;
	say(STAT, "can't write the samples: %s", strerror(errno));
	return STATUS_HOST;
}

static int sample(void *userdata)
{
	struct sampler *sampler = userdata;
	uint64_t *row;

	if (read_all(sampler) < 0)
		return say_error(STAT, "can't read the statistics");
	row = samples_add_row(&sampler->samples, now() - sampler->started);
	if (!row)
		return no_memory();
	for (size_t i = 0; i < sampler->samples.nr_columns; i++)
		row[i] = *kvmlib_stats_values(sampler->origins[i].stats, sampler->origins[i].index);
	return print(sampler);
}

static int start_thread(struct sampler *sampler)
{
	int r = ticker_start(&sampler->ticker, sampler->sampling->interval, sample, sampler);

	if (!r)
		return STATUS_OK;
	say(STAT, "can't start the sampling: %s", strerror(-r));
	return STATUS_HOST;
}

static void close_all(struct sampler *sampler)
{
	ticker_close(&sampler->ticker);
	kvmlib_stats_free(sampler->vm);
	for (uint32_t id = 0; id < sampler->nr_vcpus; id++)
		kvmlib_stats_free(sampler->vcpus[id]);
	free(sampler->vcpus);
	samples_free(&sampler->samples);
	free(sampler->origins);
}

int sampler_start(struct sampler *sampler, const struct sampling *sampling,
		  const struct machine *machine)
{
	int status;

	*sampler = (struct sampler){ .sampling = sampling, .ticker = { .timer = -1, .stop = -1 } };
	if (!sampling)
		return STATUS_OK;
	sampler->samples.keep = sampling->png != NULL;
	sampler->started = now();
	status = sampling->png ? plot_start(&sampler->plot, STAT, "--png") : STATUS_OK;
	if (!status)
		status = open_stats(sampler, machine);
	if (!status)
		status = sample(sampler);
	if (!status)
		status = start_thread(sampler);
	if (!status)
		return STATUS_OK;
	if (sampler->plot.script)
		plot_finish(&sampler->plot, sampling->png, NULL, NULL);
	close_all(sampler);
	return status;
}

void sampler_stop(struct sampler *sampler)
{
	if (sampler->sampling)
		ticker_stop(&sampler->ticker);
}

int sampler_finish(struct sampler *sampler)
{
	int status, drawn = STATUS_OK;

	if (!sampler->sampling)
		return STATUS_OK;
	status = sampler->ticker.status ? sampler->ticker.status : sample(sampler);
	if (sampler->sampling->png)
		drawn = plot_finish(&sampler->plot, sampler->sampling->png,
				    sampler->samples.nr_rows > 1 ? plot_write : NULL,
				    &sampler->samples);
	close_all(sampler);
	return status ? status : drawn;
}
