# SPDX-License-Identifier: LGPL-2.1-or-later
"""The tool kvmlib where no KVM is needed: usage, bad images, and the table of errors."""

import os
import pty
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

sys.path.insert(0, str(TOP / "uapi"))
from gen import tsv  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"


def _tool(*words, status=0):
    """Run the tool, require its exit status, and return (stdout, stderr) in one line each."""
    done = subprocess.run([TOOL, *words], capture_output=True, text=True, timeout=60,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == status, (words, done.returncode, done.stdout, done.stderr)
    return " ".join(done.stdout.split()), " ".join(done.stderr.split())


def _refused(words, *parts, status=2):
    """The tool ends with that status, prints nothing to stdout, and says all the parts."""
    out, err = _tool(*words, status=status)
    assert out == "", out
    for part in parts:
        assert part in err, (part, err)


def _image(size, content=b"\xf4"):
    file = tempfile.NamedTemporaryFile(prefix="kvmlib-image-")
    file.write(content)
    file.truncate(size)
    file.flush()
    return file


def help_and_version_are_there():
    assert "run IMAGE" in _tool("--help")[0]
    for command in ("run", "stat", "info", "explain", "monitor", "snapshot", "state", "cpu"):
        assert f"Usage: kvmlib {command}" in _tool(command, "--help")[0]
        assert _tool("help", command) == _tool(command, "--help")
    assert re.fullmatch(r"kvmlib \d+\.\d+\.\d+.*", _tool("--version")[0])


def unknown_words_are_refused():
    _refused(["bogus"], "bogus", "run", "stat", "info", "explain", "monitor", "snapshot", "state", "cpu")
    _refused(["run", "--bogus", "x"], "--bogus")
    _refused(["info", "x"], "info")


def run_without_or_with_two_images_is_usage():
    _refused(["run"], "image is missing")
    with _image(512) as one, _image(512) as two:
        _refused(["run", one.name, two.name], two.name)


def numbers_are_checked():
    with _image(512) as image:
        for option in ("--memory=0", "--memory=12x", "--memory=1", "--memory=-4096",
                       "--memory=99999999999G", "--timeout=x", "--timeout=0", "--timeout=-1",
                       "--smp=0", "--smp=abc", "--smp=-1", "--smp=2x", "--smp=", "--smp=4294967296", "--stats=0",
                       "--stats=x", "--stats=", "--stats=-1", "--load=x", "--entry=0x", "--irqchip=some"):
            _refused(["run", option, image.name], option.split("=", maxsplit=1)[0])


def several_vcpus_need_an_interrupt_controller():
    with _image(512) as image, _image(128 << 10) as rom:
        for words in (["--smp=2", image.name], ["--smp=2", "--irqchip=none", image.name],
                      ["--smp=2", "--firmware", "--irqchip=none", rom.name]):
            _refused(["run", *words], "--smp: ", "--irqchip=full")
        _refused(["run", "--cpus=1", image.name], "--cpus")
    for words in (["--smp=1"], ["--smp=2", "--irqchip=full"], ["-c2", "--firmware"]):  # the image comes next
        _refused(["run", *words, "/nonexistent/image"], "/nonexistent/image")


def memory_words_are_checked():
    with _image(512) as image:
        for words, complaint in (
                ("64M,", None), ("64M,backing=anonymous", None),
                ("64M,,", '"" is none of'), ("64M,bogus", '"bogus" is none of backing=, pages= and prefault'),
                ("64M,bogus=1", '"bogus=1" is none of'), ("64M,backing", "backing= is none of"),
                ("64M,backing=", "backing= is none of anonymous, memfd and file:PATH"),
                ("64M,backing=disk", "backing=disk is none of"), ("64M,backing=file:", "backing=file: is none of"),
                ("64M,pages", "pages= is none of"), ("64M,pages=64K", "pages=64K is none of 4K, 2M and 1G"),
                ("3M,pages=2M", "3M is not a multiple of 2M"), ("64M,pages=1G", "64M is not a multiple of 1G"),
                ("64M,prefault=1", 'prefault has no value such as "1"'),
                ("pages=2M", '"pages=2M" is no size'), (",prefault", '"" is no size')):
            if complaint:
                _refused(["run", f"--memory={words}", image.name], "--memory: ", complaint)
            else:  # the image comes next
                _refused(["run", f"--memory={words}", "/nonexistent/image"], "/nonexistent/image")


def file_of_memory_is_checked():
    with _image(512) as image, _image(1 << 20) as ram:
        def refused(path, *parts):
            _refused(["run", f"--memory=2M,backing=file:{path}", image.name], f"--memory: {path}: ", *parts)
        refused("/nonexistent/ram", "No such file")
        refused("/", "directory")
        refused(ram.name, "has only 1M")
        _refused(["run", f"--memory=2M,backing=file:{ram.name}", "/nonexistent/image"], "/nonexistent/image")


def _prefaulted(memory, signo=None):
    """Run a guest that halts, with stderr on a terminal; returns its status and what that shows.

    A signal is sent once there is something.
    """
    if os.uname().machine != "x86_64" or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        raise tap.Skip("no KVM that runs x86 code")
    leader, terminal = pty.openpty()
    with _image(512) as image, subprocess.Popen([TOOL, "run", f"--memory={memory},prefault", image.name],
                                                stdin=subprocess.DEVNULL, stderr=terminal) as tool:
        os.close(terminal)
        shown = os.read(leader, 4096)
        if signo:
            tool.send_signal(signo)
        try:
            while more := os.read(leader, 4096):
                shown += more
        except OSError:  # nobody has the terminal any more
            os.close(leader)
        return tool.wait(60), shown.decode()


def prefault_shows_how_far_it_is_and_wipes_that_away():
    status, shown = _prefaulted("64M")
    assert status == 0, (status, shown)
    line, _, rest = shown.rpartition("\r\x1b[K")
    assert line.endswith("] 100 %, 64 of 64 MiB of RAM"), shown
    assert re.fullmatch(r"(\r\[#* *\] +\d+ %, \d+ of 64 MiB of RAM)+", line), shown
    assert re.fullmatch(r"kvmlib run: the guest halted after .* s\s+", rest), shown


def ctrl_c_ends_a_prefault():
    status, shown = _prefaulted("1G", signal.SIGINT)
    assert status == 130, (status, shown)
    assert re.search(r"\r\x1b\[Kkvmlib run: ended by Ctrl-C \(SIGINT\) before the guest started\s+$", shown), shown


def images_are_checked():
    _refused(["run", "/nonexistent/image"], "/nonexistent/image", "No such file")
    _refused(["run", "/"], "/", "directory")
    with _image(0, b"") as empty:
        _refused(["run", empty.name], empty.name, "empty")
    with _image(1 << 20) as large:
        _refused(["run", "--memory=512K", large.name], large.name)


def firmware_images_are_checked():
    with _image(1000) as odd:
        _refused(["run", "--firmware", odd.name], odd.name, "1000")
    with _image(32 << 20) as large:
        _refused(["run", "--firmware", large.name], large.name)
    with _image(128 << 10) as rom:
        _refused(["run", "--firmware", "--memory=4G", rom.name], "overlaps the ROM", "0xfffe0000")


def host_without_kvm_is_explained():
    if os.path.exists("/dev/kvm"):
        raise tap.Skip("this host has /dev/kvm")
    _refused(["info"], "open(/dev/kvm)", "ENOENT", "modprobe", status=3)
    with _image(512) as image:
        _refused(["run", image.name], "open(/dev/kvm)", "ENOENT", status=3)


def explain_answers_for_every_row_of_the_facts():
    rows = tsv.read("errors")
    names = {row["id"]: row["name"] for row in tsv.read("causes")}
    pairs = {(row["ioctl"], row["errno"]) for row in rows}
    answers = {pair: _tool("explain", *pair)[0] for pair in sorted(pairs)}
    for row in rows:
        text = answers[row["ioctl"], row["errno"]]
        assert names[row["cause_id"]] in text, (row, text)
        assert row["cause"] in text, (row, text)


def explain_lists_every_pair():
    out = subprocess.run([TOOL, "explain", "--list"], capture_output=True, text=True, check=True).stdout
    lines = {" ".join(line.split()) for line in out.splitlines()}
    pairs = {f"{row['ioctl']} {row['errno']} " for row in tsv.read("errors")}
    assert len(lines) == len(pairs), (len(lines), len(pairs))
    missing = [pair for pair in pairs if not any(line.startswith(pair) for line in lines)]
    assert not missing, missing[:5]


def explain_suggests_near_names():
    _refused(["explain", "creat_vm"], "creat_vm", "KVM_CREATE_VM", status=1)


def output_that_can_not_be_written_is_an_error():
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run([TOOL, "explain", "--list"], stdout=full, stderr=subprocess.PIPE,
                              text=True, check=False)
    assert done.returncode == 3 and "No space left" in done.stderr, done


def explain_takes_names_and_numbers():
    expected = _tool("explain", "KVM_CREATE_VM", "EBUSY")
    assert "VIRTUALIZATION_BUSY" in expected[0]
    for words in (("create_vm", "16"), ("KVM_CREATE_VM", "-16"), ("Create_VM", "ebusy")):
        assert _tool("explain", *words) == expected, words


def explain_of_unknown_words_is_refused():
    _refused(["explain", "KVM_NO_SUCH"], "KVM_NO_SUCH", status=1)
    _refused(["explain", "KVM_CREATE_VM", "ENOSUCH"], "ENOSUCH", status=1)
    _refused(["explain", "KVM_CREATE_VM", "EBUSY", "more"], "more")


if __name__ == "__main__":
    sys.exit(tap.run([help_and_version_are_there, unknown_words_are_refused,
                      run_without_or_with_two_images_is_usage, numbers_are_checked,
                      several_vcpus_need_an_interrupt_controller, memory_words_are_checked, file_of_memory_is_checked,
                      prefault_shows_how_far_it_is_and_wipes_that_away, ctrl_c_ends_a_prefault, images_are_checked, firmware_images_are_checked,
                      host_without_kvm_is_explained, explain_answers_for_every_row_of_the_facts,
                      explain_lists_every_pair, explain_suggests_near_names,
                      output_that_can_not_be_written_is_an_error, explain_takes_names_and_numbers,
                      explain_of_unknown_words_is_refused]))
