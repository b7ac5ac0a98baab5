# CMake's toolchain file of the native presets: clang 19 where Debian's package is, so that sanitizers
# and warnings are the same on every machine; otherwise whatever CC and CXX or the system say.

find_program(FILIGREE_CLANG clang-19)
find_program(FILIGREE_CLANGXX clang++-19)
if(FILIGREE_CLANG AND FILIGREE_CLANGXX AND NOT DEFINED ENV{CXX})
  set(CMAKE_C_COMPILER ${FILIGREE_CLANG})
  set(CMAKE_CXX_COMPILER ${FILIGREE_CLANGXX})
endif()
