# The engine: filigree_core_VARIANT, one static library per variant. All but the kernels is the same
# code in the plain and the relaxed builds, so that it is compiled once per mode and shared.

file(GLOB_RECURSE core_sources CONFIGURE_DEPENDS src/*.cpp)

# What asks whether relaxed SIMD is on: the kernels, and the file that names the build.
set(variant_sources ${core_sources})
list(FILTER variant_sources INCLUDE REGEX "/src/(wasm_simd/[^/]+|engine/session)\\.cpp$")
set(shared_sources ${core_sources})
list(REMOVE_ITEM shared_sources ${variant_sources})

foreach(mode ${FILIGREE_MODES})
  add_library(shared_${mode} OBJECT ${shared_sources})
  target_link_libraries(shared_${mode} PUBLIC filigree_${mode} filigree_schema
    pthreadpool_${mode})
  if(EMSCRIPTEN)
    # The time goes by in the kernels. The rest is a tenth smaller this way, and that is downloaded.
    target_compile_options(shared_${mode} PRIVATE -Os)
  endif()
  # Makes a mention of FILIGREE_RELAXED in a shared file an error instead of a silent "no".
  target_compile_options(shared_${mode} PRIVATE
    -include ${CMAKE_CURRENT_SOURCE_DIR}/cmake/shared_by_variants.h)
endforeach()

foreach(variant ${FILIGREE_VARIANTS})
  variant_mode(${variant} mode)
  add_library(filigree_core_${variant} STATIC ${variant_sources}
    $<TARGET_OBJECTS:shared_${mode}>)
  target_link_libraries(filigree_core_${variant} PUBLIC filigree_${mode} filigree_schema
    pthreadpool_${mode})
  if(variant MATCHES relaxed)
    target_compile_options(filigree_core_${variant} PRIVATE -mrelaxed-simd)
    target_link_options(filigree_core_${variant} INTERFACE -mrelaxed-simd)
    target_compile_definitions(filigree_core_${variant} PRIVATE FILIGREE_RELAXED=1)
  endif()
endforeach()
