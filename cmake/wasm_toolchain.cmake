# CMake's toolchain file of the wasm presets: Emscripten's own, wherever set-up found it.

include(${CMAKE_CURRENT_LIST_DIR}/../build/toolchain.cmake OPTIONAL)
if(NOT FILIGREE_EMSCRIPTEN)
  message(FATAL_ERROR "build/toolchain.cmake is missing: run `node scripts/setup.mjs` first")
endif()
include(${FILIGREE_EMSCRIPTEN}/cmake/Modules/Platform/Emscripten.cmake)
