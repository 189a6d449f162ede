# shellcheck shell=bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# The commands of the README in a new Debian: what a new machine lacks, shows.
# shellcheck disable=SC2154  # top and work are of scripts/check

fresh_root=$work/fresh

fresh_mirror() {
	PYTHONPATH=$top/tests /usr/bin/python3 -B -c 'from harness import apt; print(apt.mirror())'
}

fresh_cache() {
	echo "${KVMLIB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kvmlib}"
}

# A minimal Debian of this host's release as an archive, made once.
fresh_base() {
	local suite cache mirror
	suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
	cache=$(fresh_cache)/fresh
	mkdir -p "$cache"
	if [ ! -e "$cache/$suite.tar" ]; then
		rm -rf "$work/fresh-base"
		mirror=$(fresh_mirror) || return
		debootstrap --variant=minbase "$suite" "$work/fresh-base" "$mirror" >&2 || return
		tar -C "$work/fresh-base" -cf "$cache/$suite.tar.new" . || return
		mv "$cache/$suite.tar.new" "$cache/$suite.tar"
		rm -rf "$work/fresh-base"
	fi
	echo "$cache/$suite.tar"
}

# A new machine: that Debian, this host's way to the network, and what is committed here.
make_fresh_root() {
	local base
	base=$(fresh_base) || return
	rm -rf "$fresh_root" && mkdir -p "$fresh_root" || return
	tar -C "$fresh_root" -xf "$base" || return
	cp -L /etc/resolv.conf /etc/hosts "$fresh_root/etc/" || return
	apt-config dump | grep '^Acquire::https\?::[Pp]roxy' >"$fresh_root/etc/apt/apt.conf.d/90proxy"
	git clone --quiet --no-hardlinks "$top" "$fresh_root/root/kvmlib"
}

# Nodes of /dev that programs expect, and KVM where there is one.
bind_devices() {
	local node
	mount -t tmpfs -o mode=755 dev "$1/dev" && mkdir "$1/dev/pts" "$1/dev/shm" || return
	for node in null zero full random urandom tty kvm; do
		[ -e "/dev/$node" ] || continue
		touch "$1/dev/$node" && mount --bind "/dev/$node" "$1/dev/$node" || return
	done
	mount -t devpts -o newinstance,ptmxmode=666 devpts "$1/dev/pts" &&
		mount -t tmpfs -o mode=1777 shm "$1/dev/shm" &&
		ln -s pts/ptmx "$1/dev/ptmx" && ln -s /proc/self/fd "$1/dev/fd"
}

# What runs in a namespace of its own, whose mounts end with it: the command in a clean environment.
# Kernels that were fetched once are shared with this host.
enter() {
	local root=$1 cache=$2 command=$3
	mkdir -p "$cache/vm" "$root/root/.cache/kvmlib/vm"
	mount -t proc proc "$root/proc" && bind_devices "$root" &&
		mount --bind "$cache/vm" "$root/root/.cache/kvmlib/vm" || return
	exec chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
		KVMLIB_REQUIRE="${KVMLIB_REQUIRE-}" "/root/kvmlib/$command"
}

in_fresh_root() {
	export -f enter bind_devices
	# shellcheck disable=SC2016  # the inner shell expands it
	unshare --mount --pid --fork --kill-child bash -c 'enter "$@"' \
		bash "$fresh_root" "$(fresh_cache)" "$1"
}

step_fresh() {
	local command start
	[ "$(id -u)" = 0 ] || { skip_layer fresh "needs root, to chroot" && return; }
	scripts/install-packages fresh || { skip_layer fresh "no debootstrap" && return; }
	[ -z "$(git status --porcelain)" ] || say "fresh: what is not committed is not in it"
	for command in scripts/quickstart scripts/check; do
		gate "fresh root for $command" make_fresh_root || continue
		start=$SECONDS
		gate "fresh $command" in_fresh_root "$command"
		say "fresh $command: $((SECONDS - start)) s"
	done
	rm -rf "$fresh_root"
}
