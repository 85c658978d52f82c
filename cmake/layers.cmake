# One place for how a layer is compiled. A layer is one static library made of all sources of its folder.

add_library(patchbay_flags INTERFACE)
target_include_directories(patchbay_flags INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(patchbay_flags INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_KEYWORDS QT_NO_FOREACH QT_NO_URL_CAST_FROM_STRING
    JSON_USE_IMPLICIT_CONVERSIONS=0 JSON_DIAGNOSTICS=0
    $<$<BOOL:${PATCHBAY_FAULTS}>:PATCHBAY_FAULTS>)
target_compile_options(patchbay_flags INTERFACE -Wall -Wextra $<$<BOOL:${PATCHBAY_WERROR}>:-Werror>)
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # In a unity batch GCC takes each .cpp for a header, so it warns of every type of its own in an anonymous namespace.
    target_compile_options(patchbay_flags INTERFACE -Wno-subobject-linkage)
endif()

# patchbay_layer(NAME target LINKS public... [PRIVATE_LINKS private...])
function(patchbay_layer)
    cmake_parse_arguments(LAYER "" "NAME" "LINKS;PRIVATE_LINKS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp *.h)
    file(GLOB implementation CONFIGURE_DEPENDS *.cpp)
    if(implementation)
        add_library(${LAYER_NAME} STATIC ${sources})
        target_link_libraries(${LAYER_NAME} PUBLIC patchbay_flags ${LAYER_LINKS} PRIVATE ${LAYER_PRIVATE_LINKS})
        if(PATCHBAY_PCH)
            target_precompile_headers(${LAYER_NAME} PRIVATE ${PROJECT_SOURCE_DIR}/cmake/precompiled.h)
        endif()
    else()
        add_library(${LAYER_NAME} INTERFACE)
        target_link_libraries(${LAYER_NAME} INTERFACE patchbay_flags ${LAYER_LINKS})
    endif()
endfunction()
