#!/bin/bash
# test_lint.sh MAN: mandoc has no warning for any page in the folder MAN, and every page has its parts.
set -u
failed=0
bad() { echo "FAIL: $*"; failed=1; }

pages=("$1"/*.[18])
[ -e "${pages[0]}" ] || { echo "FAIL: no pages in $1"; exit 1; }
for page in snped.8 snpectl.1; do
    [ -e "$1/$page" ] || bad "$page is not there"
done
for page in "${pages[@]}"; do
    for part in NAME SYNOPSIS DESCRIPTION OPTIONS; do
        grep -qx ".SH $part" "$page" || bad "$page has no $part"
    done
    grep -q "^\.TH .* ${page##*.} " "$page" || bad "$page is of another section than its name"
done
if command -v mandoc >/dev/null; then
    mandoc -Tlint -Wwarning "${pages[@]}" || bad "mandoc warns"
else
    echo "SKIP mandoc -Tlint: mandoc is not there"
fi
exit $failed
