// Operators by name, and the list of those that a model wants and filigree does not have.
#pragma once

#include <string>

#include "status.h"
#include "tflite/model_file.h"

namespace filigree {

/// What one entry of the file's operator codes stands for.
struct OperatorCode {
  int builtin = 0;         // a tflite::BuiltinOperator, if the schema knows it
  std::string customName;  // of a CUSTOM operator, cut when very long
  bool supported = false;
};

/// Resolves an entry. The larger of the two codes counts: old files have only the narrow one, which
/// newer files fill with a placeholder.
OperatorCode readOperatorCode(const tflite::OperatorCode& code);

/// "CONV_2D", "custom 'Convolution2DTransposeBias'".
std::string operatorCodeText(const OperatorCode& code);

/// Resolves all codes; checks each operator's index of its code; UnsupportedOp names all operators
/// that are missing, each with its count.
Status readOperatorCodes(const ModelFile& file, std::vector<OperatorCode>* codes);

}  // namespace filigree
