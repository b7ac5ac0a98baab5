# GoogleTest compiled from source with our own flags, and all of test/unit in one program per variant,
# unit_tests_VARIANT; natively (unit_tests_native) under the sanitizers, and as wasm in Node.

file(GLOB_RECURSE unit_sources CONFIGURE_DEPENDS test/unit/*.cpp)

foreach(mode ${FILIGREE_MODES})
  add_library(googletest_${mode} STATIC EXCLUDE_FROM_ALL
    ${FILIGREE_GOOGLETEST}/googletest/src/gtest-all.cc
    ${FILIGREE_GOOGLETEST}/googlemock/src/gmock-all.cc
    ${FILIGREE_GOOGLETEST}/googlemock/src/gmock_main.cc
  )
  target_link_libraries(googletest_${mode} PRIVATE flags_${mode})
  target_include_directories(googletest_${mode} SYSTEM
    PUBLIC ${FILIGREE_GOOGLETEST}/googletest/include ${FILIGREE_GOOGLETEST}/googlemock/include
    PRIVATE ${FILIGREE_GOOGLETEST}/googletest ${FILIGREE_GOOGLETEST}/googlemock
  )
  target_compile_features(googletest_${mode} PRIVATE cxx_std_20)
  target_compile_options(googletest_${mode} PRIVATE -w -fno-exceptions -fno-rtti)
  if(FILIGREE_SANITIZE)
    target_compile_options(googletest_${mode} PRIVATE -O0)  # compiles in a third of the time
  endif()

  add_library(unit_test_objects_${mode} OBJECT EXCLUDE_FROM_ALL ${unit_sources})
  target_link_libraries(unit_test_objects_${mode} PUBLIC shared_${mode} filigree_schema
    googletest_${mode})
  # So that tests can include each other's helpers and find the real models and the random ones.
  target_include_directories(unit_test_objects_${mode} PRIVATE test)
  target_compile_definitions(unit_test_objects_${mode}
    PRIVATE
      FILIGREE_MODEL_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}/build/models"
      FILIGREE_GENERATED_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}/build/generated")
  # More optimisation of the tests' own code takes longer than it gains.
  target_compile_options(unit_test_objects_${mode} PRIVATE
    $<IF:$<BOOL:${FILIGREE_SANITIZE}>,-O0,-O1>)
  target_precompile_headers(unit_test_objects_${mode} PRIVATE <gtest/gtest.h> <schema_generated.h>)
endforeach()

foreach(variant ${FILIGREE_VARIANTS})
  variant_mode(${variant} mode)
  set(target unit_tests_${variant})
  add_executable(${target} EXCLUDE_FROM_ALL
    # The engine's objects first: of an inline function that both have, the linker takes the engine's.
    $<TARGET_OBJECTS:reader_${mode}> $<TARGET_OBJECTS:shared_${mode}>
    $<TARGET_OBJECTS:filigree_core_${variant}> $<TARGET_OBJECTS:unit_test_objects_${mode}>)
  target_link_libraries(${target} PRIVATE filigree_core_${variant} googletest_${mode})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
  # Lets a test make any allocation of a large block fail (test/unit/allocation_failures.h).
  target_link_options(${target} PRIVATE -Wl,--wrap=aligned_alloc)
  if(EMSCRIPTEN)
    # The glue is a CommonJS script, and the package's own .js files are ES modules.
    set_target_properties(${target} PROPERTIES SUFFIX .cjs)
    target_link_options(${target} PRIVATE
      # What Binaryen's optimisation makes of the kernels is tested with the package's modules.
      -O1
      # A crash shall name its functions, and print one line of glue instead of all of it.
      -g2
      -sSTACK_OVERFLOW_CHECK=1
      ${node_program_options_${mode}}
    )
  endif()
  add_test(NAME ${target} COMMAND ${target})
endforeach()
