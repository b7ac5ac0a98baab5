# How things are compiled, by two sets of flags:
#
#   flags_MODE     what every object of a build needs, other people's C included; MODE is `threads` or
#                  `serial`, since the linker wants -pthread on all objects or on none
#   filigree_MODE  the same, and how filigree's own C++ is compiled
#
# A variant (simd, relaxed-threads, …) is a mode, and relaxed SIMD or not.

# variant_mode(simd-threads mode): sets mode to `threads`.
function(variant_mode variant result)
  if(variant MATCHES "threads|native")
    set(${result} threads PARENT_SCOPE)
  else()
    set(${result} serial PARENT_SCOPE)
  endif()
endfunction()

set(FILIGREE_MODES "")
foreach(variant ${FILIGREE_VARIANTS})
  variant_mode(${variant} mode)
  list(APPEND FILIGREE_MODES ${mode})
endforeach()
list(REMOVE_DUPLICATES FILIGREE_MODES)

if(EMSCRIPTEN)
  set(machine_flags
    -msimd128
    # Every browser with SIMD has these three. Without them float-to-int conversions are guarded by
    # branches and memcpy is a loop.
    -mbulk-memory -mnontrapping-fptoint -msign-ext
  )
else()
  find_package(Threads REQUIRED)
  # SIMDe translates the wasm intrinsics. SSE 4.2 is what it needs to do so one to one.
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(machine_flags -march=x86-64-v2)
  endif()
endif()
if(FILIGREE_SANITIZE)
  list(APPEND machine_flags -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
endif()

foreach(mode ${FILIGREE_MODES})
  add_library(flags_${mode} INTERFACE)
  target_compile_options(flags_${mode} INTERFACE ${machine_flags})
  target_link_options(flags_${mode} INTERFACE ${machine_flags})
  if(mode STREQUAL threads)
    target_compile_options(flags_${mode} INTERFACE -pthread)
    target_link_options(flags_${mode} INTERFACE -pthread)
  endif()

  add_library(filigree_${mode} INTERFACE)
  target_link_libraries(filigree_${mode} INTERFACE flags_${mode})
  target_compile_features(filigree_${mode} INTERFACE cxx_std_20)
  target_include_directories(filigree_${mode} INTERFACE src)
  target_compile_definitions(filigree_${mode} INTERFACE
    $<$<STREQUAL:${mode},threads>:FILIGREE_THREADS=1>)
  target_compile_options(filigree_${mode} INTERFACE
    -Wall -Wextra -Wshadow -Werror
    # Errors are statuses, never exceptions, and nothing asks for a type at run time: without both
    # the wasm is smaller. The native builds compile the same language.
    -fno-exceptions -fno-rtti
    # No fused multiply-add behind one's back: native tests shall round like wasm.
    -ffp-contract=off
  )
  if(NOT EMSCRIPTEN)
    target_include_directories(filigree_${mode} SYSTEM INTERFACE ${FILIGREE_SIMDE})
  endif()
endforeach()
