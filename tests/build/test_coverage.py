# SPDX-License-Identifier: LGPL-2.1-or-later
"""docs/coverage believes what tests recorded, and nothing else."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap  # noqa: E402

TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
BUILD = Path(os.environ.get("builddir", ".")).resolve()
DIRTY_LOG, ENABLE_CAP, CHECK_EXTENSION = "0x4010ae42", "0x4068aea3", "0xae03"


class Copy:
    """The script with a table of its own, empty at first."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="kvmlib-coverage-"))
        shutil.copytree(TOP / "uapi", self.folder / "uapi")
        shutil.copytree(TOP / "docs" / "coverage_table", self.folder / "docs" / "coverage_table")
        for name in ("coverage", "coverage-reasons.tsv"):
            shutil.copy(TOP / "docs" / name, self.folder / "docs" / name)
        subprocess.run(["chmod", "-R", "u+w", self.folder], check=True)  # sources may be read-only

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def run(self, *options, unit=(), live=(), vm=()):
        """The status and the complaints for records with those lines."""
        words = [self._record("unit", ["sim " + line for line in unit])] if unit else []
        words += [self._record("live", ["6.8 " + line for line in live])] if live else []
        if vm:
            words += ["--vm", self._record("vm", vm)]
        done = subprocess.run(["/usr/bin/python3", self.folder / "docs/coverage", *options, *words],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def _record(self, name, lines):
        path = self.folder / name
        path.write_text("1..1\nok 1 - test\n" +
                        "".join(f"# recorded x86_64 {line}\n" for line in lines))
        return str(path)

    def row(self, ioctl):
        """One row's cells."""
        head, *lines = (self.folder / "docs/coverage.tsv").read_text().splitlines()
        return next(dict(zip(head.split("\t"), line.split("\t"))) for line in lines
                    if line.startswith(ioctl + "\t"))


UNIT = [f"kvmlib_vm_get_dirty_log {DIRTY_LOG} vm 0", f"kvmlib_vm_get_dirty_log {DIRTY_LOG} vm -2"]
VM = [f"{kernel} kvmlib_vm_get_dirty_log {DIRTY_LOG} vm 0" for kernel in ("6.1", "6.12", "7.2")]


def _written(copy, **records):
    status, complaints = copy.run(**records)
    assert (status, complaints) == (0, ""), complaints


def _refused(copy, text, *options, **records):
    status, complaints = copy.run(*options, **records)
    assert status == 1 and text in complaints, (status, complaints)


def every_ioctl_that_is_not_obsolete_has_a_row():
    with Copy() as copy:
        _written(copy, unit=UNIT)
        lines = [line.split("\t") for line in (TOP / "uapi/ioctls.tsv").read_text().splitlines()[1:]]
        wanted = [line[0] for line in lines if line[12] == "no"]
        table = (copy.folder / "docs/coverage.tsv").read_text().splitlines()[1:]
        assert [line.split("\t")[0] for line in table] == wanted


def cells_tell_results_and_kernels():
    with Copy() as copy:
        _written(copy, unit=UNIT, vm=VM, live=[UNIT[0]])
        row = copy.row("KVM_GET_DIRTY_LOG")
        assert row["function"] == "kvmlib_vm_get_dirty_log", row
        assert row["unit"] == "x86_64: ok ENOENT", row
        assert row["live"] == "x86_64: ok", row
        assert row["vm"] == "x86_64: 6.1 6.12 7.2", row
        assert copy.run("--check", unit=UNIT, vm=VM) == (0, "")


def several_kinds_and_architectures_are_told_apart():
    with Copy() as copy:
        _written(copy, unit=[f"kvmlib_vm_check_extension {CHECK_EXTENSION} vm 0",
                             f"kvmlib_system_check_extension {CHECK_EXTENSION} system 0"])
        path = copy.folder / "other"
        path.write_text(f"# recorded aarch64 sim kvmlib_vm_check_extension {CHECK_EXTENSION} vm 0\n")
        subprocess.run([copy.folder / "docs/coverage", path], check=True)
        row = copy.row("KVM_CHECK_EXTENSION")
        assert row["unit"] == "x86_64 system: ok; x86_64 vm: ok; arm64 vm: ok", row
        assert row["function"] == "kvmlib_system_check_extension kvmlib_vm_check_extension", row


def others_than_the_ioctls_own_function_do_not_count():
    with Copy() as copy:
        _written(copy, unit=[f"kvmlib_vm_ioctl {DIRTY_LOG} vm 0",
                             f"kvmlib_dirty_start {DIRTY_LOG} vm 0",
                             f"kvmlib_vm_get_dirty_log_all {DIRTY_LOG} vm 0",
                             f"kvmlib_vm_get_dirty_log {CHECK_EXTENSION} vm 0",
                             f"kvmlib_vcpu_enable_cap {ENABLE_CAP} vm 0",
                             f"- {CHECK_EXTENSION} vm 0"])
        for ioctl in ("KVM_GET_DIRTY_LOG", "KVM_CHECK_EXTENSION", "KVM_ENABLE_CAP"):
            assert copy.row(ioctl)["unit"] == "-", copy.row(ioctl)


def errnos_of_unit_tests_count_if_facts_list_them():
    with Copy() as copy:
        _written(copy, unit=[UNIT[0], f"kvmlib_vm_get_dirty_log {DIRTY_LOG} vm -18"],
                 live=[f"kvmlib_vm_get_dirty_log {DIRTY_LOG} vm -18"])
        row = copy.row("KVM_GET_DIRTY_LOG")
        assert (row["unit"], row["live"]) == ("x86_64: ok", "x86_64: EXDEV"), row


def call_without_a_function_is_refused():
    with Copy() as copy:
        _refused(copy, "issued by no public function", unit=[f"- {DIRTY_LOG} vm 0"])


def new_row_and_new_errno_are_found():
    with Copy() as copy:
        _written(copy, unit=UNIT[:1])
        _refused(copy, "KVM_GET_DIRTY_LOG: unit", "--check", unit=UNIT)
        _refused(copy, "KVM_ENABLE_CAP: function", "--check",
                 unit=UNIT[:1] + [f"kvmlib_vm_enable_cap {ENABLE_CAP} vm 0"])
        _refused(copy, "KVM_GET_DIRTY_LOG: live", "--check", live=UNIT[:1])


def claim_that_the_run_does_not_show_is_found():
    with Copy() as copy:
        _written(copy, unit=UNIT, vm=VM, live=UNIT)
        _refused(copy, "KVM_GET_DIRTY_LOG: unit", "--check", unit=UNIT[:1])
        other = f"6.12 kvmlib_vm_check_extension {CHECK_EXTENSION} vm 0"
        _refused(copy, "KVM_GET_DIRTY_LOG: vm", "--check", vm=[VM[0], other])


def what_did_not_run_is_kept():
    with Copy() as copy:
        _written(copy, unit=UNIT, vm=VM, live=UNIT)
        assert copy.run("--check", live=UNIT[:1]) == (0, "")
        assert copy.run("--check", vm=VM[:1]) == (0, "")
        _written(copy, unit=UNIT[:1])
        row = copy.row("KVM_GET_DIRTY_LOG")
        assert row["unit"] == "x86_64: ok", row
        assert (row["live"], row["vm"]) == ("x86_64: ok ENOENT", "x86_64: 6.1 6.12 7.2"), row


def newer_kernel_is_named_but_not_compared():
    with Copy() as copy:
        _written(copy, vm=VM)
        status, note = copy.run("--check", vm=VM[:2] + [f"7.3 kvmlib_vm_get_dirty_log {DIRTY_LOG} vm 0"])
        assert status == 0 and "7.3" in note, (status, note)


def reason_of_what_runs_is_refused():
    with Copy() as copy:
        path = copy.folder / "docs/coverage-reasons.tsv"
        path.write_text("ioctls\treason\nKVM_GET_DIRTY_LOG\tno host\n")
        _refused(copy, "KVM_GET_DIRTY_LOG can be run", vm=VM)
        path.write_text("ioctls\treason\nKVM_NO_SUCH\tno host\n")
        _refused(copy, "no ioctl is KVM_NO_SUCH", unit=UNIT)


def edited_file_and_empty_record_are_refused():
    with Copy() as copy:
        _written(copy, unit=UNIT)
        path = copy.folder / "docs/coverage.tsv"
        path.write_text(path.read_text().replace("KVM_XEN_HVM_CONFIG\t-\t", "KVM_XEN_HVM_CONFIG\tkvmlib_vm_xen_hvm_config\t"))
        status, _ = copy.run("--check", unit=UNIT)
        assert status == 1
        empty = copy.folder / "empty"
        empty.write_text("1..0\n")
        done = subprocess.run([copy.folder / "docs/coverage", empty], capture_output=True, text=True, check=False)
        assert done.returncode == 1 and "has no record" in done.stderr, done


def tests_record_where_the_variable_says():
    program = BUILD / "tests/unit/unit"
    with Copy() as copy:
        record = copy.folder / "record"
        subprocess.run([program], env=dict(os.environ, KVMLIB_TEST_RECORD=str(record), CK_RUN_SUITE="slot"),
                       check=True, stdout=subprocess.DEVNULL)
        lines = set(record.read_text().splitlines())
        machine = os.uname().machine
        assert any(line.startswith(f"# recorded {machine} sim kvmlib_vm_get_dirty_log ")
                   and line.endswith(" vm -2") for line in lines), lines
        assert all(line.startswith(f"# recorded {machine} sim kvmlib_") for line in lines), lines
        done = subprocess.run([program], env=dict(os.environ, KVMLIB_TEST_RECORD="/nowhere/record"),
                              capture_output=True, text=True, check=False)
        assert done.returncode == 99 and "KVMLIB_TEST_RECORD" in done.stderr, done


if __name__ == "__main__":
    sys.exit(tap.run([every_ioctl_that_is_not_obsolete_has_a_row, cells_tell_results_and_kernels,
                      several_kinds_and_architectures_are_told_apart,
                      others_than_the_ioctls_own_function_do_not_count,
                      errnos_of_unit_tests_count_if_facts_list_them, call_without_a_function_is_refused,
                      new_row_and_new_errno_are_found, claim_that_the_run_does_not_show_is_found,
                      what_did_not_run_is_kept, newer_kernel_is_named_but_not_compared,
                      reason_of_what_runs_is_refused, edited_file_and_empty_record_are_refused,
                      tests_record_where_the_variable_says]))
