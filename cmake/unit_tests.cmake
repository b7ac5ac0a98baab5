# GoogleTest compiled from source with our own flags, and all of test/unit in one program; natively
# under the sanitizers, and as wasm in Node.

add_library(googletest STATIC
  ${FILIGREE_GOOGLETEST}/googletest/src/gtest-all.cc
  ${FILIGREE_GOOGLETEST}/googlemock/src/gmock-all.cc
  ${FILIGREE_GOOGLETEST}/googlemock/src/gmock_main.cc
)
target_include_directories(googletest SYSTEM
  PUBLIC ${FILIGREE_GOOGLETEST}/googletest/include ${FILIGREE_GOOGLETEST}/googlemock/include
  PRIVATE ${FILIGREE_GOOGLETEST}/googletest ${FILIGREE_GOOGLETEST}/googlemock
)
target_compile_features(googletest PUBLIC cxx_std_20)
target_compile_options(googletest PRIVATE -w -fno-exceptions -fno-rtti)

add_executable(filigree_unit_tests ${unit_sources})
target_link_libraries(filigree_unit_tests PRIVATE filigree_core googletest)
# So that tests can include "unit/…" helpers and find the real models.
target_include_directories(filigree_unit_tests PRIVATE test)
target_compile_definitions(filigree_unit_tests
  PRIVATE FILIGREE_MODEL_FOLDER="${CMAKE_CURRENT_SOURCE_DIR}/build/models")

if(EMSCRIPTEN)
  # The glue is a CommonJS script, and the package's own .js files are ES modules.
  set_target_properties(filigree_unit_tests PROPERTIES SUFFIX .cjs)
  target_link_options(filigree_unit_tests PRIVATE
    -O2
    # A crash shall name its functions, and print one line of glue instead of all of it.
    -g2
    -sSTACK_OVERFLOW_CHECK=1
    ${node_program_options}
  )
endif()

add_test(NAME unit COMMAND filigree_unit_tests)
