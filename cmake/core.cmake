# The engine: filigree_core_VARIANT, one static library per variant. All but the kernels is the same
# code in the plain and the relaxed builds, so that it is compiled once per mode and shared.

file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS src/*.cpp)

# What asks whether relaxed SIMD is on: the kernels, and the file that names the build.
set(variant_sources ${core_sources})
list(FILTER variant_sources INCLUDE REGEX "/src/(wasm_simd/[^/]+|engine/session)\\.cpp$")
# The reader is apart for its large generated header, which is compiled once for all its files and
# which nobody else shall see.
set(reader_sources ${core_sources})
list(FILTER reader_sources INCLUDE REGEX "/src/tflite/[^/]+\\.cpp$")
set(shared_sources ${core_sources})
list(REMOVE_ITEM shared_sources ${variant_sources} ${reader_sources})

# What goes over every weight while a model is loaded, and what gathers the inputs of convolutions
# (without library calls in place of its loops): -Oz makes no vectors of their loops.
if(EMSCRIPTEN)
  set_source_files_properties(src/ops/gather.cpp
    PROPERTIES COMPILE_OPTIONS "-O3;-fno-builtin" SKIP_PRECOMPILE_HEADERS ON)
  set_source_files_properties(src/graph/constant.cpp src/ops/pack_rows.cpp
    src/tflite/read_sparse.cpp
    PROPERTIES COMPILE_OPTIONS -O2 SKIP_PRECOMPILE_HEADERS ON)
endif()

# Half of a file's compile time is the standard library's headers. (clang-tidy compiles without this,
# so that a missing #include is noticed.)
set(standard_headers <algorithm> <memory> <span> <string> <vector>)

foreach(mode ${FILIGREE_MODES})
  add_library(reader_${mode} OBJECT ${reader_sources})
  target_link_libraries(reader_${mode} PUBLIC filigree_${mode} filigree_schema)
  target_precompile_headers(reader_${mode} PRIVATE <schema_generated.h>)
  add_library(shared_${mode} OBJECT ${shared_sources})
  target_link_libraries(shared_${mode} PUBLIC filigree_${mode} pthreadpool_${mode})
  target_precompile_headers(shared_${mode} PRIVATE ${standard_headers})
  foreach(part reader shared)
    if(EMSCRIPTEN)
      # The time goes by in the kernels. With -Os a build would be 12 KB larger, and it is downloaded.
      target_compile_options(${part}_${mode} PRIVATE -Oz)
    endif()
    # Makes a mention of FILIGREE_RELAXED in a shared file an error instead of a silent "no".
    target_compile_options(${part}_${mode} PRIVATE
      -include ${CMAKE_CURRENT_SOURCE_DIR}/cmake/shared_by_variants.h)
  endforeach()
endforeach()

foreach(variant ${FILIGREE_VARIANTS})
  variant_mode(${variant} mode)
  add_library(filigree_core_${variant} STATIC ${variant_sources}
    $<TARGET_OBJECTS:reader_${mode}> $<TARGET_OBJECTS:shared_${mode}>)
  target_link_libraries(filigree_core_${variant} PUBLIC filigree_${mode} pthreadpool_${mode})
  target_precompile_headers(filigree_core_${variant} PRIVATE ${standard_headers})
  if(variant MATCHES relaxed)
    target_compile_options(filigree_core_${variant} PRIVATE -mrelaxed-simd)
    target_link_options(filigree_core_${variant} INTERFACE -mrelaxed-simd)
    target_compile_definitions(filigree_core_${variant} PRIVATE FILIGREE_RELAXED=1)
  endif()
endforeach()
