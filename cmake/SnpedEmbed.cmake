# snped_embed(NAME file...): the bytes of files as a source file, for programs that carry them along;
# adds generated/NAME.c, which defines for each `const unsigned char NAME_FILE[]`, ended by a 0, where
# FILE is its name with underscores, and generated/NAME.h, which declares them. NAME is a path without
# ending. In a script (-P): SOURCES, NAME and OUT.
if(CMAKE_SCRIPT_MODE_FILE)
    get_filename_component(stem ${NAME} NAME)
    set(header "#pragma once\n/* Made by cmake/SnpedEmbed.cmake. */\n")
    set(source "#include \"${NAME}.h\"\n")
    foreach(file ${SOURCES})
        get_filename_component(name ${file} NAME)
        string(MAKE_C_IDENTIFIER "${stem}_${name}" symbol)
        file(READ ${file} bytes HEX)
        string(REGEX REPLACE "(................................)" "\\1\n    " bytes "${bytes}")
        string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
        string(APPEND header "extern const unsigned char ${symbol}[];\n")
        string(APPEND source "const unsigned char ${symbol}[] = {\n    ${bytes}0x00};\n")
    endforeach()
    file(WRITE ${OUT}/${NAME}.h "${header}")
    file(WRITE ${OUT}/${NAME}.c "${source}")
    return()
endif()
set(SNPED_EMBED_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

function(snped_embed NAME)
    set(generated ${PROJECT_BINARY_DIR}/generated)
    set(files)
    foreach(file ${ARGN})
        get_filename_component(path ${file} ABSOLUTE)
        list(APPEND files ${path})
    endforeach()
    add_custom_command(
        OUTPUT ${generated}/${NAME}.c ${generated}/${NAME}.h
        COMMAND ${CMAKE_COMMAND} "-DSOURCES=${files}" -DNAME=${NAME} -DOUT=${generated} -P ${SNPED_EMBED_SCRIPT}
        DEPENDS ${files} ${SNPED_EMBED_SCRIPT}
        COMMENT "embed: ${NAME}"
        VERBATIM)
endfunction()
