# SPDX-License-Identifier: LGPL-2.1-or-later
"""`kvmlib snapshot`: images by hand, whole, in chains and damaged; needs no KVM."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

sys.path.insert(0, str(TOP / "tests" / "tool"))
from image_file import PAGE, READONLY, identity_of, make_image  # noqa: E402
from state_file import VM, make_state  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
STATE = make_state([("regs", 0, b"registers"), ("clock", VM, b"12345678")])
ROM = (0xFFFFF000, b"r" * PAGE, READONLY)


def _page(byte):
    return bytes([byte]) * PAGE


BASE = make_image(STATE, [(0, _page(1) + _page(0) + _page(2)), ROM])
MONDAY = make_image(STATE, [(PAGE, _page(3))], base=identity_of(BASE))
TUESDAY = make_image(make_state([("regs", 0, b"Registers")]), [(0, _page(0)), (2 * PAGE, _page(4))],
                     base=identity_of(MONDAY))
FILES = {"base": BASE, "monday": MONDAY, "tuesday": TUESDAY}


class Folder:
    """A folder with the images, and the program run in it."""

    def __init__(self, **more):
        self.place = tempfile.TemporaryDirectory(prefix="kvmlib-snapshot-")  # pylint: disable=consider-using-with
        self.path = Path(self.place.name)
        for name, data in {**FILES, **more}.items():
            (self.path / name).write_bytes(data)

    def run(self, *words, stdin=b""):
        return subprocess.run([TOOL, "snapshot", *words], capture_output=True, timeout=60, check=False, input=stdin,
                              cwd=self.path)

    def refused(self, status, text, *words, stdin=b""):
        done = self.run(*words, stdin=stdin)
        said = " ".join(done.stderr.decode().split())
        assert done.returncode == status and text in said, (words, done)
        return done


def info_tells_what_an_image_is():
    folder = Folder()
    done = folder.run("info", "base")
    text = " ".join(done.stdout.decode().split())
    assert done.returncode == 0, done
    for part in ("whole image", "x86-64, pages of 4096 bytes", "items", "memory: 16384 bytes, 2 parts",
                 "0 12288 0", "0xfffff000 4096 0 readonly"):
        assert part in text, (part, text)
    assert "increment of" in folder.run("info", "monday").stdout.decode()


def _identity(image):
    words = [int.from_bytes(identity_of(image)[at:at + 4], "little") for at in range(0, 16, 4)]
    return "-".join(f"{word:08x}" for word in words)


def info_is_json():
    folder = Folder()
    done = json.loads(folder.run("info", "--json", "base").stdout)
    assert done["whole"] and done["base"] is None and done["architecture"] == "x86-64", done
    assert done["page_size"] == PAGE and done["memory_bytes"] == 4 * PAGE and done["state_items"] == 2, done
    assert done["parts"][1] == {"address": 0xFFFFF000, "bytes": PAGE, "space": 0, "readonly": True}, done
    done = json.loads(folder.run("info", "-j", "tuesday").stdout)
    assert not done["whole"] and done["base"] == _identity(MONDAY), done


def verify_checks_chains():
    folder = Folder()
    done = folder.run("verify", "base", "monday", "tuesday")
    assert done.returncode == 0 and done.stdout.count(b"as it was written") == 3, done
    done = folder.run("verify", "-", stdin=BASE)
    assert done.returncode == 0 and done.stdout == b"standard input: as it was written\n", done
    done = json.loads(folder.run("verify", "--json", "base", "tuesday").stdout)
    assert [row["intact"] for row in done] == [True, False] and done[1]["identity"] is None, done
    assert done[0] == {"image": "base", "intact": True, "identity": _identity(BASE)}, done
    folder.refused(1, "monday: is an increment of another image, which has to come before it", "verify", "monday")
    folder.refused(1, "tuesday: is an increment of another image than the one before it", "verify", "base", "tuesday")


def verify_tells_what_is_damaged():
    flipped = bytearray(BASE)
    flipped[3 * PAGE + 5] ^= 1
    folder = Folder(flipped=bytes(flipped), cut=BASE[:-1], longer=BASE + b"x", empty=b"", state=STATE + bytes(PAGE))
    for name, text in (("flipped", "has changed since it was written"), ("cut", "ends too early"),
                       ("longer", "something follows the image"), ("empty", "ends too early"),
                       ("state", "the bytes are no image")):
        folder.refused(1, f"{name}: ", "verify", name)
        done = folder.refused(1, text, "verify", "base", name)
        assert done.stdout == b"base: as it was written\n", done
    folder.refused(2, "nowhere: No such file or directory", "verify", "nowhere")
    folder.refused(1, "monday: is an increment of another image, which has to come before it", "verify", "flipped",
                   "monday")


def diff_tells_pages_and_items():
    other = make_image(make_state([("regs", 0, b"registerS"), ("pit", VM, b"x")]),
                       [(0, _page(1) + _page(7) + _page(8)), (0x10000, _page(1))])
    folder = Folder(other=other)
    assert folder.run("diff", "base", "base").returncode == 0
    done = folder.run("diff", "base", "other")
    assert done.returncode == 1, done
    assert done.stdout.decode().splitlines() == [
        "! memory 0x1000-0x2fff", "- memory 0xfffff000-0xffffffff", "+ memory 0x10000-0x10fff",
        "! regs of vCPU 0: 1 of 9 bytes, from byte 8 on", "- clock", "+ pit"], done
    done = json.loads(folder.run("diff", "--json", "base", "other").stdout)
    assert done["memory"] == [{"address": 0x1000, "bytes": 0x2000, "space": 0, "in": "both"},
                              {"address": 0xFFFFF000, "bytes": PAGE, "space": 0, "in": "a"},
                              {"address": 0x10000, "bytes": PAGE, "space": 0, "in": "b"}], done
    assert [row["name"] for row in done["state"]] == ["regs", "clock", "pit"], done


def diff_of_what_can_not_be_compared():
    folder = Folder(bare=make_image(b"", [(0, _page(1) + _page(0) + _page(2)), ROM]),
                    arm=make_image(make_state([], 183), [(0, _page(1) + _page(0) + _page(2)), ROM], architecture=183))
    folder.refused(1, "only one of them has a state", "diff", "base", "bare")
    folder.refused(2, "one state is of x86-64, the other of arm64", "diff", "base", "arm")
    folder.refused(1, "monday: is an increment", "diff", "base", "monday")


def extract_writes_what_a_chain_stands_for():
    folder = Folder()
    done = folder.run("extract", "--memory", "memory", "--state", "state", "base", "monday", "tuesday")
    assert done.returncode == 0, done
    memory = folder.path / "memory"
    assert memory.stat().st_size == 1 << 32 and memory.stat().st_blocks * 512 < 1 << 20, memory.stat()
    with open(memory, "rb") as file:
        assert file.read(4 * PAGE) == _page(0) + _page(3) + _page(4) + _page(0)
        file.seek(0xFFFFF000)
        assert file.read() == _page(ord("r"))
    assert (folder.path / "state").read_bytes() == make_state([("regs", 0, b"Registers")])
    assert sorted(os.listdir(folder.path)) == ["base", "memory", "monday", "state", "tuesday"]


def extract_ends_with_zeros():
    folder = Folder(zeros=make_image(b"", [(0, _page(1) + _page(0) * 5)]))
    assert folder.run("extract", "-m", "memory", "zeros").returncode == 0
    assert (folder.path / "memory").read_bytes() == _page(1) + _page(0) * 5


def extract_refuses_what_is_no_chain():
    folder = Folder(bare=make_image(b"", [(0, _page(1))]),
                    elsewhere=make_image(STATE, [(8 * PAGE, _page(1))], base=identity_of(BASE)))
    (folder.path / "memory").write_bytes(b"old")
    for status, text, *files in ((1, "tuesday: is an increment of another image than", "base", "tuesday"),
                                 (1, "monday: is an increment of another image, which", "monday"),
                                 (1, "base: is no increment", "base", "base"),
                                 (1, "elsewhere: its memory at 0x8000 is not in the image before it", "base",
                                  "elsewhere")):
        folder.refused(status, text, "extract", "-m", "memory", *files)
    folder.refused(1, "the image has no state", "extract", "-s", "state", "bare")
    folder.refused(3, "can't save to /nonexistent/x: No such file", "extract", "-m", "/nonexistent/x", "base")
    assert (folder.path / "memory").read_bytes() == b"old"


def compressed_images_are_read():
    zstd = subprocess.run(["zstd", "--version"], capture_output=True, check=False) if _has_zstd() else None
    if not zstd:
        raise tap.Skip("no zstd(1) to compress with")
    small = subprocess.run(["zstd", "-q", "-c"], input=BASE, capture_output=True, check=True).stdout
    damaged = bytearray(small)
    damaged[-1] ^= 1
    folder = Folder(small=small, cut=small[:-8], damaged=bytes(damaged))
    assert folder.run("verify", "small").returncode == 0
    assert folder.run("diff", "base", "small").returncode == 0
    folder.refused(1, "cut: ", "verify", "cut")
    folder.refused(1, "damaged: what is compressed has changed since it was written", "verify", "damaged")


def _has_zstd():
    return any(os.access(Path(place) / "zstd", os.X_OK) for place in os.environ.get("PATH", "").split(":"))


def wrong_usage_is_refused():
    folder = Folder()
    folder.refused(2, 'no "bogus"; there are: info, diff, verify, extract', "bogus", "base")
    folder.refused(2, "info wants 1 file, not 2", "info", "base", "base")
    folder.refused(2, "verify wants 1 file or more, not 0", "verify")
    folder.refused(2, "extract: --memory or --state tells what, and where to", "extract", "base")
    assert folder.run().returncode == 2


if __name__ == "__main__":
    sys.exit(tap.run([info_tells_what_an_image_is, info_is_json, verify_checks_chains, verify_tells_what_is_damaged,
                      diff_tells_pages_and_items, diff_of_what_can_not_be_compared,
                      extract_writes_what_a_chain_stands_for, extract_ends_with_zeros, extract_refuses_what_is_no_chain,
                      compressed_images_are_read, wrong_usage_is_refused]))
