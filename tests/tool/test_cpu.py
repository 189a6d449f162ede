# SPDX-License-Identifier: LGPL-2.1-or-later
"""`kvmlib cpu`: models, reports, what they lack and have in common; needs no KVM."""

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

sys.path.insert(0, str(TOP / "uapi"))
from gen import tsv  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
REGISTERS = ("eax", "ebx", "ecx", "edx")
INTEL = {"ebx": 0x756E6547, "ecx": 0x6C65746E, "edx": 0x49656E69}
FEATURES = {row["name"]: row for row in tsv.read("cpuid")}


def _cpu(*words, status=0, stdin=None, cwd=None):
    """Run it, require its exit status, and return what it prints; nothing but that where it is refused."""
    done = subprocess.run([TOOL, "cpu", *words], capture_output=True, text=True, timeout=60, check=False, input=stdin,
                          cwd=cwd)
    assert done.returncode == status, (words, done)
    assert bool(done.stderr) == (status >= 2) and (status < 2 or not done.stdout), (words, done)
    return done.stdout


def _refused(text, *words, stdin="", status=2):
    done = subprocess.run([TOOL, "cpu", *words], capture_output=True, text=True, timeout=60, check=False, input=stdin)
    assert done.returncode == status and text in " ".join(done.stderr.split()), (words, done)
    assert not done.stdout, done


def _json(*words, **more):
    return json.loads(_cpu(*words, "--json", **more))


class Folder:
    """A folder with reports, each that of a model with other features and registers."""

    def __init__(self):
        self.place = tempfile.TemporaryDirectory(prefix="kvmlib-cpu-")  # pylint: disable=consider-using-with
        self.path = Path(self.place.name)

    def report(self, name, cpu, changes=()):
        lines = dict(line.split("\t") for line in _cpu("show", "--report", cpu).splitlines()[1:])
        lines.update({key: f"{value:#x}" for key, value in changes})
        text = "".join(f"{key}\t{value}\n" for key, value in lines.items())
        (self.path / name).write_text(f"kvmlib-report\t1\n{text}", encoding="ascii")
        return str(self.path / name)


def _vendor(words):
    return [(f"cpuid/0x0/-/{name}", value) for name, value in words.items()]


def models_are_listed():
    rows = tsv.read("cpu-models")
    assert [line.split()[0] for line in _cpu("list").splitlines()] == [f"{row['name']}:{row['version']}" for row in rows]
    assert _json("list", "models") == [{"name": row["name"], "version": int(row["version"]),
                                        "meaning": row["meaning"]} for row in rows]


def features_are_listed():
    lines = _cpu("list", "features").splitlines()
    assert [line.split()[0] for line in lines] == list(FEATURES)
    assert "avx2                          CPUID 0x7/0 EBX bit 5" in lines
    assert {"feature": "avx2", "leaf": "0x7", "subleaf": "0x0", "register": "ebx", "bit": 5} in _json("list", "features")
    _refused('list: "cpus" is none of models, features and enlightenments', "list", "cpus")


def enlightenments_are_listed():
    rows = tsv.read("hyperv")
    assert [line.split()[0] for line in _cpu("list", "enlightenments").splitlines()] == [row["name"] for row in rows]
    assert "  timers that interrupt (needs hv-stimer)\n" in _cpu("list", "enlightenments")
    assert _json("list", "enlightenments") == [
        {"name": row["name"], "meaning": row["meaning"], "needs": row["needs"].strip("-")} for row in rows]


def models_are_shown():
    text = " ".join(_cpu("show", "qemu64").split())
    for part in ("vendor AuthenticAMD", "family 15, model 107, stepping 1", "brand QEMU Virtual CPU version 2.5+",
                 "features sse3 cx16", "0x00000001 0 0x00060fb1 0x00010800 0x80202001 0x078bfbfd"):
        assert part in text, (part, text)
    assert "0x0000008b 0x0000000001000065 IA32_BIOS_SIGN_ID" in text, text
    assert _cpu("show", "qemu64") == _cpu("show", "qemu64:2")
    shown = _json("show", "x86-64-v2")
    row = next(row for row in tsv.read("cpu-models") if row["name"] == "x86-64-v2")
    assert set(row["features"].split(",")) < set(shown["features"]), shown
    assert shown["vendor"] == "AuthenticAMD" and shown["brand"] == row["brand"], shown
    assert shown["msrs"] == [{"msr": "0x8b", "name": "IA32_BIOS_SIGN_ID", "value": "0x1000065"}], shown["msrs"]
    assert not _json("show", "x86-64-v2:1")["msrs"]
    assert (shown["family"], shown["model"], shown["stepping"]) == (15, 107, 1), shown
    assert {"leaf": "0xb", "subleaf": "0x2", "eax": "0x0", "ebx": "0x0", "ecx": "0x2", "edx": "0x0"} in shown["leaves"]
    assert shown["leaves"][0]["subleaf"] is None, shown


def features_come_and_go():
    plain = set(_json("show", "x86-64-v3")["features"])
    assert set(_json("show", "x86-64-v3,+aes,-bmi2")["features"]) == plain - {"bmi2"} | {"aes"}
    without = set(_json("show", "x86-64-v3,-avx")["features"])
    assert plain - without == {"avx", "avx2", "fma", "f16c", "xsave_avx"}, plain - without
    assert set(_json("show", "x86-64-v2,+xsave,+xsave_x87,+xsave_sse")["features"]) > {"xsave", "xsave_sse"}


def cpus_that_can_not_be_are_refused():
    _refused("+avx2 needs avx, which this CPU has not", "show", "x86-64-v2,+avx2")
    _refused("+avx2 needs avx, which this CPU has not", "check", "x86-64-v3,-avx,+avx2", "-",
             stdin=_cpu("show", "-r", "x86-64-v4"))
    _refused('no feature "AVX"; `kvmlib cpu list features\' lists them', "show", "qemu64,+AVX")
    _refused('"avx": +FEATURE gives a feature, and -FEATURE takes it away', "show", "qemu64,avx")
    _refused('"": +FEATURE', "show", "qemu64,")
    _refused('no model and no file "qemu32"; `kvmlib cpu list\' lists the models', "show", "qemu32")
    _refused("qemu64 has no such version; the latest is 2", "show", "qemu64:3")
    for version in ("0", "x", "", "1:1", "4294967296"):
        _refused(f'qemu64: "{version}" is no version', "show", f"qemu64:{version}")


def _registers(shown, leaf):
    found = [row for row in shown["leaves"] if row["leaf"] == leaf]
    return [found[0][name] for name in REGISTERS] if found else None


def cpus_pose_as_hyperv():
    shown = _json("show", "x86-64-v2,+hv-synic,+hv-vpindex,+hv-spinlocks=0x1fff,-popcnt")
    assert shown["hyperv"] == shown["hyperv_offers"] == ["hv-spinlocks", "hv-vpindex", "hv-synic"], shown
    assert _registers(shown, "0x40000001") == ["0x31237648", "0x0", "0x0", "0x0"], shown
    assert _registers(shown, "0x40000003") == ["0x64", "0x30", "0x0", "0x8"], shown
    assert _registers(shown, "0x40000004") == ["0x0", "0x1fff", "0x0", "0x0"], shown
    assert "kvm_clocksource" in shown["features"] and "popcnt" not in shown["features"], shown
    text = " ".join(_cpu("show", "x86-64-v2,+hv-time,+hv-relaxed").split())
    assert "Hyper-V hv-relaxed hv-time leaf" in text and "offers" not in text, text
    assert _json("show", "x86-64-v2")["hyperv"] == [] and "Hyper-V" not in _cpu("show", "x86-64-v2")
    assert _cpu("show", "x86-64-v2,+hv-time,-hv-time") == _cpu("show", "x86-64-v2")
    assert _cpu("diff", "x86-64-v2", "x86-64-v2,+hv-time", status=1).count("hv-time") == 2


def enlightenments_come_and_go():
    report = _cpu("show", "--report", "x86-64-v2,+hv-vpindex,+hv-synic,+hv-time,+hv-stimer,+hv-spinlocks=77")
    edited = json.loads(_cpu("show", "--json", "--", "-,-hv-synic,+hv-ipi", stdin=report))
    assert edited["hyperv"] == ["hv-spinlocks", "hv-vpindex", "hv-time", "hv-ipi"], edited
    assert _registers(edited, "0x40000004") == ["0xc00", "0x4d", "0x0", "0x0"], edited
    assert "hv-spinlocks" not in _cpu("show", "--", "-,-hv-spinlocks", stdin=report)
    limited = report.replace("cpuid/0x40000005/-/eax\t0xffffffff", "cpuid/0x40000005/-/eax\t0x10")
    edited = json.loads(_cpu("show", "--json", "--", "-,+hv-reset", stdin=limited))
    assert _registers(edited, "0x40000005") == ["0x10", "0x40", "0x0", "0x0"], edited


def enlightenments_that_can_not_be_are_refused():
    _refused("+hv-synic needs hv-vpindex, which this CPU has not", "show", "x86-64-v2,+hv-synic")
    _refused("+hv-reenlightenment needs hv-frequencies, which this CPU has not", "show",
             "x86-64-v2,+hv-reenlightenment,+hv-time")
    _refused('no enlightenment "hv-times"; `kvmlib cpu list enlightenments\' lists them', "show", "qemu64,+hv-times=5")
    for word in ("+hv-time=5", "+hv-spinlocks=", "+hv-spinlocks=0", "+hv-spinlocks=0xffffffff", "-hv-spinlocks=5"):
        _refused(f"{word}: only +hv-spinlocks=NUMBER has a number, from 1 on", "show", f"qemu64,{word}")


HYPERV = {"0x40000001": ("0x31237648", "0x0"), "0x40000003": ("0x262", "0x8"), "0x40000004": ("0x20", "0x0")}


def _offering(report, changes):
    """A report of a host that offers Hyper-V."""
    for leaf, (eax, edx) in {**HYPERV, **changes}.items():
        report += f"cpuid-hyperv/{leaf}/-/eax\t{eax}\ncpuid-hyperv/{leaf}/-/edx\t{edx}\n"
    return report


def hosts_offer_enlightenments():
    plain = _cpu("show", "--report", "x86-64-v2")
    with tempfile.TemporaryDirectory(prefix="kvmlib-cpu-") as folder:
        paths = [Path(folder) / name for name in ("all", "less", "none")]
        for path, text in zip(paths, (_offering(plain, {}), _offering(plain, {"0x40000003": ("0x60", "0x8")}), plain)):
            path.write_text(text, encoding="ascii")
        shown = _json("show", str(paths[0]))
        assert shown["hyperv"] == [], shown
        assert shown["hyperv_offers"] == ["hv-relaxed", "hv-spinlocks", "hv-vpindex", "hv-time"], shown
        assert "offers hv-relaxed hv-spinlocks hv-vpindex leaf" in " ".join(_cpu("show", str(paths[1])).split())
        cpu = "x86-64-v2,+hv-time,+hv-relaxed"
        assert _cpu("check", cpu, str(paths[0])) == f"{paths[0]} can have {cpu}\n"
        lacks = _cpu("check", cpu, str(paths[1]), status=1).splitlines()
        assert len(lacks) == 2 and lacks[0].startswith("- hv-time (CPUID 0x40000003/0 EAX bit 1)"), lacks
        told = _json("check", cpu, str(paths[2]), status=1)["missing"]
        assert [row["feature"] for row in told] == ["hv-relaxed", "hv-time"], told
        both = Path(folder) / "both"
        both.write_text(_cpu("baseline", "--report", str(paths[1]), str(paths[0])), encoding="ascii")
        assert _json("show", str(both))["hyperv_offers"] == ["hv-relaxed", "hv-spinlocks", "hv-vpindex"]


def usage_is_told():
    _refused('no "chick"; there are: list, show, check, baseline, diff', "chick")
    _refused("show wants 1 argument, not 0", "show")
    _refused("list wants 0 or 1 argument, not 2", "list", "models", "features")
    _refused("check wants 1 or 2 arguments, not 3", "check", "a", "b", "c")
    _refused("baseline wants 1 argument or more, not 0", "baseline")
    _refused("diff wants 2 arguments, not 1", "diff", "a")
    _refused("check: --report is for show and baseline", "check", "--report", "qemu64")
    _refused("--json and --report exclude each other", "show", "--json", "--report", "qemu64")


def reports_are_cpus():
    report = _cpu("show", "--report", "x86-64-v4")
    assert report.startswith("kvmlib-report\t1\n") and "arch\tx86_64\n" in report, report
    assert _cpu("show", "-", stdin=report) == _cpu("show", "x86-64-v4")
    assert _cpu("show", "--", "-,-avx512f", stdin=report) == _cpu("show", "x86-64-v4,-avx512f")
    _refused("(standard input):1: ", "show", "-", stdin="nonsense\n")
    _refused("the report does not tell what CPUID answers", "show", "-", stdin="kvmlib-report\t1\narch\tx86_64\n")


def a_model_is_checked_against_a_report():
    folder = Folder()
    same, less = folder.report("same", "x86-64-v3"), folder.report("less", "x86-64-v3,-bmi2,-movbe")
    assert _cpu("check", "x86-64-v3", same) == f"{same} can have x86-64-v3\n"
    assert _cpu("check", "x86-64-v2", less).endswith("can have x86-64-v2\n")
    assert _cpu("check", "x86-64-v3", less, status=1).splitlines() == [
        "- movbe (CPUID 0x1/0 ECX bit 22): what the guest does with it fails",
        "- bmi2 (CPUID 0x7/0 EBX bit 8): what the guest does with it fails",
        f"{less} can't have x86-64-v3: what is missing stands above"]
    assert _json("check", "x86-64-v3", same) == {"runs": True, "missing": []}
    told = _json("check", "x86-64-v3", less, status=1)
    assert not told["runs"] and told["missing"][1] == {
        "feature": "bmi2", "leaf": "0x7", "subleaf": "0x0", "register": "ebx", "bit": 8, "kind": "feature",
        "consequence": "what the guest does with it fails", "guest": "0x128", "host": "0x28"}, told
    _refused("no-such-report: No such file", "check", "qemu64", "no-such-report")


def other_things_than_features_are_missing():
    folder = Folder()
    narrow = folder.report("narrow", "x86-64-v4", [("cpuid/0x80000008/-/eax", 0x3024)])
    assert "- less (CPUID 0x80000008/0 EAX: 0x3024, not 0x3027)" in _cpu("check", "x86-64-v4", narrow, status=1)
    away = folder.report("away", "x86-64-v4", [("cpuid/0xd/0x7/ebx", 0x680)])
    assert _cpu("check", "x86-64-v4", away), "a model takes the places of its host"
    here = folder.report("here", "x86-64-v4")
    assert "- an xsave component elsewhere (CPUID 0xd/7 EBX: 0x680, not 0x580)" in _cpu("check", here, away, status=1)
    assert _json("check", here, away, status=1)["missing"][0]["kind"] == "place"
    intel = folder.report("intel", "x86-64-v2", _vendor(INTEL))
    assert _cpu("check", "x86-64-v2", intel), "a model is of the vendor of its host"
    assert "- another vendor (CPUID 0x0/0 EBX" in _cpu("check", folder.report("amd", "x86-64-v2"), intel, status=1)


def msrs_are_compared():
    """IA32_ARCH_CAPABILITIES: a feature went, and RSBA, which is no good, came."""
    folder = Folder()
    reports = [folder.report(name, "x86-64-v2,+arch_capabilities",
                             [("msr-feature/0x10a", value), ("msr-feature/0x345", 5)])
               for name, value in (("a", 0x28), ("b", 0xC), ("c", 0x20))]
    assert "- a property of the processor (MSR 0x10a IA32_ARCH_CAPABILITIES bit 5: 0xc, not 0x28): the guest relies on " \
        "what is not so" in _cpu("check", reports[0], reports[1], status=1)
    told = [row for row in _json("check", reports[0], reports[1], status=1)["missing"]]
    assert [(row["register"], row["leaf"], row["bit"]) for row in told] == [("msr", "0x10a", 2), ("msr", "0x10a", 5)], told
    assert _cpu("diff", reports[0], reports[2], status=1) == "- MSR 0x10a IA32_ARCH_CAPABILITIES bit 3: 0x28 -> 0x20\n"
    base = {row["msr"]: row["value"] for row in _json("baseline", *reports)["msrs"]}
    assert base == {"0x8b": "0x1000065", "0x10a": "0x4"}, base
    (folder.path / "base").write_text(_cpu("baseline", "--report", *reports), encoding="ascii")
    for report in reports:
        assert _cpu("check", str(folder.path / "base"), report)
    without = _json("show", f"{reports[0]},-arch_capabilities")["msrs"]
    assert [row["msr"] for row in without] == ["0x8b"], without


def a_baseline_is_had_everywhere():
    folder = Folder()
    reports = [folder.report("a", "x86-64-v4,-movbe"), folder.report("b", "x86-64-v3,+aes"),
               folder.report("c", "x86-64-v4,+aes,-bmi1")]
    base = _json("baseline", *reports)
    assert set(base["features"]) == set(_json("show", "x86-64-v3,-movbe,-bmi1")["features"]), base
    (folder.path / "base").write_text(_cpu("baseline", "--report", *reports), encoding="ascii")
    for report in reports:
        assert _cpu("check", str(folder.path / "base"), report)
    assert _json("baseline", *reversed(reports)) == base
    _refused("have no CPU in common", "baseline", reports[0], folder.report("i", "x86-64-v2", _vendor(INTEL)))
    _refused("the CPUs are of different vendors", "baseline", str(folder.path / "i"), "qemu64")


def differences_are_told():
    assert _cpu("diff", "qemu64", "qemu64:2") == ""
    assert _cpu("diff", "qemu64:1", "qemu64:2", status=1) == "+ MSR 0x8b IA32_BIOS_SIGN_ID: 0x0 -> 0x1000065\n"
    lines = _cpu("diff", "x86-64-v2,+aes", "x86-64-v2,+movbe,-popcnt", status=1).splitlines()
    assert lines == ["- popcnt (CPUID 0x1/0 ECX bit 23)", "- aes (CPUID 0x1/0 ECX bit 25)",
                     "+ movbe (CPUID 0x1/0 ECX bit 22)"], lines
    lines = _cpu("diff", "x86-64-v1", "qemu64", status=1).splitlines()
    assert "+ sse3 (CPUID 0x1/0 ECX bit 0)" in lines and "! CPUID 0x80000002/0 EAX: 0x2d363878 -> 0x554d4551" in lines
    assert [row["change"] for row in _json("diff", "x86-64-v2,+aes", "x86-64-v2,+movbe", status=1)] == ["lost", "gained"]
    assert _json("diff", "qemu64", "qemu64") == []


if __name__ == "__main__":
    sys.exit(tap.run([models_are_listed, features_are_listed, enlightenments_are_listed, models_are_shown, features_come_and_go,
                     cpus_that_can_not_be_are_refused, cpus_pose_as_hyperv, enlightenments_come_and_go,
                     enlightenments_that_can_not_be_are_refused, hosts_offer_enlightenments, usage_is_told, reports_are_cpus,
                     a_model_is_checked_against_a_report, other_things_than_features_are_missing, msrs_are_compared,
                     a_baseline_is_had_everywhere, differences_are_told]))
