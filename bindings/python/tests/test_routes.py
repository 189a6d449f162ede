# SPDX-License-Identifier: LGPL-2.1-or-later
"""Routes by name, and what becomes of those that are removed."""

import ctypes
import gc
import threading

import pytest

import kvmlib
from kvmlib import to_message, to_pin

ADDRESS = 0xFEE00000
SET_GSI_ROUTING = 0x4008AE6A


@pytest.fixture
def routes(vm):
    kvmlib.Irqchip(vm)
    return kvmlib.Routes(vm)


def test_the_kernels_own_are_there(routes):
    assert routes["ioapic4"].gsi() == 4
    assert "pic0" in routes and "nothing" not in routes
    assert routes.get("nothing") is None
    with pytest.raises(KeyError):
        routes["nothing"]  # pylint: disable=pointless-statement


def test_a_route_is_one_object(routes):
    added = routes.add("disk", to_message(ADDRESS, 0x41))
    assert routes["disk"] is added
    assert added.name() == "disk"
    assert repr(added) == f"<Route 'disk', GSI {added.gsi()}>"


def test_a_change_happens_as_a_whole(sim, routes):
    before = sim.nr_ioctls(SET_GSI_ROUTING)
    with routes.change() as change:
        first = change.add("one", to_message(ADDRESS, 1))
        change.add("two", to_pin(2, 9))
        assert "one" not in routes
    assert sim.nr_ioctls(SET_GSI_ROUTING) == before + 1
    assert routes["one"] is first and "two" in routes
    assert change.closed


def test_a_block_that_raises_changes_nothing(routes):
    count = len(routes)
    with pytest.raises(ZeroDivisionError), routes.change() as change:
        added = change.add("one", to_message(ADDRESS, 1))
        1 / 0  # pylint: disable=pointless-statement
    assert len(routes) == count
    assert added.closed and change.closed


def test_a_commit_that_fails_closes_what_it_would_have_added(routes):
    routes.add("one", to_message(ADDRESS, 1))
    change = routes.change()
    added = change.add("one", to_message(ADDRESS, 2))
    with pytest.raises(kvmlib.errors.ArgumentError) as failed:
        change.commit()
    assert failed.value.cause == kvmlib.Cause.NAME_TAKEN
    assert added.closed
    with pytest.raises(ValueError, match="closed"):
        added.gsi()


def test_a_removed_route_is_closed(routes):
    route = routes.add("one", to_message(ADDRESS, 1))
    routes.remove("one")
    assert route.closed
    for use in (route.gsi, route.name, lambda: kvmlib.Irqfd(route), lambda: routes.remove(route)):
        with pytest.raises((ValueError, ctypes.ArgumentError), match="closed"):
            use()


def test_a_route_that_two_changes_remove(routes):
    route = routes.add("one", to_message(ADDRESS, 1))
    first, second = routes.change(), routes.change()
    first.remove(route)
    second.remove(route)
    first.commit()
    assert route.closed
    with pytest.raises(kvmlib.errors.InterruptError) as failed:
        second.commit()
    assert failed.value.cause == kvmlib.Cause.ROUTE_GONE


def test_a_change_that_is_dropped_is_forgotten(routes):
    added = routes.change().add("one", to_message(ADDRESS, 1))
    gc.collect()
    assert added.closed
    assert "one" not in routes


def test_routes_outlive_their_table(routes):
    route = routes.add("one", to_message(ADDRESS, 1))
    routes.close()
    assert route.name() == "one"


def test_routes_are_not_looked_at_while_they_are_removed(routes):
    """Threads ask for names of routes that another one takes away: an exception, or the name."""
    wrong, end = [], threading.Event()

    def ask():
        while not end.is_set():
            route = routes.get("one")
            try:
                if route is not None and route.name() != "one":
                    wrong.append(route)
            except ValueError:
                pass
    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(300):
        routes.add("one", to_message(ADDRESS, 1))
        routes.remove("one")
    end.set()
    for thread in threads:
        thread.join()
    assert wrong == []
