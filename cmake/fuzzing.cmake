# reader_fuzz: libFuzzer on the reader (test/fuzz/reader_fuzz.cpp). Built only by name, with clang and
# under the sanitizers; `npm run fuzz:reader` does both.

if(FILIGREE_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  # Compiled anew: every branch counts what comes by, which the other programs do without.
  add_executable(reader_fuzz EXCLUDE_FROM_ALL ${reader_sources}
    src/graph/graph.cpp src/graph/constant.cpp src/tensor.cpp src/text.cpp
    test/fuzz/reader_fuzz.cpp test/fuzz/model_mutator.cpp)
  target_link_libraries(reader_fuzz PRIVATE filigree_threads filigree_schema)
  target_compile_options(reader_fuzz PRIVATE -fsanitize=fuzzer)
  target_link_options(reader_fuzz PRIVATE -fsanitize=fuzzer)
endif()
