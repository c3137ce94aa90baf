#!/bin/bash
# Boots real systemd in a container over this machine's /usr, with snped installed into it from a staging
# folder, and looks at the service from inside. Arguments: the build folder. Exit 77: skipped, with the
# reason on the last line.
set -u
build=$1
work=$(mktemp -d)
machine=snped-test-$$
stage=$work/stage
failed=0

skip() { echo "SKIP systemd.boot: $*"; exit 77; }
bad() { echo "FAILED: $*"; failed=1; }
inside() { nsenter -t "$leader" -a env -i PATH=/usr/local/bin:/usr/bin:/bin TERM=dumb "$@"; }

clean_up() {
    if [ -n "${nspawn:-}" ]; then
        kill "$nspawn" 2>/dev/null
        for _ in $(seq 50); do [ -d "/proc/$nspawn" ] || break; sleep 0.1; done
        # The container's first process, with which all of them go, outlives nspawn otherwise.
        [ -d "/proc/$nspawn" ] && [ -n "${leader:-}" ] && kill -9 "$leader" 2>/dev/null
        kill -9 "$nspawn" 2>/dev/null
        wait "$nspawn" 2>/dev/null
    fi
    # --keep-unit leaves what machined would have taken away.
    rm -rf "/run/systemd/nspawn/propagate/$machine" "/run/systemd/nspawn/$machine"*
    rmdir /run/systemd/nspawn/propagate /run/systemd/nspawn 2>/dev/null
    find /sys/fs/cgroup -depth -type d -path "*$machine*" -exec rmdir {} + 2>/dev/null
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

[ "$(id -u)" -eq 0 ] || skip "needs root"
command -v systemd-nspawn >/dev/null || skip "systemd-nspawn is not installed (package systemd-container)"
DESTDIR=$stage cmake --install "$build" --component Unspecified >"$work/install.log" 2>&1 ||
    { cat "$work/install.log"; bad "cmake --install"; exit 1; }
for left in systemd-sysusers "systemctl daemon-reload" ldconfig; do
    grep -q "$left" "$work/install.log" || bad "the install does not say: $left"
done

for file in systemd/system/snped.{service,socket} sysusers.d/snped.conf tmpfiles.d/snped.conf \
    snped/snped.conf.sample snped/models.d/model.conf.sample; do
    [ -f "$stage/etc/$file" ] || bad "/etc/$file was not installed"
done
install -d "$work/models"
"$build"/tests/bin/make-model "$work/models/tiny.dlc" || bad "no model to load"

systemd-nspawn --volatile=yes --directory=/ --boot --register=no --keep-unit --quiet --machine="$machine" \
    --private-network --overlay-ro="/usr/local:$stage/usr/local:/usr/local" \
    --bind-ro="$work/models:/opt/models" --bind-ro="$stage/etc:/opt/etc" systemd.firstboot=off >"$work/boot.log" 2>&1 </dev/null &
nspawn=$!

leader=
for _ in $(seq 300); do
    [ -d "/proc/$nspawn" ] || { tail -n 3 "$work/boot.log"; skip "systemd-nspawn cannot boot here"; }
    leader=$(pgrep -P "$nspawn" | head -n 1)
    [ -n "$leader" ] && state=$(inside systemctl is-system-running 2>/dev/null) &&
        [ "$state" = running ] && break
    [ "${state:-}" = degraded ] && break
    sleep 0.1
done
[ -n "$leader" ] || skip "systemd-nspawn started nothing"
case ${state:-} in running | degraded) ;; *) skip "systemd did not come up in 30 s (${state:-nothing})" ;; esac

# What the install wrote below /etc goes in only now: a system that finds units at its first boot starts
# them by itself. Then the three commands that the install leaves, and the folders of the tmpfiles.
inside cp -r /opt/etc/. /etc/ || bad "the files below /etc"
inside systemd-sysusers || bad "systemd-sysusers"
inside systemd-tmpfiles --create snped.conf || bad "systemd-tmpfiles"
inside systemctl daemon-reload || bad "daemon-reload"
inside cp /opt/models/tiny.dlc /var/lib/snped/models/ || bad "the repository is not there"
inside mkdir -p /etc/snped/models.d
printf '[model]\nfile = tiny.dlc\n' | inside tee /etc/snped/models.d/tiny.conf >/dev/null

inside systemctl start snped.socket || bad "start snped.socket"
inside systemctl is-active --quiet snped.service && bad "the service runs before anybody asked"
inside snpectl status || bad "the first snpectl status"
inside systemctl is-active --quiet snped.service || bad "the service does not run"
inside snpectl list | grep -q 'tiny.*ready' || { inside snpectl list; bad "tiny is not ready when status returns"; }
[ "$(inside systemctl show -P User snped.service)" = snped ] || bad "the service does not run as snped"
[ "$(inside stat -c '%a %U %G' /run/snped/snped.sock)" = "660 root snpe" ] || bad "rights of the socket"
inside sh -c 'snpectl watch >/tmp/events 2>/tmp/watching & until grep -q watching /tmp/watching; do sleep 0.1; done
    until [ -s /tmp/events ]; do snpectl load none; done; kill $!; wait $!' >/dev/null 2>&1 || bad "snpectl watch"
inside grep -q 'model-failed .*model=none' /tmp/events || bad "no events under the unit's rules"
[ "$(inside stat -c '%a %U %G' /run/snped/events/events.ipc)" = "660 snped snpe" ] || bad "rights of the events"
printf '\0\0\200\077\0\0\0\300\0\0\100\100\0\0\200\277' >"$work/models/x.raw"
inside sh -c 'cd /tmp && snpectl run tiny --input x=/opt/models/x.raw --out /tmp/out && od -An -tf4 /tmp/out/y.raw' |
    grep -q '1 *0 *3 *0' || bad "a run gives the wrong numbers"
inside setpriv --reuid 65534 --regid 65534 --clear-groups snpectl --no-wait status >/dev/null 2>&1 &&
    bad "nobody may use the socket"

# A reload puts new settings and models into use, and a wrong file changes nothing.
inside systemctl show -P ActiveState snped.service | grep -q active || bad "not active before the reload"
printf '[model]\nfile = tiny.dlc\ninput_dims = x=1,2\n' | inside tee /etc/snped/models.d/more.conf >/dev/null
inside systemctl reload snped.service || bad "systemctl reload"
for _ in $(seq 100); do inside snpectl list | grep -q 'more.*ready' && break; sleep 0.1; done
inside snpectl list | grep -q 'more.*ready' || { inside snpectl list; bad "a reload does not load a new model"; }
printf '[queue]\ndepths = 7\n' | inside tee /etc/snped/snped.conf >/dev/null
inside snpectl reload 2>&1 | grep -q 'snped.conf:2: \[queue\] depths' || bad "snpectl reload does not say what is wrong"
inside systemctl reload snped.service || bad "systemctl reload of a wrong file"
for _ in $(seq 100); do inside systemctl show -P StatusText snped.service | grep -q refused && break; sleep 0.1; done
inside systemctl show -P StatusText snped.service | grep -q 'refused: .*snped.conf:2:' || bad "the status does not say what is wrong"
printf '[queue]\ndepth = 7\n' | inside tee /etc/snped/snped.conf >/dev/null
inside snpectl reload | grep -q 'depth. changed\|depth changed' || bad "snpectl reload does not say what changed"
[ "$(inside systemctl show -P ActiveState snped.service)" = active ] || bad "not active after the reloads"

pid=$(inside systemctl show -P MainPID snped.service)
# 0 if it does not run, which kill takes for the whole group of processes, ctest among them.
if [ "${pid:-0}" -gt 0 ]; then inside kill -9 "$pid"; else bad "the service has no process"; fi
inside snpectl status >/dev/null || bad "the service does not come back after kill -9"
inside systemctl stop snped.service || bad "stop"
[ "$(inside systemctl show -P Result snped.service)" = success ] || bad "the service does not stop cleanly"
inside snpectl status >/dev/null || bad "the socket does not start it again"
inside journalctl -u snped.service -p warning -q --no-pager | grep -v 'Main process exited\|Failed with result\|nothing was changed' |
    grep . && bad "the log holds warnings"

[ $failed -eq 0 ] && echo "systemd: all as it should be"
exit $failed
