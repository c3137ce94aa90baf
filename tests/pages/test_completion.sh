#!/bin/bash
# test_completion.sh COMPLETION BIN: what the completions in the folder COMPLETION offer for a few lines,
# as bash would part them into words.
set -u
failed=0
completions=$(realpath "$1") bin=$(realpath "$2")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
mkdir models && touch det1.dlc 'two words.raw'
printf '#!/bin/sh\n[ "$1 $2" = "list --names" ] && printf "echo\\neight of them\\nbroken\\n"\n[ "$1 $2" = "ps --names" ] && printf "70001\\n70002\\n"\n' >answers
printf '#!/bin/sh\necho "no daemon" >&2; exit 3\n' >silent
chmod +x answers silent
for file in "$completions"/*; do
    # shellcheck source=/dev/null
    . "$file" || { echo "FAIL: $file"; failed=1; }
done

# expect REPLIES PROGRAM WORD...: the last word is under the cursor; REPLIES are parted by "|".
# RUN is what stands for the program itself.
expect() {
    local want=$1 got
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    "_${1//-/_}" "${RUN:-$bin/$1}" "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}" 2>errors
    got=$(printf '%s\n' "${COMPREPLY[@]}" | sort | paste -sd '|')
    [ "$got" = "$want" ] || { echo "FAIL: $*: $got, not $want"; failed=1; }
    [ -s errors ] && { echo "FAIL: $*: $(cat errors)"; failed=1; }
    rm errors
}

expect '--check-config' snped --ch
expect 'models' snped --models ''
expect 'models' snped --models = mo
expect 'models' snped --models =
expect 'det1.dlc' snped --config det
expect '' snped ''
expect '--container' snpe-net-run --con
expect 'det1.dlc' snpe-net-run --container d
expect 'balanced|burst|high_performance|power_saver|sustained_high_performance|system_settings' snpe-net-run --perf_profile ''
expect 'sustained_high_performance|system_settings' snpe-net-run --perf_profile s
expect 'dsp' snpe-net-run --runtime_order d
expect 'det1.dlc' snpe-dlc-diff -i1 d
expect 'det1.dlc' snpe-dlc-diff -i1 det1.dlc -i2 d
expect 'debug|info' snpe-onnx-to-dlc --dry_run ''
expect '--debug' snpe-onnx-to-dlc --dry_run --de
expect 'image' snpe-onnx-to-dlc -t data i
expect '' snpe-onnx-to-dlc -t i
expect 'argb32|bgr|nv21|other|rgb|rgba|time_series' snpe-onnx-to-dlc -e data ''
expect 'rgb|rgba' snpe-caffe2-to-dlc --encoding r
expect 'dsp' snpe-onnx-to-dlc --validation_target d
expect 'snapdragon_855' snpe-onnx-to-dlc --validation_target aip snapdragon_855
expect 'det1.dlc' snpe-show-results d
expect 'nchw|nhwc' snpe-prepare-input --layout n
expect '' snpe-onnx-to-dlc -d data ''
expect 'two words.raw' snpe-onnx-to-dlc -i two
expect 'load' snpectl lo
expect 'doctor|info|list|load|metrics|ping|ps|reload|run|status|top|trace|unload|watch|why' snpectl ''
expect '--batch' snpectl top --b
expect '--socket' snpectl --s
expect '--no-wait' snpectl status --no
expect '' snpectl ping --no
expect '' snpectl list --na
expect 'two words.raw' snpectl run x --input data = two
expect 'models' snpectl --timeout 1s run x --out m
expect '' snpectl run x --count ''
RUN=./answers expect 'broken|echo|eight of them' snpectl info ''
RUN=./answers expect 'echo|eight of them' snpectl unload e
RUN=./answers expect 'det1.dlc' snpectl load d
RUN=./answers expect '70001|70002' snpectl why 7
RUN=./silent expect '' snpectl info ''
SNPED_SOCKET=/nowhere/sock expect '' snpectl info ''
exit $failed
