# kernels_bench_VARIANT: measures the kernels. Built only by name, natively or as wasm: for Node, and
# as a module for a page (…_page), which `npm run bench:kernels` runs in Chromium.

file(GLOB bench_sources CONFIGURE_DEPENDS test/bench/kernels/*.cpp)
foreach(variant ${FILIGREE_VARIANTS})
  variant_mode(${variant} mode)
  set(target kernels_bench_${variant})
  add_executable(${target} EXCLUDE_FROM_ALL ${bench_sources})
  target_include_directories(${target} PRIVATE test/bench)
  target_link_libraries(${target} PRIVATE filigree_core_${variant})
  if(EMSCRIPTEN)
    set_target_properties(${target} PROPERTIES SUFFIX .cjs)
    target_link_options(${target} PRIVATE -O3 ${node_program_options_${mode}})

    set(page ${target}_page)
    add_executable(${page} EXCLUDE_FROM_ALL ${bench_sources})
    target_include_directories(${page} PRIVATE test/bench)
    target_link_libraries(${page} PRIVATE filigree_core_${variant})
    set_target_properties(${page} PROPERTIES SUFFIX .mjs)
    target_link_options(${page} PRIVATE -O3 -sENVIRONMENT=web,worker -sALLOW_MEMORY_GROWTH=1
      -sSTACK_SIZE=1MB -sMODULARIZE=1 -sEXPORT_ES6=1)
  endif()
endforeach()
