# SPDX-License-Identifier: LGPL-2.1-or-later
"""`kvmlib info` on reports in files: what it shows, compares and refuses. Needs no KVM."""

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
TOP = Path(os.environ.get("top_srcdir", ".")).resolve()
sys.path.insert(0, str(TOP / "tests" / "build"))
import tap  # noqa: E402

TOOL = Path(os.environ.get("builddir", ".")).resolve() / "tools" / "kvmlib"
FOLDER = tempfile.TemporaryDirectory(prefix="kvmlib-info-")
TITLE = "kvmlib-report\t1\n"

HOST = {
    "arch": "x86_64", "api-version": "12", "run-size": "12288", "mce-cap": "0x1000c20",
    "kernel/release": "6.12.1", "kernel/version": "#1 SMP a day",
    "module/kvm/halt_poll_ns": "200000", "module/kvm_amd/nested": "1", "module/kvm_amd/npt": "Y",
    "cap/KVM_CAP_IRQCHIP/system": "1", "cap/KVM_CAP_IRQCHIP/vm": "1",
    "cap/KVM_CAP_HLT/system": "0", "cap/KVM_CAP_HLT/vm": "0",
    "cap/KVM_CAP_MAX_VCPUS/system": "1024", "cap/KVM_CAP_MAX_VCPUS/vm": "4096",
    "cap/KVM_CAP_XSAVE2/system": "2696", "cap/KVM_CAP_XSAVE2/vm": "2696",
    "cap/KVM_CAP_X86_DISABLE_EXITS/vm": "10", "cap/KVM_CAP_NEWER/vm": "7", "cap/500/system": "3",
    "cpuid/0x1/-/eax": "0x800f12", "cpuid/0x1/-/ebx": "0x0", "cpuid/0x1/-/ecx": "0x9", "cpuid/0x1/-/edx": "0x0",
    "cpuid/0x10/0x0/eax": "0x0", "cpuid/0x7/0x0/ebx": "0x10020", "cpuid/0x7/0x1/eax": "0x10",
    "cpuid-emulated/0x1/-/ecx": "0x400000", "cpuid-hyperv/0x40000001/-/eax": "0x31237648",
    "msr/0x10": "yes", "msr/0xc0000080": "yes", "msr/0x174": "yes",
    "msr-feature/0x10a": "0x8000000000000001", "msr-feature/0x8b": "unreadable",
    "device/VFIO": "yes", "attr/vcpu/VCPU_TSC_OFFSET": "yes", "attr/system/X86_XCOMP_GUEST_SUPP": "0x2e7",
    "site/rack": "b 12", "cpuid/0x01/-/eax": "0x1", "msr/16": "yes", "cap/KVM_CAP_MMIO/vm": "-1",
}


def _text(items):
    return TITLE + "".join(f"{key}\t{items[key]}\n" for key in sorted(items))


def _file(name, content):
    path = Path(FOLDER.name) / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _info(*words, status=0, columns="80", **kwargs):
    """Run the tool, require its exit status, and return stdout and stderr."""
    done = subprocess.run([TOOL, "info", *words], capture_output=True, timeout=60, check=False,
                          env=dict(os.environ, COLUMNS=columns, LC_ALL="C.UTF-8"), **kwargs)
    out, err = done.stdout.decode(), done.stderr.decode(errors="replace")
    assert done.returncode == status, (words, done.returncode, out, err)
    return out, err


def _refused(content, line, sentence):
    """A file is refused with its name and line, and nothing is printed."""
    path = _file("bad", content)
    for words in (["--from", path], ["--from", path, "--json"], ["--diff", path, path], ["--baseline", path]):
        out, err = _info(*words, status=2)
        assert not out and err.startswith(f"kvmlib info: {path}:{line}: ") and sentence in err, (content, err)


def _host():
    return _file("host", _text(HOST))


def _variant(name, **changes):
    """The host with other items; None takes one away."""
    items = {**HOST, **changes.get("items", {})}
    return _file(name, _text({key: value for key, value in items.items() if value is not None}))


def _json_as_items(text):
    """The items of a report, from its JSON form; what stands in no field of its own is in "other"."""
    data = json.loads(text)
    items = dict(data["other"], arch=data["arch"])
    items["api-version"], items["run-size"] = str(data["limits"]["api_version"]), str(data["limits"]["run_size"])
    items["mce-cap"] = data["mce_cap"]
    items.update({f"kernel/{name}": value for name, value in data["kernel"].items()})
    for prefix, objects in (("module", data["modules"]), ("attr", data["attributes"])):
        items.update({f"{prefix}/{owner}/{name}": value for owner, names in objects.items()
                      for name, value in names.items()})
    for cap in data["capabilities"]:
        items.update({f"cap/{cap['name'] or cap['number']}/{where}": str(cap[where]) for where in ("system", "vm")
                      if cap[where] is not None})
    for name in ("cpuid", "cpuid_emulated", "cpuid_hyperv"):
        items.update({f"{name.replace('_', '-')}/{leaf['leaf']}/{leaf['subleaf'] or '-'}/{reg}": leaf[reg]
                      for leaf in data[name] for reg in ("eax", "ebx", "ecx", "edx") if leaf[reg] is not None})
    items.update({f"msr/{msr}": "yes" for msr in data["msrs"]})
    items.update({f"msr-feature/{msr['msr']}": msr["value"] or "unreadable" for msr in data["feature_msrs"]})
    items.update({f"device/{name}": "yes" for name in data["devices"]})
    return {key: value for key, value in items.items() if value is not None}


def json_has_every_item_of_the_report():
    assert _json_as_items(_info("--from", _host(), "--json")[0]) == HOST


def json_tells_meanings_beside_raw_values():
    data = json.loads(_info("--from", _host(), "--json")[0])
    caps = {cap["name"] or cap["number"]: cap for cap in data["capabilities"]}
    assert caps["KVM_CAP_IRQCHIP"]["number"] == 0 and caps["KVM_CAP_IRQCHIP"]["kind"] == "bool"
    assert caps["KVM_CAP_MAX_VCPUS"]["system"] == 1024 and caps["KVM_CAP_MAX_VCPUS"]["vm"] == 4096
    assert caps["KVM_CAP_X86_DISABLE_EXITS"]["system"] is None
    assert caps["KVM_CAP_X86_DISABLE_EXITS"]["enable"] == ["vm"]
    assert caps["KVM_CAP_X86_DISABLE_EXITS"]["bits"] == ["KVM_X86_DISABLE_EXITS_HLT", "KVM_X86_DISABLE_EXITS_CSTATE"]
    assert caps["KVM_CAP_NEWER"] == {"name": "KVM_CAP_NEWER", "number": None, "system": None, "vm": 7}
    assert caps[500] == {"name": None, "number": 500, "system": 3, "vm": None}
    assert data["limits"]["max_vcpus"] == 4096 and data["limits"]["xsave_size"] == 2696
    leaves = [(leaf["leaf"], leaf["subleaf"]) for leaf in data["cpuid"]]
    assert leaves == [("0x1", None), ("0x7", "0x0"), ("0x7", "0x1"), ("0x10", "0x0")], leaves
    assert data["cpuid"][1]["names"] == {"ebx": ["avx2", "avx512f"]}, data["cpuid"][1]
    assert "names" not in data["cpuid_hyperv"][0], data["cpuid_hyperv"]
    assert data["msrs"] == ["0x10", "0x174", "0xc0000080"]


def lines_come_back():
    assert _info("--from", _host(), "--report")[0] == _text(HOST)
    with open(_host(), "rb") as stdin:
        assert _info("--from", "-", "--report", stdin=stdin)[0] == _text(HOST)


def text_tells_what_is_there():
    out = " ".join(_info("--from", _host())[0].split())
    for part in ("kernel 6.12.1", "vCPUs in a VM, at most 4096", "xsave area 2696 bytes", "kvm_amd nested=1 npt=Y",
                 "KVM_CAP_MAX_VCPUS 1024 VM:4096", "KVM_CAP_IRQCHIP", "KVM_X86_DISABLE_EXITS_CSTATE",
                 "0x7/0 ebx avx2 avx512f", "MSRs: 3 to save and restore, 2 that tell features", "VFIO"):
        assert part in out, (part, out)
    for part in ("KVM_CAP_HLT", "0xc0000080", "unreadable", "00800f12", "kvm_pv_eoi"):
        assert part not in out, (part, out)


def all_tells_the_rest():
    out = " ".join(_info("--from", _host(), "--all")[0].split())
    for part in ("KVM_CAP_HLT -", "0x10 0x174 0xc0000080", "0x8b unreadable", "eax=00800f12", "KVM_CAP_NEWER ? VM:7"):
        assert part in out, (part, out)


def text_fits_the_terminal():
    for columns in ("40", "59", "60", "80", "132", "200"):
        for words in ([], ["--all"]):
            for line in _info("--from", _host(), *words, columns=columns)[0].splitlines():
                assert len(line) <= int(columns) or len(line.split()) == 1 or line[0] != " ", (columns, line)
    assert _info("--from", _host(), columns="x") == _info("--from", _host(), columns="80")
    assert _info("--from", _host(), columns="200") != _info("--from", _host(), columns="80")


def text_does_not_command_the_terminal():
    path = _file("odd", TITLE.encode() + b"arch\tx86_64\xc2\x9b31m\nkernel/release\t\xff\xfe\n")
    out, _ = _info("--from", path)
    assert out.isascii() and "x86_64??31m" in out, out
    assert json.loads(_info("--from", path, "--json")[0])["kernel"]["release"] == "\ufffd\ufffd"


def diff_tells_losses_by_name():
    other = _variant("other", items={
        "cpuid/0x7/0x0/ebx": "0x80020", "cap/KVM_CAP_IRQCHIP/vm": "0", "cap/KVM_CAP_MAX_VCPUS/vm": "512",
        "cap/KVM_CAP_X86_DISABLE_EXITS/vm": "2", "msr/0x174": None, "device/VFIO": None, "kernel/release": "7.0",
        "msr-feature/0x10a": "0x3"})
    out, err = _info("--diff", _host(), other, status=1)
    lost, gained = (" ".join(part.split()) for part in out.split("Gained")[0:2])
    assert not err and lost.startswith("Lost: a guest of A would miss on B"), out
    for part in ("cpuid 0x7/0 ebx: avx512f", "KVM_CAP_IRQCHIP (vm): 1 -> 0", "KVM_CAP_MAX_VCPUS (vm): 4096 -> 512",
                 "KVM_CAP_X86_DISABLE_EXITS (vm): KVM_X86_DISABLE_EXITS_CSTATE", "msr 0x174", "device VFIO",
                 "msr-feature 0x10a: 0x8000000000000000"):
        assert part in lost, (part, lost)
    assert "cpuid 0x7/0 ebx: adx" in gained and "msr-feature 0x10a: 0x2" in gained, gained
    assert "avx2" not in out and "6.12.1" not in out and "Changed: 1 items" in gained, out
    assert "kernel release: 6.12.1 -> 7.0" in " ".join(_info("--diff", "--all", _host(), other, status=1)[0].split())


def diff_as_json_has_the_same():
    other = _variant("other", items={"cpuid/0x7/0x0/ebx": "0x80020", "kernel/release": "7.0", "msr/0x11": "yes"})
    data = json.loads(_info("--diff", "--json", _host(), other, status=1)[0])
    assert data["may_move"] is False
    assert data["lost"] == [{"key": "cpuid/0x7/0x0/ebx", "a": "0x10020", "b": "0x80020", "missing": "0x10000",
                             "missing_names": ["avx512f"], "added": "0x80000", "added_names": ["adx"]}]
    assert [one["key"] for one in data["gained"]] == ["msr/0x11"] and data["gained"][0]["a"] is None
    assert [(one["key"], one["a"], one["b"]) for one in data["changed"]] == [("kernel/release", "6.12.1", "7.0")]


def diff_without_losses_is_success():
    other = _variant("other", items={"msr/0x11": "yes", "kernel/release": "7.0"})
    assert "Nothing is lost" in _info("--diff", _host(), other)[0]
    assert json.loads(_info("--diff", "--json", _host(), _host())[0]) == \
        {"may_move": True, "lost": [], "gained": [], "changed": []}
    with open(other, "rb") as stdin:
        assert "msr 0x11" in _info("--diff", _host(), "-", stdin=stdin)[0]


def diff_of_architectures_is_refused():
    for other in (_variant("arm", items={"arch": "arm64"}), _variant("none", items={"arch": None})):
        for words in (["--diff", _host(), other], ["--baseline", _host(), other]):
            out, err = _info(*words, status=2)
            assert not out and "not of the same architecture" in err, err


def baseline_has_what_all_share():
    other = _variant("other", items={"cpuid/0x7/0x0/ebx": "0x80020", "cap/KVM_CAP_MAX_VCPUS/vm": "512",
                                     "msr/0x174": None, "kernel/release": "7.0"})
    expected = {**HOST, "cpuid/0x7/0x0/ebx": "0x20", "cap/KVM_CAP_MAX_VCPUS/vm": "512"}
    del expected["msr/0x174"], expected["kernel/release"]
    assert _info("--baseline", _host(), other, _host())[0] == _text(expected)
    assert _json_as_items(_info("--baseline", "--json", _host(), other)[0]) == expected
    assert "Nothing is lost" in _info("--diff", _file("base", _text(expected)), other)[0]


def malformed_files_are_refused_with_their_line():
    malformed = "the text is no report"
    _refused("", 1, malformed)
    _refused("{}\n", 1, malformed)
    _refused("kvmlib-report\t2\n", 1, "of another version")
    _refused(TITLE + "arch\tx86_64\narch\tx86_64\n", 3, malformed)
    _refused(TITLE + "arch\tx86_64\nno tab\n", 3, malformed)
    _refused(TITLE + "arch\tx86_64\nkey\tbell\a\n", 3, malformed)
    _refused(TITLE + "a" * 128 + "\t1\n", 2, malformed)
    _refused(TITLE + "".join(f"{i}\t1\n" for i in range(65537)), 65538, "too many items")


def truncated_files_are_refused_or_whole_lines():
    text = TITLE + "arch\tx86_64\ncap/KVM_CAP_HLT/vm\t1\ncpuid/0x1/-/eax\t0x1\n"
    for size in range(len(text)):
        if size >= len(TITLE) and text[size - 1] == "\n":
            assert _info("--from", _file("cut", text[:size]), "--report")[0]
        else:
            _, err = _info("--from", _file("cut", text[:size]), status=2)
            line = 1 if size < len(TITLE) else text[:size].count("\n") + 1
            assert f"/cut:{line}: " in err, (size, err)


def files_that_can_not_be_read_are_named():
    for name, reason in (("/nonexistent/report", "No such file"), ("/", "Is a directory"), ("/dev/zero", "longer")):
        for words in (["--from", name], ["--diff", _host(), name], ["--baseline", _host(), name]):
            out, err = _info(*words, status=2)
            assert not out and name in err and reason in err, err


def mutated_files_do_no_harm():
    text, chance = _text(HOST).encode(), random.Random(1)
    spice = [b"\0", b"\t", b"\n", b"/", b"0x", b"-", b"\xff", b"9" * 30, b"x" * 200, b"cap/", b"cpuid/", b"%s%n"]
    for _ in range(200):
        mutant = bytearray(text)
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(mutant))
            mutant[at:at + chance.randint(0, 3)] = chance.choice(spice)
        path = _file("mutant", bytes(mutant))
        done = subprocess.run([TOOL, "info", "--from", path, "--json"], capture_output=True, check=False)
        assert done.returncode in (0, 2), (done, bytes(mutant))
        if done.returncode:
            assert f"{path}:".encode() in done.stderr, done
            continue
        lines = dict(line.split("\t") for line in mutant.decode(errors="replace").split("\n")[1:-1])
        assert len(_json_as_items_or_nothing(done.stdout)) in (0, len(lines)), bytes(mutant)
        if chance.random() < 0.9:
            continue
        _info("--from", path, "--all", columns=str(chance.randint(1, 120)))
        done = subprocess.run([TOOL, "info", "--diff", _host(), path], capture_output=True, check=False)
        assert done.returncode in (0, 1) or b"architecture" in done.stderr, done


def _json_as_items_or_nothing(text):
    """As above; a mutant may have lost what that takes for granted."""
    try:
        return _json_as_items(text)
    except KeyError:
        return {}


def wrong_usage_is_refused():
    for words in (["--diff", "a"], ["--diff", "a", "b", "c"], ["--baseline"], ["--report", "--json"], ["a"],
                  ["--diff", "--check"], ["--from", "a", "--check"], ["--from", "a", "--diff", "b", "c"]):
        out, err = _info(*words, status=2)
        assert not out and "kvmlib info: " in err, (words, err)


def check_tells_what_is_missing():
    if os.path.exists("/dev/kvm"):
        raise tap.Skip("this host has /dev/kvm")
    out, err = _info("--check", status=3)
    assert not err and "FAIL  node:" in out and "KVM can't be used here." in out, out
    assert " ".join(out.split()).count("open(/dev/kvm): ENOENT") == 1, out
    assert max(len(line) for line in out.splitlines()) <= 80
    data = json.loads(_info("--check", "--json", status=3)[0])
    found = {one["check"]: one for one in data["findings"]}
    assert data["fit"] is False and found["KVM"]["result"] == "fail" and "modprobe" in found["KVM"]["hint"], data
    assert found["IOMMU"]["result"] in ("ok", "note"), data


# What follows has a /dev of its own, in "$D" until it is made.
OTHER_DEV = """set -e
mount -t tmpfs dev "$D"
touch "$D/null"
mount --bind /dev/null "$D/null"
{}
mount --rbind "$D" /dev
exec {} "$0" info --check --json
"""


def _findings(prepare, user=""):
    """What --check finds in a mount namespace that was prepared by shell commands."""
    unshare = ["unshare", "--mount"] + (["--user", "--map-root-user"] if os.geteuid() else [])
    if subprocess.run([*unshare, "true"], capture_output=True, check=False).returncode:
        raise tap.Skip("this user may have no mount namespace of its own")
    folder = Path(FOLDER.name) / "dev"
    folder.mkdir(exist_ok=True)
    done = subprocess.run([*unshare, "sh", "-c", OTHER_DEV.format(prepare, user), TOOL], capture_output=True,
                          text=True, timeout=60, check=False, env=dict(os.environ, D=str(folder)))
    # A program that is not installed is started by a script of libtool's, to which a user's own /dev/null is closed.
    said = [line for line in done.stderr.splitlines() if not line.endswith("/dev/null: Permission denied")]
    assert done.returncode == 3 and not said, (prepare, done)
    data = json.loads(done.stdout)
    assert data["fit"] is False, data
    return {one["check"]: one for one in data["findings"]}


def check_tells_what_is_not_the_node():
    found = _findings('touch "$D/kvm"')
    assert found["node"]["result"] == "fail" and "is no device" in found["node"]["text"], found
    found = _findings('touch "$D/kvm"; mount --bind /dev/null "$D/kvm"')
    assert found["node"]["result"] == found["access"]["result"] == "ok", found
    assert found["KVM"]["result"] == "fail" and "ENOTTY" in found["KVM"]["text"], found
    found = _findings("true")
    assert "No such file" in found["node"]["text"] and "--device /dev/kvm" in found["node"]["hint"], found


def check_tells_who_may_not_use_the_node():
    if os.geteuid():
        raise tap.Skip("only root can make a device that nobody may use")
    nobody = "setpriv --reuid 65534 --regid 65534 --clear-groups"
    if subprocess.run([*nobody.split(), "test", "-x", TOOL], check=False).returncode:
        raise tap.Skip("another user may not run what is built here")
    found = _findings('chmod 755 "$D"; mknod -m 660 "$D/kvm" c 10 232; chgrp audio "$D/kvm"', nobody)
    assert found["node"]["result"] == "ok" and found["access"]["result"] == "fail", found
    assert "mode 660, group audio" in found["access"]["text"], found
    assert "usermod -aG audio" in found["access"]["hint"] and "EACCES" in found["KVM"]["text"], found
    found = _findings('chmod 755 "$D"; mknod -m 600 "$D/kvm" c 10 232', nobody)
    assert found["access"]["hint"] == "Ask root for access to /dev/kvm.", found


def check_tells_which_module_is_missing():
    if os.uname().machine != "x86_64":
        raise tap.Skip("the modules are those of x86_64")
    modules = "mount -t tmpfs modules /sys/module; "
    assert _findings(modules)["module"]["text"] == "kvm is not loaded"
    found = _findings(modules + "mkdir /sys/module/kvm")
    assert "neither kvm_intel nor kvm_amd" in found["module"]["text"], found
    found = _findings(modules + "mkdir /sys/module/kvm /sys/module/kvm_third")
    assert found["module"]["text"] == "kvm and kvm_third", found
    found = _findings(modules + "mkdir -p /sys/module/kvm /sys/module/kvm_amd/parameters; "
                      "echo N >/sys/module/kvm_amd/parameters/npt; echo 1 >/sys/module/kvm_amd/parameters/nested")
    assert found["module"]["result"] == "ok" and found["paging"]["text"] == "in software", found
    assert found["paging"]["result"] == "note" and "npt=1" in found["paging"]["hint"], found
    assert found["nested"]["text"] == "guests may use KVM themselves", found


def output_that_can_not_be_written_is_an_error():
    for words in (["--json"], ["--report"], []):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([TOOL, "info", "--from", _host(), *words], stdout=full, stderr=subprocess.PIPE,
                                  text=True, check=False)
        assert done.returncode == 3 and done.stderr, (words, done)


if __name__ == "__main__":
    sys.exit(tap.run([json_has_every_item_of_the_report, json_tells_meanings_beside_raw_values, lines_come_back,
                      text_tells_what_is_there, all_tells_the_rest, text_fits_the_terminal,
                      text_does_not_command_the_terminal, diff_tells_losses_by_name, diff_as_json_has_the_same,
                      diff_without_losses_is_success, diff_of_architectures_is_refused, baseline_has_what_all_share,
                      malformed_files_are_refused_with_their_line, truncated_files_are_refused_or_whole_lines,
                      files_that_can_not_be_read_are_named, mutated_files_do_no_harm, wrong_usage_is_refused,
                      check_tells_what_is_missing, check_tells_what_is_not_the_node,
                      check_tells_who_may_not_use_the_node, check_tells_which_module_is_missing,
                      output_that_can_not_be_written_is_an_error]))
