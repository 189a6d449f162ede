# SPDX-License-Identifier: LGPL-2.1-or-later
"""Pictures of what a guest does, by matplotlib, which is imported when one is drawn.

Each function gives a matplotlib figure: `figure.savefig("exits.png")`, or the figure's name alone in a notebook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ._generated.enums import MemoryFlag

if TYPE_CHECKING:
    from .history import DirtyHistory, ExitHistory
    from .memory import Memory

_PAGE = 4096
_GAP = "0.93"


def _figure(title: str, rows: int = 1) -> tuple[Any, list[Any]]:
    """A figure of its own, which no state of pyplot's knows of."""
    # pylint: disable-next=import-outside-toplevel
    from matplotlib.figure import Figure  # type: ignore[import]
    figure = Figure(figsize=(8, 3 + 2 * rows), layout="constrained")
    figure.suptitle(title)
    axes: list[Any] = []
    for row in range(rows):
        axes.append(figure.add_subplot(rows, 1, row + 1, sharex=axes[0] if axes else None))
    return figure, axes


def exits(history: ExitHistory, bins: int = 60) -> Any:
    """Exits over time, by reason: so many bars, each with the exits of its time on top of each other."""
    figure, (axes,) = _figure("Exits")
    reasons = history.counts()
    if reasons:
        labels = [f"{reason.name}: {count}" for reason, count in reasons.items()]
        axes.hist([history.times_of(reason) for reason in reasons], bins=bins, stacked=True, label=labels)
        axes.legend()
    axes.set_xlabel("seconds")
    axes.set_ylabel("exits")
    return figure


def dirty_pages(history: DirtyHistory) -> Any:
    """Dirty pages over time: above how many in each round, below where they are."""
    figure, (count, place) = _figure("Dirty pages", 2)
    times = [one.time for one in history.rounds]
    count.step(times, [one.pages for one in history.rounds], where="pre")
    count.set_ylabel("pages in a round")
    count.set_yscale("symlog")
    _draw_places(place, history)
    place.set_xlabel("seconds")
    place.set_ylabel("pages that were written")
    return figure


def _draw_places(axes: Any, history: DirtyHistory) -> None:
    """A dot for each page and round; pages that nobody wrote take no room."""
    written = [(one.time, page) for one in history.rounds for run in one.runs
               for page in range(run.gpa, run.gpa + run.length, _PAGE)]
    pages = sorted({page for _, page in written})
    rank = {page: number for number, page in enumerate(pages)}
    axes.plot([when for when, _ in written], [rank[page] for _, page in written], ".", markersize=3)
    ticks = [rank[page] for page in pages[::max(1, len(pages) // 8)]]
    axes.set_yticks(ticks, [f"{pages[tick]:#x}" for tick in ticks])


def memory_map(memory: Memory) -> Any:
    """The regions of a map by address. A region eight times as long is three steps higher, whatever lies between."""
    figure, (axes,) = _figure("Guest memory")
    bottom, end = 0, 0
    ticks: dict[int, int] = {}
    for region in sorted(memory, key=lambda one: one.gpa):
        if region.gpa > end:
            axes.bar(0, 1, bottom=bottom, width=1, color=_GAP)
            bottom += 1
        height = max(1, (region.length // _PAGE).bit_length())
        axes.bar(0, height, bottom=bottom, width=1, edgecolor="black")
        axes.text(0, bottom + height / 2, _about(region), ha="center", va="center")
        end = region.gpa + region.length
        ticks |= {bottom: region.gpa, bottom + height: end}
        bottom += height
    axes.set_yticks(list(ticks), [f"{address:#x}" for address in ticks.values()])
    axes.set_xticks([])
    return figure


def _about(region: Any) -> str:
    flags = MemoryFlag(region.describe().flags)
    return f"{region.name} {_size(region.length)}{f', {flags.name}' if flags else ''}".strip()


def _size(length: int) -> str:
    for shift, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if length >> shift and not length & (1 << shift) - 1:
            return f"{length >> shift} {unit}"
    return f"{length} bytes"
