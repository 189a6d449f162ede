# SPDX-License-Identifier: LGPL-2.1-or-later
"""Images: written, read, looked at, mapped."""

import io

import pytest

import kvmlib
from kvmlib import Image, State

PAGE = 0x1000


@pytest.fixture
def memory(vm):
    made = kvmlib.Memory(vm)
    made.add(0, 16 * PAGE)
    made[3 * PAGE:] = b"three"
    return made


def test_pieces(memory):
    image = Image(Image.dump(memory))
    found = []
    image.walk(found.append)
    assert sum(piece.length for piece in found) == 16 * PAGE
    three, = [piece for piece in found if piece.data]
    assert three.data[3 * PAGE - three.gpa:][:5] == b"three"
    assert image.state() is None
    assert [(part.gpa, part.length) for part in image.parts()] == [(0, 16 * PAGE)]


def test_memory_is_taken_once(memory):
    image = Image(Image.dump(memory))
    image.check()
    with pytest.raises(kvmlib.errors.ImageError) as failed:
        image.check()
    assert failed.value.cause == kvmlib.Cause.IMAGE_SPENT


def test_a_chain(memory):
    consumer = memory.dirty.consumer()
    consumer.round()
    whole = io.BytesIO()
    base = Image.write(memory, whole)
    memory[5 * PAGE:] = b"five"
    consumer.round()
    more = io.BytesIO()
    Image.write(memory, more, base=base, consumer=consumer)
    assert len(more.getvalue()) < len(whole.getvalue())
    for gpa in (3 * PAGE, 5 * PAGE):
        memory[gpa:] = bytes(8)
    first = Image(whole.getvalue()).load(memory)
    assert first == base
    Image(more.getvalue()).load(memory, base=first)
    assert memory[3 * PAGE:3 * PAGE + 5] == b"three" and memory[5 * PAGE:5 * PAGE + 4] == b"five"
    with pytest.raises(kvmlib.errors.ImageError) as failed:
        Image(more.getvalue()).load(memory, base=kvmlib.structs.kvmlib_image_id())
    assert failed.value.cause == kvmlib.Cause.IMAGE_BASE


def test_states_go_with_it(memory):
    state = State()
    state["site.note"] = b"x"
    image = Image(Image.dump(memory, state=state))
    assert image.state()["site.note"] == b"x"
    kept = image.state()
    image.close()
    assert kept["site.note"] == b"x"
    with pytest.raises(TypeError, match="read alone"):
        kept.clear()


def test_progress_and_its_exceptions(memory):
    seen = []
    Image.dump(memory, progress=lambda *done: seen.append(done))
    assert seen[-1] == (16 * PAGE, 16 * PAGE)
    with pytest.raises(ZeroDivisionError):
        Image.dump(memory, progress=lambda *_: 1 / 0)


def test_a_file_that_raises(memory):
    class Full(io.RawIOBase):
        def write(self, _):
            raise OSError(28, "full")
    with pytest.raises(OSError, match="full"):
        Image.write(memory, Full())

    class Broken(io.RawIOBase):
        def readinto(self, _):
            raise KeyError("broken")
    with pytest.raises(KeyError, match="broken"):
        Image(Broken())


def test_a_file_that_writes_a_little(memory):
    class Slow(io.BytesIO):
        def write(self, data):
            return super().write(data[:100])
    slow = Slow()
    Image.write(memory, slow)
    assert slow.getvalue() == Image.dump(memory)


def test_no_image(tmp_path):
    with pytest.raises(kvmlib.errors.ImageError) as failed:
        Image(bytes(1000))
    assert failed.value.cause == kvmlib.Cause.IMAGE_NOT_ONE
    with pytest.raises(FileNotFoundError):
        Image(tmp_path / "nothing")
    with pytest.raises(TypeError):
        Image(7.5)


def test_holes_are_not_read(memory, tmp_path, monkeypatch):
    path = tmp_path / "image"
    read, sizes = kvmlib.image._Source._read, []
    monkeypatch.setattr(kvmlib.image._Source, "_read", lambda *of: sizes.append(read(*of)) or sizes[-1])
    Image.write(memory, path)
    with open(path, "rb") as file:
        assert file.read() == Image.dump(memory)
    with Image(path) as image:
        file = image._source.file
        image.check()
    assert file.closed
    assert sum(sizes) < 8 * PAGE


def test_cs_own_call_gives_all_bytes(memory):
    parts = []
    memory.image_write(parts.append)
    assert b"".join(parts) == Image.dump(memory)


def test_mapped(kvm, tmp_path):
    vm = kvmlib.Vm(kvm)
    vm.memory.add(0, 16 * PAGE)
    vm.memory[3 * PAGE:] = b"three"
    path = tmp_path / "image"
    Image.write(vm.memory, path)
    clone = kvmlib.Vm(kvm)
    with open(path, "rb") as file, Image(path) as image:
        image.map_into(clone.memory, file.fileno())
    assert clone.memory[3 * PAGE:3 * PAGE + 5] == b"three"
    clone.memory[3 * PAGE:] = b"other"
    assert vm.memory[3 * PAGE:3 * PAGE + 5] == b"three"
