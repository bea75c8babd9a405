#!/usr/bin/env bash
# Proves that a new machine needs nothing but python3: makes a Debian root with python3 and ca-certificates and nothing
# else, puts the committed checkout in it, and runs packaging/dev.py there.
#
#     sudo packaging/prove_bare.sh FOLDER [COMMAND...]      the default commands are: demo test
#
# FOLDER is reused when it holds such a root already; the checkout in it is always a new one. Needs root and debootstrap.
# Where packages come from, and which certificates are trusted, is taken over from this machine when it runs.
set -euo pipefail

folder=$(realpath -m "${1:?name the folder of the root}")
shift
[ $# -gt 0 ] || set -- demo test
checkout=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
release=bookworm
inside=/root/kiosk

if [ ! -x "$folder/usr/bin/python3" ]; then
    mirror=$(apt-get indextargets --format '$(CODENAME) $(REPO_URI)' 'Created-By: Packages' |
        awk -v release="$release" '$1 == release { print $2; exit }')
    [ -n "$mirror" ] || { echo "This machine's apt knows no mirror of Debian $release." >&2; exit 1; }
    debootstrap --variant=minbase --include=python3,ca-certificates "$release" "$folder" "$mirror"
fi

# How this machine reaches its packages: sources, apt's own network settings, trusted certificates, names.
rm -rf "$folder"/etc/apt/sources.list "$folder"/etc/apt/sources.list.d
cp -rL /etc/apt/sources.list* "$folder/etc/apt/"
grep -l 'Acquire::' /etc/apt/apt.conf.d/* | xargs -r cp -t "$folder/etc/apt/apt.conf.d/"
mkdir -p "$folder/usr/local/share/ca-certificates"
find /usr/local/share/ca-certificates -name '*.crt' -exec cp -t "$folder/usr/local/share/ca-certificates/" {} +
cp -L /etc/resolv.conf /etc/hosts "$folder/etc/"

rm -rf "${folder:?}$inside"
git clone --quiet --no-hardlinks "$checkout" "$folder$inside"

mounts=()
unmount() {
    for ((i = ${#mounts[@]} - 1; i >= 0; i--)); do umount "${mounts[i]}"; done
}
trap unmount EXIT
mount -t proc proc "$folder/proc"
mounts+=("$folder/proc")
for device in /dev /dev/pts /dev/shm; do
    mount --bind "$device" "$folder$device"
    mounts+=("$folder$device")
done

settings=()
for name in PIP_INDEX_URL PIP_CERT PIP_DEFAULT_TIMEOUT http_proxy https_proxy no_proxy HTTP_PROXY HTTPS_PROXY NO_PROXY; do
    [ -z "${!name:-}" ] || settings+=("$name=${!name}")
done
in_root() {
    chroot "$folder" env -i HOME=/root LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin "${settings[@]}" "$@"
}
in_root update-ca-certificates >/dev/null 2>&1
for command in "$@"; do
    echo "== python3 packaging/dev.py $command"
    in_root sh -c "cd $inside && python3 packaging/dev.py $command"
done
