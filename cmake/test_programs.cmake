# Programs that end in a way no unit test could survive (test/programs); wasm in Node, built by name.

add_executable(trapping_thread EXCLUDE_FROM_ALL test/programs/trapping_thread.cpp src/pace.cpp src/team.cpp)
target_link_libraries(trapping_thread PRIVATE filigree_threads pthreadpool_threads)
set_target_properties(trapping_thread PROPERTIES SUFFIX .cjs)
target_link_options(trapping_thread PRIVATE -O1 ${node_program_options_threads})
