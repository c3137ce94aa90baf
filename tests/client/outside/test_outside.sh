#!/bin/sh
# test_outside.sh SOURCE BUILD PREFIX LIBDIR: installs the client into a folder, builds the project in
# project/ against it in four ways, and runs what came out.
set -eu
source=$1 build=$2 prefix=$3 lib=$4
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

DESTDIR=$work/root cmake -P "$build/client/cmake_install.cmake" >"$work/log" || { cat "$work/log"; exit 1; }
root=$work/root$prefix
export LD_LIBRARY_PATH=$root/$lib
project=$source/tests/client/outside/project

# What the library shows is what the map says, and what the header declares.
nm -D --defined-only "$root/$lib/libsnpe-client.so.1" | sed -n 's/.* T \([a-z_]*\).*/\1/p' | sort >"$work/shown"
sed -n 's/^    \(snpe_[a-z_]*\);$/\1/p' "$source/client/libsnpe-client.map" | sort >"$work/mapped"
tr '\n' ' ' <"$root/include/snpe-client.h" | grep -o 'SNPE_API [^(]*(' | sed -n 's/.*[ *]\(snpe_[a-z_]*\)($/\1/p' |
    sort >"$work/declared"
cmp "$work/shown" "$work/mapped"
cmp "$work/declared" "$work/mapped"
readelf -d "$root/$lib/libsnpe-client.so.1" | grep -q 'SONAME.*\[libsnpe-client.so.1\]'

export PKG_CONFIG_LIBDIR=$root/$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work/root
strict="-pedantic -Wall -Wextra -Werror"
cc -std=c99 $strict "$project/ask.c" -o "$work/pc-c" $(pkg-config --cflags --libs snpe-client)
c++ -std=c++11 $strict "$project/ask.cpp" -o "$work/pc-cpp" $(pkg-config --cflags --libs snpe-client)
[ "$(pkg-config --modversion snpe-client)" = "$("$root/bin/snpectl" --version | cut -d' ' -f2)" ]

cmake -G Ninja -S "$project" -B "$work/cmake" -DCMAKE_PREFIX_PATH="$root" >"$work/log" 2>&1 &&
    cmake --build "$work/cmake" >>"$work/log" 2>&1 || { cat "$work/log"; exit 1; }

for program in "$work/pc-c" "$work/pc-cpp" "$work/cmake/ask-c" "$work/cmake/ask-cpp"; do
    "$program" "$work/no.sock" | grep -q "^disconnected, retryable: no daemon listens at '$work/no.sock'"
done

# The Python client is whole where it was installed.
if python=$(find "$root/lib" -type d -name dist-packages | grep .); then
    PYTHONPATH=$python python3 -B -c "import snpe_client; assert snpe_client.__version__"
fi
echo "client.outside: all of it works"
