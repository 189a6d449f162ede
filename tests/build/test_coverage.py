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
DIRTY_LOG, ENABLE_CAP, CHECK_EXTENSION, VCPU_INIT = "0x4010ae42", "0x4068aea3", "0xae03", "0x4020aeae"


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

    def run(self, *options, unit=(), live=(), hosts=None):
        """The status and the complaints for records with those lines."""
        words = [self._record("unit", ["sim " + line for line in unit])] if unit else []
        words += [self._record("live", ["6.8 " + line for line in live])] if live else []
        for host, lines in (hosts or {}).items():
            words += ["--host", f"{host}={self._record(host, lines, MACHINES[host.partition(':')[0]])}"]
        done = subprocess.run(["/usr/bin/python3", self.folder / "docs/coverage", *options, *words],
                              capture_output=True, text=True, check=False)
        return done.returncode, done.stderr

    def _record(self, name, lines, machine="x86_64"):
        """Lines that begin with # are taken as they are."""
        path = self.folder / name
        path.write_text("1..1\nok 1 - test\n" +
                        "".join(f"{line}\n" if line[0] == "#" else f"# recorded {machine} {line}\n" for line in lines))
        return str(path)

    def row(self, ioctl):
        """One row's cells."""
        head, *lines = (self.folder / "docs/coverage.tsv").read_text().splitlines()
        return next(dict(zip(head.split("\t"), line.split("\t"))) for line in lines
                    if line.startswith(ioctl + "\t"))


UNIT = [f"kvmlib_vm_get_dirty_log {DIRTY_LOG} vm 0", f"kvmlib_vm_get_dirty_log {DIRTY_LOG} vm -2"]
MACHINES = {"x86_64": "x86_64", "arm64": "aarch64", "arm64-gicv2": "aarch64", "riscv64": "riscv64"}


def _of(version, *calls):
    """What a host of that kernel records: the dirty log, and these."""
    return [f"{version} {call}" for call in (f"kvmlib_vm_get_dirty_log {DIRTY_LOG} vm 0", *calls)]


HOSTS = {"x86_64:6.1": _of("6.1"), "x86_64:6.12": _of("6.12"), "x86_64:7": _of("7.2")}
OTHER = f"kvmlib_vm_check_extension {CHECK_EXTENSION} vm 0"


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


def cells_tell_results():
    with Copy() as copy:
        _written(copy, unit=UNIT, hosts=HOSTS, live=[UNIT[0]])
        row = copy.row("KVM_GET_DIRTY_LOG")
        assert row["function"] == "kvmlib_vm_get_dirty_log", row
        assert row["unit"] == "x86_64: ok ENOENT", row
        assert row["live"] == "x86_64: ok", row
        assert [row[host] for host in HOSTS] == ["passed"] * 3, row
        assert copy.run("--check", unit=UNIT, hosts=HOSTS) == (0, "")


def hosts_have_columns_in_order():
    with Copy() as copy:
        _written(copy, hosts={"riscv64:7": _of("7.2"), "arm64:6.12": _of("6.12"), "arm64-gicv2:6.1": _of("6.1"),
                              "x86_64:6.12": _of("6.12"), "x86_64:6.1": _of("6.1"), "arm64:6.1": _of("6.1")})
        head = (copy.folder / "docs/coverage.tsv").read_text().split("\n", 1)[0].split("\t")
        assert [name for name in head if ":" in name] == ["x86_64:6.1", "x86_64:6.12", "arm64:6.1", "arm64-gicv2:6.1",
                                                          "arm64:6.12", "riscv64:7"], head
        _status, complaints = copy.run("--host", "sparc:7=/dev/null")
        assert "no host is sparc:7" in complaints, complaints


def cells_of_hosts_tell_why_not():
    with Copy() as copy:
        init = f"kvmlib_vcpu_arm_vcpu_init {VCPU_INIT} vcpu -22"
        _written(copy, hosts={"arm64:6.1": _of("6.1", init, OTHER) + ["# lacks KVM_CAP_IRQFD KVM_CAP_IRQ_ROUTING"],
                              "x86_64:7": _of("7.2")})
        asked = {"KVM_GET_DIRTY_LOG": "passed", "KVM_CHECK_EXTENSION": "passed (vm)", "KVM_ARM_VCPU_INIT": "not run",
                 "KVM_IRQFD": "skipped: no KVM_CAP_IRQFD", "KVM_SET_USER_MEMORY_REGION2": "skipped: since Linux 6.8",
                 "KVM_ARM_MTE_COPY_TAGS": "skipped: needs memory tagging, which the emulated hosts are started without",
                 "KVM_GET_MSRS": "-", "KVM_S390_KEYOP": "-"}
        shown = {ioctl: copy.row(ioctl)["arm64:6.1"] for ioctl in asked}
        assert shown == asked, shown
        assert copy.row("KVM_ARM_VCPU_INIT")["x86_64:7"] == "-"
        assert copy.row("KVM_SET_USER_MEMORY_REGION2")["x86_64:7"] == "not run"


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
        _written(copy, unit=UNIT, hosts=HOSTS, live=UNIT)
        _refused(copy, "KVM_GET_DIRTY_LOG: unit", "--check", unit=UNIT[:1])
        _refused(copy, 'KVM_GET_DIRTY_LOG: x86_64:6.12 claims "passed", but the tests show "not run"', "--check",
                 hosts={**HOSTS, "x86_64:6.12": ["6.12 " + OTHER]})
        _refused(copy, 'KVM_GET_DIRTY_LOG: x86_64:7 claims "passed"', "--check",
                 hosts={"x86_64:7": ["7.3 " + OTHER, "# lacks KVM_CAP_USER_MEMORY"]})


def what_did_not_run_is_kept():
    with Copy() as copy:
        _written(copy, unit=UNIT, hosts=HOSTS, live=UNIT)
        assert copy.run("--check", live=UNIT[:1]) == (0, "")
        assert copy.run("--check", hosts={"x86_64:6.1": HOSTS["x86_64:6.1"]}) == (0, "")
        _written(copy, unit=UNIT[:1])
        row = copy.row("KVM_GET_DIRTY_LOG")
        assert row["unit"] == "x86_64: ok", row
        assert (row["live"], row["x86_64:7"]) == ("x86_64: ok ENOENT", "passed"), row


def what_a_host_shows_first_is_found():
    with Copy() as copy:
        _written(copy, hosts=HOSTS)
        _refused(copy, 'KVM_CHECK_EXTENSION: x86_64:7 claims "not run", but the tests show "passed (vm)"', "--check",
                 hosts={"x86_64:7": _of("7.2", OTHER)})
        _refused(copy, "arm64:7", "--check", hosts={"arm64:7": _of("7.2")})


def what_a_newer_kernel_has_is_no_failure():
    with Copy() as copy:
        lacks = ["# lacks KVM_CAP_ENABLE_CAP_VM KVM_CAP_ENABLE_CAP"]
        _written(copy, hosts={"x86_64:7": _of("7.2") + lacks})
        assert copy.row("KVM_ENABLE_CAP")["x86_64:7"].startswith("skipped: no KVM_CAP_"), copy.row("KVM_ENABLE_CAP")
        newer = _of("7.3", f"kvmlib_vm_enable_cap {ENABLE_CAP} vm 0")
        assert copy.run("--check", hosts={"x86_64:7": newer}) == (0, "")


def reason_of_what_runs_is_refused():
    with Copy() as copy:
        path = copy.folder / "docs/coverage-reasons.tsv"
        path.write_text("ioctls\treason\nKVM_GET_DIRTY_LOG\tno host\n")
        _refused(copy, "KVM_GET_DIRTY_LOG can be run", hosts=HOSTS)
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
    sys.exit(tap.run([every_ioctl_that_is_not_obsolete_has_a_row, cells_tell_results, hosts_have_columns_in_order,
                      cells_of_hosts_tell_why_not, what_a_host_shows_first_is_found, what_a_newer_kernel_has_is_no_failure,
                      several_kinds_and_architectures_are_told_apart,
                      others_than_the_ioctls_own_function_do_not_count,
                      errnos_of_unit_tests_count_if_facts_list_them, call_without_a_function_is_refused,
                      new_row_and_new_errno_are_found, claim_that_the_run_does_not_show_is_found,
                      what_did_not_run_is_kept,
                      reason_of_what_runs_is_refused, edited_file_and_empty_record_are_refused,
                      tests_record_where_the_variable_says]))
