/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* `kvmlib run --dirty-map` and `--dirty-csv`: which pages a guest writes, over time. */
#include "dirty_map.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "guest.h"
#include "tool.h"

#define INTERVAL 0.1 /* seconds between two looks */
#define RUNS	 64

static int no_memory(void)
{
	say(RUN, "no memory for what the guest writes");
	return STATUS_HOST;
}

static bool is_wanted(const struct dirty_map *map)
{
	return map->options->dirty_png || map->options->dirty_csv;
}

static int keep(struct dirty_map *map, const struct dirty_write *write)
{
	if (map->nr_writes == map->room) {
		size_t room = map->room ? map->room * 2 : 1024;
		struct dirty_write *writes = reallocarray(map->writes, room, sizeof(*writes));

		if (!writes)
			return no_memory();
		map->writes = writes;
		map->room = room;
	}
	map->writes[map->nr_writes++] = *write;
	return STATUS_OK;
}

static int note(struct dirty_map *map, double time, const struct kvmlib_dirty_run *run)
{
	const struct dirty_write write = { time, run->gpa, run->length };

	if (map->csv)
		fprintf(map->csv, "%.3f,0x%" PRIx64 ",%" PRIu64 "\n", time, run->gpa, run->length);
	return map->options->dirty_png ? keep(map, &write) : STATUS_OK;
}

static int take_runs(struct dirty_map *map, double time)
{
	struct kvmlib_dirty_run runs[RUNS];
	int status = STATUS_OK;
	int n;

	if (kvmlib_memory_enter(map->reader) < 0)
		return say_error(RUN, "can't look at the guest's memory");
	while (!status && (n = kvmlib_dirty_next_runs(map->consumer, map->reader, runs, RUNS)) > 0)
		for (int i = 0; !status && i < n; i++)
			status = note(map, time, &runs[i]);
	kvmlib_memory_leave(map->reader);
	return status;
}

static int flush(const struct dirty_map *map)
{
	if (!map->csv || (!fflush(map->csv) && !ferror(map->csv)))
		return STATUS_OK;
	say(RUN, "can't write %s: %s", map->options->dirty_csv, strerror(errno));
	return STATUS_HOST;
}

static int look(void *userdata)
{
	struct dirty_map *map = userdata;
	double time = now() - map->started;
	int status;

	if (kvmlib_dirty_round(map->consumer, NULL) < 0)
		return say_error(RUN, "can't tell which pages the guest writes");
	status = take_runs(map, time);
	return status ? status : flush(map);
}

static int open_csv(struct dirty_map *map)
{
	const char *path = map->options->dirty_csv;

	if (!path)
		return STATUS_OK;
	map->csv = fopen(path, "we");
	if (!map->csv) {
		say(RUN, "can't open %s: %s", path, strerror(errno));
		return STATUS_HOST;
	}
	fprintf(map->csv, "seconds,address,bytes\n");
	return flush(map);
}

static int start_tracking(struct dirty_map *map, struct kvmlib_memory *memory)
{
	int r;

	if (kvmlib_dirty_start(memory, NULL, &map->dirty) < 0 ||
	    kvmlib_dirty_consumer_new(map->dirty, &map->consumer) < 0 ||
	    kvmlib_memory_reader_new(memory, 0, &map->reader) < 0)
		return say_error(RUN, "can't track what the guest writes");
	map->started = now();
	r = ticker_start(&map->ticker, INTERVAL, look, map);
	if (!r)
		return STATUS_OK;
	say(RUN, "can't start a thread: %s", strerror(-r));
	return STATUS_HOST;
}

static void close_all(struct dirty_map *map)
{
	ticker_close(&map->ticker);
	kvmlib_memory_reader_free(map->reader);
	kvmlib_dirty_consumer_free(map->consumer);
	kvmlib_dirty_unref(map->dirty);
	if (map->csv)
		fclose(map->csv);
	free(map->writes);
}

int dirty_map_start(struct dirty_map *map, const struct run_options *options,
		    struct kvmlib_memory *memory)
{
	int status = STATUS_OK;

	*map = (struct dirty_map){ .options = options, .ticker = { .timer = -1, .stop = -1 } };
	if (!is_wanted(map))
		return STATUS_OK;
	if (options->dirty_png)
		status = plot_start(&map->plot, RUN, "--dirty-map");
	if (!status)
		status = open_csv(map);
	if (!status)
		status = start_tracking(map, memory);
	if (!status)
		return STATUS_OK;
	if (map->plot.script)
		plot_finish(&map->plot, options->dirty_png, NULL, NULL);
	close_all(map);
	return status;
}

void dirty_map_stop(struct dirty_map *map)
{
	if (is_wanted(map))
		ticker_stop(&map->ticker);
}

/* Each run is a line upwards, at the time when it was seen, with a point where it begins: most are short. */
void dirty_map_write_plot(FILE *script, const void *data, const char *path)
{
	const struct dirty_map *map = data;

	fputs("set terminal png size 1280,720 noenhanced\nset output ", script);
	plot_write_quoted(script, path);
	fputs("\nset xlabel 'seconds'\nset ylabel 'guest address (MiB)'\nset grid\n"
	      "set xrange [0:*]\nset yrange [0:*]\n$writes << END\n-1 0 0\n",
	      script);
	for (size_t i = 0; i < map->nr_writes; i++)
		fprintf(script, "%.3f %.6f %.6f\n", map->writes[i].time,
			(double)map->writes[i].gpa / 1048576,
			(double)map->writes[i].length / 1048576);
	fputs("END\nplot $writes using 1:2:(0):3 with vectors nohead linetype 1 linewidth 3 "
	      "notitle, "
	      "$writes using 1:2 with points linetype 1 pointtype 5 pointsize 0.5 "
	      "title 'pages written'\n",
	      script);
}

int dirty_map_finish(struct dirty_map *map)
{
	int drawn = STATUS_OK;
	int status;

	if (!is_wanted(map))
		return STATUS_OK;
	status = map->ticker.status ? map->ticker.status : look(map);
	if (map->options->dirty_png)
		drawn = plot_finish(&map->plot, map->options->dirty_png, dirty_map_write_plot, map);
	close_all(map);
	return status ? status : drawn;
}
