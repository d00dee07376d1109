#!/bin/bash
# prepare-disk.sh DEVICE MOUNT_POINT: finds the data disk, formats it only if it is blank, mounts it by UUID.
set -euo pipefail
device=$1
mount_point=$2

# On Nitro instances /dev/sdf is an NVMe disk under another name; EBS tells the mapped name in vendor specific bytes.
find_disk() {
  local candidate name
  for candidate in "$device" "${device/sd/xvd}"; do
    if [ -b "$candidate" ]; then readlink -f "$candidate" && return; fi
  done
  for candidate in /dev/nvme*n1; do
    [ -b "$candidate" ] || continue
    name=$(nvme id-ctrl --raw-binary "$candidate" 2>/dev/null | cut -c3073-3104 -z | tr -d '\0 ') || true
    case "/dev/${name#/dev/}" in "$device" | "${device/sd/xvd}") echo "$candidate" && return ;; esac
  done
  # Without nvme-cli: the one whole disk that has no partitions and carries nothing mounted elsewhere.
  lsblk -dnpo NAME,TYPE | awk '$2 == "disk" { print $1 }' | while read -r candidate; do
    [ "$(lsblk -no NAME "$candidate" | wc -l)" = 1 ] || continue
    name=$(lsblk -dno MOUNTPOINT "$candidate")
    if [ -z "$name" ] || [ "$name" = "$mount_point" ]; then echo "$candidate"; fi
  done | awk 'NR > 1 { exit 1 } { disk = $0 } END { if (NR == 1) print disk }'
}

for _ in $(seq 60); do
  disk=$(find_disk) || disk=
  [ -n "$disk" ] && break
  sleep 1
done
[ -n "$disk" ] || { echo "no disk $device" >&2 && exit 1; }

# blkid says 2 when it finds nothing at all; any other answer means data or doubt, and doubt never formats.
status=0
blkid -p "$disk" >/dev/null || status=$?
[ "$status" = 2 ] && mkfs.ext4 -q -L berth-data "$disk"
uuid=$(blkid -p -o value -s UUID "$disk")
mkdir -p "$mount_point"
grep -q "^UUID=$uuid " /etc/fstab || echo "UUID=$uuid $mount_point ext4 defaults,nofail,x-systemd.device-timeout=60 0 2" >>/etc/fstab
mountpoint -q "$mount_point" || mount "$mount_point"
