# How filigree's own C++ is compiled, native or wasm: the target filigree_flags carries it all, and
# whoever links it compiles the same way.

add_library(filigree_flags INTERFACE)
target_compile_features(filigree_flags INTERFACE cxx_std_20)

target_compile_options(
  filigree_flags
  INTERFACE
    -Wall -Wextra -Wshadow -Werror
    # Errors are statuses, never exceptions, and nothing asks for a type at run time: without both
    # the wasm loses a third of its size. The native builds compile the same language.
    -fno-exceptions -fno-rtti
    # No fused multiply-add behind one's back: native tests shall round like wasm.
    -ffp-contract=off
)

if(EMSCRIPTEN)
  set(machine_flags
    -msimd128
    # Every browser with SIMD has these three. Without them float-to-int conversions are guarded by
    # branches and memcpy is a loop.
    -mbulk-memory -mnontrapping-fptoint -msign-ext
  )
  if(FILIGREE_RELAXED)
    list(APPEND machine_flags -mrelaxed-simd)
    target_compile_definitions(filigree_flags INTERFACE FILIGREE_RELAXED=1)
  endif()
  if(FILIGREE_THREADS)
    # Emscripten wants it on every object that goes into a threaded module, C included.
    list(APPEND machine_flags -pthread)
  endif()
else()
  find_package(Threads REQUIRED)
  target_link_libraries(filigree_flags INTERFACE Threads::Threads)
  # SIMDe translates the wasm intrinsics. SSE 4.2 is what it needs to do so one to one.
  if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
    set(machine_flags -march=x86-64-v2)
  endif()
  target_include_directories(filigree_flags SYSTEM INTERFACE ${FILIGREE_SIMDE})
endif()

if(FILIGREE_THREADS)
  target_compile_definitions(filigree_flags INTERFACE FILIGREE_THREADS=1)
endif()

if(FILIGREE_SANITIZE)
  list(APPEND machine_flags -fsanitize=address,undefined -fno-sanitize-recover=all
    -fno-omit-frame-pointer)
endif()

# Also for pthreadpool and GoogleTest: one machine for all objects of a build.
add_compile_options(${machine_flags})
add_link_options(${machine_flags})
