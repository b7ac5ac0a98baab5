# Programs that measure kernels, one for each file of test/bench and variant (kernels_bench_simd, …);
# built only by name, natively or as wasm in Node.

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
    endif()
  endforeach()
endforeach()
