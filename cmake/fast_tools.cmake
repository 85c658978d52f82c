# ccache and lld when they are there; the build is the same without them, only slower.

find_program(PATCHBAY_CCACHE ccache)
mark_as_advanced(PATCHBAY_CCACHE)
if(PATCHBAY_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${PATCHBAY_CCACHE})
    set(CMAKE_C_COMPILER_LAUNCHER ${PATCHBAY_CCACHE})
endif()

include(CheckLinkerFlag)
check_linker_flag(CXX -fuse-ld=lld PATCHBAY_HAS_LLD)
if(PATCHBAY_HAS_LLD)
    add_link_options(-fuse-ld=lld)
endif()
