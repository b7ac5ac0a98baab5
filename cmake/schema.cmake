# C++ from the TFLite schema, generated into the build folder (the engine reads through the plain
# accessors; tools and tests unpack and pack whole models through the object API). Enumerators keep
# flatc's prefixes (BuiltinOperator_ARG_MAX), which c++17 would drop: a bare ARG_MAX is a macro of
# the C library.

set(schema_source ${CMAKE_CURRENT_SOURCE_DIR}/src/tflite/schema.fbs)
set(schema_folder ${CMAKE_CURRENT_BINARY_DIR}/schema)
set(schema_header ${schema_folder}/schema_generated.h)

add_custom_command(
  OUTPUT ${schema_header}
  COMMAND ${FILIGREE_FLATC} --cpp --cpp-std c++11 --gen-object-api
          -o ${schema_folder} ${schema_source}
  DEPENDS ${schema_source}
  COMMENT "flatc schema.fbs"
  VERBATIM
)
add_custom_target(filigree_schema_header DEPENDS ${schema_header})

add_library(filigree_schema INTERFACE)
add_dependencies(filigree_schema filigree_schema_header)
target_include_directories(filigree_schema SYSTEM INTERFACE ${schema_folder} ${FILIGREE_FLATBUFFERS})
