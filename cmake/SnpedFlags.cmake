# How everything is compiled. No -march: each instruction set is a file with its own flags.
set(SNPED_WARNINGS -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual
    -Wwrite-strings -Wundef -Wvla -Werror)
add_compile_definitions(_GNU_SOURCE SNPED_VERSION="${PROJECT_VERSION}")
if(SNPED_TESTS)
    add_compile_definitions(SNPED_SKELETON=1) # the rows skel_a..skel_c of the tables
else()
    add_compile_definitions(SNPED_SKELETON=0)
endif()
# The same sum in the same order is the same number on every machine: no fused multiply-add unless a
# kernel asks for it by name.
add_compile_options(-ffp-contract=off -fno-math-errno -fno-trapping-math -fvisibility=hidden)
set(CMAKE_C_FLAGS_RELWITHDEBINFO "-O2 -g -DNDEBUG=1")
if(SNPED_FUZZ)
    add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=address,undefined)
elseif(SNPED_SANITIZE)
    add_compile_options(-fsanitize=${SNPED_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SNPED_SANITIZE})
else()
    add_compile_options(-fstack-protector-strong -fstack-clash-protection)
    add_compile_definitions($<$<NOT:$<CONFIG:Debug>>:_FORTIFY_SOURCE=2>)
    add_link_options(-Wl,-z,relro,-z,now,-z,noexecstack -Wl,--as-needed)
endif()
include(CheckPIESupported)
check_pie_supported()
