# The module that the package ships, linked twice: the C++ is the same, the JavaScript that starts it
# is not. The glue for browsers must not mention `node:` modules, on which webpack and Next fail.

# The name says the variant, since all of them lie in one folder of the package.
set(module_name filigree)
string(APPEND module_name $<IF:$<BOOL:${FILIGREE_RELAXED}>,-relaxed,-simd>)
string(APPEND module_name $<$<BOOL:${FILIGREE_THREADS}>:-threads>)

set(module_options
  # Optimisation of the wasm by Binaryen and minification of the glue.
  -O3
  # An ES module with a factory: no global, one instance per call, bundlers understand it.
  -sMODULARIZE=1
  -sEXPORT_ES6=1
  -sEXPORT_NAME=createFiligree
  # TypeScript makes the memory, with a maximum computed from the model, and passes it.
  -sIMPORTED_MEMORY=1
  -sALLOW_MEMORY_GROWTH=1
  # The limit that the module declares; the imported memory's own maximum is what counts.
  -sMAXIMUM_MEMORY=4GB
  # The least that the imported memory must have: stack and static data, in whole pages.
  -sINITIAL_MEMORY=1MB
  # The engine calls kernels a few frames deep and keeps no large arrays on the stack.
  -sSTACK_SIZE=256KB
  # Large blocks are few and live as long as the model: the small allocator is enough, and with
  # threads only one of them allocates.
  -sMALLOC=emmalloc
  # No files, no environment, no program arguments, no main().
  -sFILESYSTEM=0
  --no-entry
  # The package promises to work under a Content-Security-Policy without 'unsafe-eval'.
  -sDYNAMIC_EXECUTION=0
  # Nothing of Emscripten's runtime is used from outside but the exports of the instance; and, to
  # end the threads with their model, the list of them.
  -sEXPORTED_RUNTIME_METHODS=$<$<BOOL:${FILIGREE_THREADS}>:PThread>
  -sINCOMING_MODULE_JS_API=instantiateWasm,wasmMemory,locateFile,print,printErr,onAbort,pthreadPoolSize
  # Old browsers lack SIMD anyway; no code for them. (Versions: the first ones with SIMD.)
  -sMIN_CHROME_VERSION=91
  -sMIN_FIREFOX_VERSION=89
  -sMIN_SAFARI_VERSION=160400
  -sMIN_NODE_VERSION=180000
  # The instance goes away with its memory: no destructors, no flushing at exit.
  -sEXIT_RUNTIME=0
)
if(FILIGREE_THREADS)
  list(APPEND module_options
    # Workers exist before the first call, as many as TypeScript says: pthreadpool makes its threads
    # inside one call, during which no worker could start.
    "-sPTHREAD_POOL_SIZE=Module[\"pthreadPoolSize\"]"
    # A thread more than the pool has is a mistake of ours: fail at once instead of hanging.
    -sPTHREAD_POOL_SIZE_STRICT=2
    -sDEFAULT_PTHREAD_STACK_SIZE=128KB
    # "Growth with threads slows down JavaScript that reads the heap": ours takes a fresh view for
    # each copy, and no loop of it runs over single elements.
    -Wno-pthreads-mem-growth
  )
endif()

function(add_module target environments folder)
  add_executable(${target} ${binding_sources})
  target_link_libraries(${target} PRIVATE filigree_core)
  target_link_options(${target} PRIVATE ${module_options} -sENVIRONMENT=${environments})
  set_target_properties(${target} PROPERTIES
    OUTPUT_NAME ${module_name}
    SUFFIX .js
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${folder}
  )
endfunction()

add_module(filigree_web web,worker web)
add_module(filigree_node node,worker node)
