# Link options of C++ programs that run in Node: tests and benchmarks.

set(node_program_options_serial
  -sENVIRONMENT=node,worker
  # Real models are read from disk, and the exit code must reach the shell.
  -sNODERAWFS=1
  -sEXIT_RUNTIME=1
  -sALLOW_MEMORY_GROWTH=1
  -sMAXIMUM_MEMORY=4GB
  -sSTACK_SIZE=1MB
)
set(node_program_options_threads
  ${node_program_options_serial}
  # The largest number of threads that anyone asks for, less the caller's own.
  -sPTHREAD_POOL_SIZE=7
  -Wno-pthreads-mem-growth
)
