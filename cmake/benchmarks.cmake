# Programs that measure kernels, one for each file of test/bench; built only by name, natively or as
# wasm in Node.

file(GLOB bench_sources CONFIGURE_DEPENDS test/bench/*.cpp)
foreach(source ${bench_sources})
  get_filename_component(name ${source} NAME_WE)
  add_executable(${name} EXCLUDE_FROM_ALL ${source})
  target_link_libraries(${name} PRIVATE filigree_core)
  if(EMSCRIPTEN)
    set_target_properties(${name} PROPERTIES SUFFIX .cjs)
    target_link_options(${name} PRIVATE -O3 ${node_program_options})
  endif()
endforeach()
