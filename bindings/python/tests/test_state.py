# SPDX-License-Identifier: LGPL-2.1-or-later
"""States and plans."""

import gc

import pytest

import kvmlib
from kvmlib import Direction, State, StatePlan, Step
from guests import counter, guest, run_to


@pytest.fixture
def state():
    made = State()
    made["site.note"] = b"text"
    made["site.vcpu", 3] = b"\1\2"
    return made


def test_items_are_bytes(state):
    assert state["site.note"] == b"text" and state["site.vcpu", 3] == b"\1\2"
    assert "site.note" in state and "site.vcpu" not in state and ("site.vcpu", 3) in state
    assert [(item.name, item.instance) for item in state] == [("site.note", None), ("site.vcpu", 3)]
    assert len(state) == 2 and state.vcpu_ids() == [3]
    assert dict(state) == dict(state.items()) == {("site.note", None): b"text", ("site.vcpu", 3): b"\1\2"}
    with pytest.raises(KeyError):
        state["site.other"]  # pylint: disable=pointless-statement
    state.clear()
    assert len(state) == 0


def test_items_outlive_their_state(state):
    item = state.get("site.note")
    state.clear()
    state.close()
    assert item == ("site.note", None, 1, b"text")


def test_an_item_is_put_once(state):
    with pytest.raises(kvmlib.errors.StateError) as failed:
        state["site.note"] = b"again"
    assert failed.value.cause == kvmlib.Cause.STATE_ITEM_EXISTS
    assert state["site.note"] == b"text"


def test_bytes_and_back(state, tmp_path):
    blob = bytes(state)
    assert list(State.parse(blob)) == list(state)
    kvmlib.calls.state_validate(blob)
    with open(tmp_path / "state", "wb") as file:
        state.write(file.write)
        file.write(b"rest")
    with open(tmp_path / "state", "rb") as file:
        assert list(State.read(file)) == list(state)
        assert file.read() == b"rest"


def test_bytes_that_were_changed(state):
    blob = bytearray(bytes(state))
    blob[40] ^= 1
    with pytest.raises(kvmlib.errors.StateError) as failed:
        State.parse(blob)
    assert failed.value.cause == kvmlib.Cause.STATE_CHECKSUM
    with pytest.raises(kvmlib.errors.StateError) as failed:
        State.parse(bytes(state)[:50])
    assert failed.value.cause == kvmlib.Cause.STATE_TRUNCATED


def test_a_reader_that_raises():
    class File:
        def read(self, size):
            raise ZeroDivisionError(size)
    with pytest.raises(ZeroDivisionError):
        State.read(File())


def test_a_plan_saves_and_restores(vm, vcpu):
    plan = StatePlan(vm)
    vcpu.regs.rax = 7
    saved = plan.save()
    assert saved.vcpu_ids() == [0]
    vcpu.regs.rax = 8
    plan.restore(bytes(saved))
    assert vcpu.regs.rax == 7
    assert plan.check(saved) == []
    assert "regs" in plan.steps() and "regs" in plan.steps(Direction.RESTORING)


def test_what_stands_in_the_way(vm, vcpu):
    plan = StatePlan(vm)
    state = plan.save()
    state["unknown"] = b"x"
    problem, = plan.check(state)
    assert (problem.kind, problem.item) == (kvmlib.StateProblem.BAD_ITEM, "unknown")
    with pytest.raises(kvmlib.errors.UnsupportedError) as failed:
        plan.restore(state)
    assert failed.value.cause == kvmlib.Cause.STATE_UNSUPPORTED
    assert vcpu.get_regs()


def test_steps_of_the_programs_own(vm, vcpu):
    seen = []

    def put(state, of, one):
        seen.append((of is vm, one))
        state["site.disk"] = b"sectors"
    plan = StatePlan(vm, [Step("site.disk", put),
                          Step("site.disk", lambda state, *_: seen.append(state["site.disk"]), restoring=True),
                          Step("site.each", lambda _state, _vm, one: seen.append(one), ["regs"], once=False)],
                     skip=["fpu"] if "fpu" in StatePlan(vm).steps() else [])
    state = plan.save()
    assert state["site.disk"] == b"sectors"
    assert (True, None) in seen and vcpu in seen
    assert "site.disk" in plan.steps() and "fpu" not in plan.steps()
    gc.collect()
    plan.restore(state)
    assert seen[-1] == b"sectors"


def test_what_a_step_was_shown_is_closed_after_it(vm, vcpu):
    kept = []
    plan = StatePlan(vm, [Step("site.note", lambda state, *_: kept.append(state))])
    own = plan.save()
    plan.restore(own)  # saves the way back into a state that Python has not
    assert kept[0] is own and not own.closed and kept[1].closed
    with pytest.raises(ValueError, match="closed"):
        kept[1].count()
    assert not vcpu.closed


def test_a_step_that_raises(vm, vcpu):
    plan = StatePlan(vm, [Step("site.bad", lambda *_: 1 / 0)])
    with pytest.raises(ZeroDivisionError):
        plan.save()
    with pytest.raises(TypeError, match="function"):
        Step("site.bad", None)
    assert vcpu.get_regs()


def test_lists_of_wrong_things(vm, vcpu):
    for skip in ([1], [None], [b"regs"], "regs\0", 5):
        with pytest.raises((TypeError, ValueError)):
            StatePlan(vm, skip=skip)
    for name in ("steps", "vcpus"):
        for wrong in ([1], [None], [vm], ["regs"]):
            with pytest.raises((TypeError, ValueError, AttributeError)):
                vm.state_plan_new(**{"vcpus": [vcpu], name: wrong})


def test_a_state_that_is_anothers(vm, vcpu):
    vm.memory.add(0, 0x1000)
    with vm.snapshot() as snapshot:
        lent = snapshot.state()
        assert lent.vcpu_ids() == [vcpu.id()]
        for change in (lent.clear, lambda: StatePlan(vm).save(lent), lambda: lent.put("a.b", 0, 1, b"")):
            with pytest.raises(TypeError, match="read alone"):
                change()


def test_a_guest_goes_on_where_it_was(kvm):
    vm = guest(kvm, counter())
    vcpu = vm.vcpus[0]
    assert [run_to(vcpu) for _ in range(3)] == [0x30, 0x31, 0x32]
    plan = StatePlan(vm)
    with pytest.raises(kvmlib.KvmError) as failed:
        plan.save()
    assert failed.value.cause == kvmlib.Cause.EXIT_PENDING
    vcpu.finish()
    saved = plan.save()
    run_to(vcpu)
    vcpu.finish()
    plan.restore(saved)
    assert run_to(vcpu) == 0x33
