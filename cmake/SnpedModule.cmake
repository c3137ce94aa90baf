# snped_module(NAME [DEF table.def] [FOLDERS sub...] [NEEDS module...] [PKG pkgconfig-name...] [LIBS target...])
#   One static library per folder, of the .c files in it and in FOLDERS. With DEF, table.def adds
#   table/FILE.c for the second word of each of its rows, so that a new operator or kernel is a new
#   file and a new row, and no edit here. PKG names outside libraries by their pkg-config names. Who
#   may include whom is scripts/layers.txt's to say, not ours.
function(snped_module NAME)
    cmake_parse_arguments(M "" "DEF" "FOLDERS;NEEDS;PKG;LIBS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.c)
    foreach(folder ${M_FOLDERS})
        file(GLOB more CONFIGURE_DEPENDS ${folder}/*.c)
        list(APPEND sources ${more})
    endforeach()
    if(M_DEF)
        string(REGEX REPLACE "\\.def$" "" folder ${M_DEF})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${M_DEF})
        file(GLOB present CONFIGURE_DEPENDS ${folder}/*.c)
        file(STRINGS ${M_DEF} rows REGEX "^[A-Z]+\\([A-Z0-9_]+, [a-z0-9_]+")
        foreach(row ${rows})
            string(REGEX REPLACE "^[A-Z]+\\([A-Z0-9_]+, ([a-z0-9_]+).*" "${folder}/\\1.c" file "${row}")
            # A row without its file is an undefined name at link time, which says which one.
            if(${CMAKE_CURRENT_SOURCE_DIR}/${file} IN_LIST present)
                list(APPEND sources ${CMAKE_CURRENT_SOURCE_DIR}/${file})
            endif()
        endforeach()
        list(REMOVE_DUPLICATES sources)
    endif()
    if(NOT sources)
        message(STATUS "${NAME}: no sources yet")
        add_library(${NAME} INTERFACE)
        target_link_libraries(${NAME} INTERFACE ${M_NEEDS})
        return()
    endif()
    add_library(${NAME} STATIC ${sources})
    target_include_directories(${NAME} PUBLIC ${PROJECT_SOURCE_DIR})
    target_link_libraries(${NAME} PUBLIC ${M_NEEDS} PRIVATE ${M_LIBS})
    target_compile_options(${NAME} PRIVATE ${SNPED_WARNINGS})
    snped_packages(${NAME} ${M_PKG})
endfunction()

# snped_packages(TARGET pkgconfig-name...): compile and link with outside libraries.
function(snped_packages TARGET)
    foreach(package ${ARGN})
        string(MAKE_C_IDENTIFIER "PKG_${package}" prefix)
        if(NOT TARGET PkgConfig::${prefix})
            pkg_check_modules(${prefix} REQUIRED IMPORTED_TARGET GLOBAL ${package})
        endif()
        target_link_libraries(${TARGET} PRIVATE PkgConfig::${prefix})
    endforeach()
endfunction()

# snped_program(NAME file.c... [NEEDS module...] [PKG name...] [INSTALL [SECTION n]]): a program in
# build/bin, with INSTALL one that `cmake --install` puts in place with its page in section n (1) of the
# manual, which its args_spec says too.
function(snped_program NAME)
    cmake_parse_arguments(P "INSTALL" "SECTION" "NEEDS;PKG;LIBS" ${ARGN})
    add_executable(${NAME} ${P_UNPARSED_ARGUMENTS})
    target_link_libraries(${NAME} PRIVATE ${P_NEEDS} ${P_LIBS})
    target_compile_options(${NAME} PRIVATE ${SNPED_WARNINGS})
    set_target_properties(${NAME} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    snped_packages(${NAME} ${P_PKG})
    if(NOT TARGET programs)
        add_custom_target(programs)
    endif()
    add_dependencies(programs ${NAME})
    if(P_INSTALL)
        install(TARGETS ${NAME})
        snped_pages(${NAME} ${P_SECTION})
    endif()
endfunction()

# snped_pages(PROGRAM [SECTION]): build/man/PROGRAM.SECTION and build/completion/PROGRAM, which the program itself
# writes of its tables; part of "all" and "programs". Where what is built does not run there are none.
function(snped_pages PROGRAM)
    if(CMAKE_CROSSCOMPILING AND NOT CMAKE_CROSSCOMPILING_EMULATOR)
        message(STATUS "${PROGRAM}: no man page, as what is built does not run here")
        return()
    endif()
    set(section 1)
    if(ARGN)
        set(section ${ARGN})
    endif()
    set(man ${PROJECT_BINARY_DIR}/man/${PROGRAM}.${section})
    set(completion ${PROJECT_BINARY_DIR}/completion/${PROGRAM})
    add_custom_command(OUTPUT ${man} ${completion} VERBATIM DEPENDS ${PROGRAM}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${PROJECT_BINARY_DIR}/man ${PROJECT_BINARY_DIR}/completion
        COMMAND ${PROGRAM} --help-man > ${man}
        COMMAND ${PROGRAM} --help-completion > ${completion})
    add_custom_target(${PROGRAM}-pages ALL DEPENDS ${man} ${completion})
    add_dependencies(programs ${PROGRAM}-pages)
    install(FILES ${man} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
    install(FILES ${completion} DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
endfunction()

# snped_test_program(NAME file.c... [NEEDS module...] [PKG name...]): a program that tests run, in
# build/tests/bin; a test finds it by suite_helper("NAME").
function(snped_test_program NAME)
    cmake_parse_arguments(P "" "" "NEEDS;PKG;LIBS" ${ARGN})
    add_executable(${NAME} ${P_UNPARSED_ARGUMENTS})
    target_link_libraries(${NAME} PRIVATE ${P_NEEDS} ${P_LIBS})
    target_compile_options(${NAME} PRIVATE ${SNPED_WARNINGS})
    set_target_properties(${NAME} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bin)
    snped_packages(${NAME} ${P_PKG})
endfunction()

# snped_tests(NEEDS module... [PKG name...] [SOURCES file...] [LABELS label...] [TIMEOUT seconds]): every test_*.c of this
# folder is one ctest case, named after folder and file; the program lies in build/tests/bin. Labels:
# tsan = also run under ThreadSanitizer; no-asan = not under AddressSanitizer; oom = faults.h.
function(snped_tests)
    cmake_parse_arguments(T "" "TIMEOUT" "NEEDS;PKG;LIBS;SOURCES;LABELS" ${ARGN})
    if(NOT T_TIMEOUT)
        set(T_TIMEOUT 120)
    endif()
    file(RELATIVE_PATH folder ${PROJECT_SOURCE_DIR}/tests ${CMAKE_CURRENT_SOURCE_DIR})
    file(GLOB files CONFIGURE_DEPENDS test_*.c)
    foreach(file ${files})
        get_filename_component(base ${file} NAME_WE)
        string(REPLACE "/" "." name "${folder}.${base}")
        add_executable(${name} ${file} ${T_SOURCES})
        target_link_libraries(${name} PRIVATE support ${T_NEEDS} ${T_LIBS})
        target_compile_options(${name} PRIVATE ${SNPED_WARNINGS})
        set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests/bin)
        snped_packages(${name} check ${T_PKG})
        add_test(NAME ${name} COMMAND ${name})
        set_tests_properties(${name} PROPERTIES ENVIRONMENT
            "SNPED_BIN=${PROJECT_BINARY_DIR}/bin;SNPED_SOURCE=${PROJECT_SOURCE_DIR}" TIMEOUT ${T_TIMEOUT}
            LABELS "${T_LABELS}")
    endforeach()
endfunction()
