# snped_proto(TARGET proto/NAME.proto...): nanopb's tables of our own schemas, each with its NAME.options
# beside it, as a static library; the sources include them as "FOLDER/proto/NAME.pb.h".
function(snped_proto TARGET)
    find_package(nanopb REQUIRED)
    find_program(NANOPB_GENERATOR NAMES nanopb_generator nanopb_generator.py REQUIRED)
    file(RELATIVE_PATH here ${PROJECT_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    set(generated ${PROJECT_BINARY_DIR}/generated)
    set(made)
    foreach(proto ${ARGN})
        get_filename_component(folder ${proto} DIRECTORY)
        get_filename_component(name ${proto} NAME_WE)
        set(out ${generated}/${here}/${folder})
        add_custom_command(
            OUTPUT ${out}/${name}.pb.c ${out}/${name}.pb.h
            COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
            COMMAND ${NANOPB_GENERATOR} -q -D ${out} -f ${name}.options ${name}.proto
            WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}/${folder}
            DEPENDS ${proto} ${folder}/${name}.options
            COMMENT "nanopb: ${name}.proto")
        list(APPEND made ${out}/${name}.pb.c)
    endforeach()
    add_library(${TARGET} STATIC ${made})
    target_include_directories(${TARGET} PUBLIC ${generated})
    target_link_libraries(${TARGET} PUBLIC nanopb::protobuf-nanopb-static)
endfunction()
