# pthreadpool from its source: the real one for threaded builds, its serial shim behind the same
# interface for the others.

if(FILIGREE_THREADS)
  set(pthreadpool_files memory.c portable-api.c fastpath.c pthreads.c)
else()
  set(pthreadpool_files shim.c)
endif()
list(TRANSFORM pthreadpool_files PREPEND ${FILIGREE_PTHREADPOOL}/src/)

add_library(pthreadpool STATIC ${pthreadpool_files})
target_include_directories(pthreadpool SYSTEM PUBLIC ${FILIGREE_PTHREADPOOL}/include)
target_include_directories(pthreadpool SYSTEM PRIVATE ${FILIGREE_FXDIV}
  ${FILIGREE_PTHREADPOOL}/src)
target_compile_definitions(pthreadpool PRIVATE
  # futex_wait on Linux needs syscall() declared.
  _GNU_SOURCE=1
  # FXdiv's x86 assembly is of no use to wasm; native builds shall divide the same way.
  FXDIV_USE_INLINE_ASSEMBLY=0
)
target_compile_options(pthreadpool PRIVATE
  -w  # Not our code to keep free of warnings.
  -std=gnu11
  # The library is compiled pristine; its spin count is a plain #define, so that the settings are
  # put in front of every file instead.
  -include ${CMAKE_CURRENT_SOURCE_DIR}/cmake/pthreadpool_settings.h
)
set(FILIGREE_SPIN_ITERATIONS 20000 CACHE STRING "How often pthreadpool looks again before it sleeps")
target_compile_definitions(pthreadpool PRIVATE FILIGREE_SPIN_ITERATIONS=${FILIGREE_SPIN_ITERATIONS})
