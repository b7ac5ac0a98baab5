# pthreadpool from its source: the real one for threaded builds, its serial shim behind the same
# interface for the others.

set(FILIGREE_SPIN_ITERATIONS 20000 CACHE STRING "How often pthreadpool looks again before it sleeps")

set(pthreadpool_files_threads memory.c portable-api.c fastpath.c pthreads.c)
set(pthreadpool_files_serial shim.c)

foreach(mode ${FILIGREE_MODES})
  set(files ${pthreadpool_files_${mode}})
  list(TRANSFORM files PREPEND ${FILIGREE_PTHREADPOOL}/src/)
  add_library(pthreadpool_${mode} STATIC ${files})
  target_link_libraries(pthreadpool_${mode} PRIVATE flags_${mode})
  target_include_directories(pthreadpool_${mode} SYSTEM
    PUBLIC ${FILIGREE_PTHREADPOOL}/include
    PRIVATE ${FILIGREE_FXDIV} ${FILIGREE_PTHREADPOOL}/src
  )
  target_compile_definitions(pthreadpool_${mode} PRIVATE
    # futex_wait on Linux needs syscall() declared.
    _GNU_SOURCE=1
    # FXdiv's x86 assembly is of no use to wasm; native builds shall divide the same way.
    FXDIV_USE_INLINE_ASSEMBLY=0
    FILIGREE_SPIN_ITERATIONS=${FILIGREE_SPIN_ITERATIONS}
  )
  target_compile_options(pthreadpool_${mode} PRIVATE
    -w  # Not our code to keep free of warnings.
    -std=gnu11
    # The library is compiled pristine; its spin count is a plain #define, so that the settings are
    # put in front of every file instead.
    -include ${CMAKE_CURRENT_SOURCE_DIR}/cmake/pthreadpool_settings.h
  )
endforeach()
