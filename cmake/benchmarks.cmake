# Programs that measure kernels, one for each file of test/bench and variant (kernels_bench_simd, …);
# built only by name, natively or as wasm: for Node, and as a module for a page (…_page), which
# `npm run bench:kernels` runs in Chromium.

file(GLOB bench_sources CONFIGURE_DEPENDS test/bench/*.cpp)
foreach(source ${bench_sources})
  get_filename_component(name ${source} NAME_WE)
  foreach(variant ${FILIGREE_VARIANTS})
    variant_mode(${variant} mode)
    set(target ${name}_${variant})
    add_executable(${target} EXCLUDE_FROM_ALL ${source})
    target_link_libraries(${target} PRIVATE filigree_core_${variant})
    if(EMSCRIPTEN)
      set_target_properties(${target} PROPERTIES SUFFIX .cjs)
      target_link_options(${target} PRIVATE -O3 ${node_program_options_${mode}})

      set(page ${target}_page)
      add_executable(${page} EXCLUDE_FROM_ALL ${source})
      target_link_libraries(${page} PRIVATE filigree_core_${variant})
      set_target_properties(${page} PROPERTIES SUFFIX .mjs)
      target_link_options(${page} PRIVATE -O3 -sENVIRONMENT=web,worker -sALLOW_MEMORY_GROWTH=1
        -sSTACK_SIZE=1MB -sMODULARIZE=1 -sEXPORT_ES6=1)
    endif()
  endforeach()
endforeach()
