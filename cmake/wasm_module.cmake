# The module that the package ships, linked twice: the C++ is the same, the JavaScript that starts it
# is not. The glue for browsers must not mention `node:` modules, on which webpack and Next fail.

file(GLOB_RECURSE binding_sources CONFIGURE_DEPENDS js/bindings/*.cpp)

set(module_options
  # Optimisation of the wasm by Binaryen, again and again until nothing more is found (1.4 % less to
  # download, as fast), and minification of the glue.
  -O3
  -sBINARYEN_EXTRA_PASSES=--converge
  # An ES module with a factory: no global, one instance per call, bundlers understand it.
  -sMODULARIZE=1
  -sEXPORT_ES6=1
  -sEXPORT_NAME=createFiligree
  # TypeScript makes the memory, with a maximum computed from the model, and passes it.
  -sIMPORTED_MEMORY=1
  -sALLOW_MEMORY_GROWTH=1
  # The limit that the module declares; the imported memory's own maximum is what counts.
  -sMAXIMUM_MEMORY=4GB
  # Memory never shrinks, and large blocks come last: no more of it than is asked for, in steps.
  -sMEMORY_GROWTH_LINEAR_STEP=512KB
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
  -sINCOMING_MODULE_JS_API=instantiateWasm,wasmMemory,printErr,pthreadPoolSize
  # Old browsers lack SIMD anyway; no code for them. (Versions: as in scripts/build/typescript.mjs.)
  -sMIN_CHROME_VERSION=91
  -sMIN_FIREFOX_VERSION=90
  -sMIN_SAFARI_VERSION=160400
  -sMIN_NODE_VERSION=180000
  # The instance goes away with its memory: no destructors, no flushing at exit.
  -sEXIT_RUNTIME=0
)
set(module_options_serial
  # Nothing of Emscripten's runtime is used from outside but the exports of the instance …
  -sEXPORTED_RUNTIME_METHODS=
)
set(module_options_threads
  # … and, to end the threads with their model, the list of them.
  -sEXPORTED_RUNTIME_METHODS=PThread
  # As many workers as TypeScript says are started with the instance, which does not wait for them:
  # their start takes longer than most models' loading. TypeScript waits for the promise
  # `pthreadPoolReady` before it makes pthreadpool start its threads: that is one call, during which
  # no worker could come to life.
  "-sPTHREAD_POOL_SIZE=Module[\"pthreadPoolSize\"]"
  -sPTHREAD_POOL_DELAY_LOAD=1
  # A thread more than the pool has is a mistake of ours: fail at once instead of hanging.
  -sPTHREAD_POOL_SIZE_STRICT=2
  -sDEFAULT_PTHREAD_STACK_SIZE=128KB
  # "Growth with threads slows down JavaScript that reads the heap": ours takes a fresh view for
  # each copy, and no loop of it runs over single elements.
  -Wno-pthreads-mem-growth
)

foreach(mode ${FILIGREE_MODES})
  add_library(bindings_${mode} OBJECT ${binding_sources})
  target_link_libraries(bindings_${mode} PRIVATE shared_${mode})
endforeach()

# Threads in browsers are workers that TypeScript starts.
set(glue_library ${CMAKE_CURRENT_LIST_DIR}/glue_library.js)
set(module_options_web_threads "SHELL:--js-library ${glue_library}")

function(add_module variant platform environments)
  variant_mode(${variant} mode)
  set(target module_${platform}_${variant})
  add_executable(${target} $<TARGET_OBJECTS:bindings_${mode}>)
  target_link_libraries(${target} PRIVATE filigree_core_${variant})
  target_link_options(${target} PRIVATE ${module_options} ${module_options_${mode}}
    ${module_options_${platform}_${mode}} -sENVIRONMENT=${environments})
  set_target_properties(${target} PROPERTIES
    # The name says the variant, since all of them lie in one folder of the package.
    OUTPUT_NAME filigree-${variant}
    LINK_DEPENDS ${glue_library}
    SUFFIX .js
    LINKER_LANGUAGE CXX
    RUNTIME_OUTPUT_DIRECTORY ${CMAKE_CURRENT_BINARY_DIR}/${platform}
  )
endfunction()

add_custom_target(modules)
foreach(variant ${FILIGREE_VARIANTS})
  add_module(${variant} web web,worker)
  add_module(${variant} node node,worker)
  add_custom_target(module_${variant})
  add_dependencies(module_${variant} module_web_${variant} module_node_${variant})
  add_dependencies(modules module_${variant})
endforeach()
