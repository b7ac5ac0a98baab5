#include "tflite/missing_operators.h"

#include <algorithm>

#include "tflite/read_options.h"

namespace filigree {

namespace {

// Bounds the quadratic search for entries of the same name below; real models have a dozen.
constexpr size_t kMaxOperatorCodes = 4096;
constexpr size_t kMaxCustomName = 64;

struct Missing {
  std::string name;
  size_t count = 0;
};

std::string missingText(const std::vector<Missing>& missing) {
  std::string message = missing.size() == 1 ? "an operator is missing: "
                                            : text(missing.size(), " operators are missing: ");
  for (size_t i = 0; i < missing.size(); ++i) {
    if (i > 0) message += ", ";
    appendText(message, text(missing[i].name, " (", missing[i].count, "×)"));
  }
  return message;
}

}  // namespace

OperatorCode readOperatorCode(const tflite::OperatorCode& code) {
  OperatorCode result;
  result.builtin =
      std::max<int>(code.builtin_code(), static_cast<int>(code.deprecated_builtin_code()));
  if (result.builtin == tflite::BuiltinOperator_CUSTOM && code.custom_code() != nullptr) {
    result.customName = code.custom_code()->str().substr(0, kMaxCustomName);
  }
  result.supported = isSupported(result);
  return result;
}

std::string operatorCodeText(const OperatorCode& code) {
  if (code.builtin == tflite::BuiltinOperator_CUSTOM) {
    return text("custom '", code.customName, "'");
  }
  const char* name =
      tflite::EnumNameBuiltinOperator(static_cast<tflite::BuiltinOperator>(code.builtin));
  return name[0] == '\0' ? text("operator code ", code.builtin) : std::string(name);
}

Status readOperatorCodes(const ModelFile& file, std::vector<OperatorCode>* codes) {
  const size_t codeCount = countOf(file.model->operator_codes());
  if (codeCount > kMaxOperatorCodes) {
    return invalidModel("the file has ", codeCount, " operator codes, expected at most ",
                        kMaxOperatorCodes);
  }
  for (size_t i = 0; i < codeCount; ++i) {
    codes->push_back(readOperatorCode(
        *file.model->operator_codes()->Get(static_cast<flatbuffers::uoffset_t>(i))));
  }

  std::vector<size_t> uses(codeCount, 0);
  const size_t operatorCount = countOf(file.subgraph->operators());
  for (size_t i = 0; i < operatorCount; ++i) {
    const uint32_t index =
        file.subgraph->operators()->Get(static_cast<flatbuffers::uoffset_t>(i))->opcode_index();
    if (index >= codeCount) {
      return invalidModel("operator ", i, " has operator code index ", index, ", the file has ",
                          codeCount, " codes");
    }
    ++uses[index];
  }

  // Several entries may stand for one operator, in different versions.
  std::vector<Missing> missing;
  for (size_t i = 0; i < codeCount; ++i) {
    if (uses[i] == 0 || (*codes)[i].supported) continue;
    std::string name = operatorCodeText((*codes)[i]);
    const auto same = std::find_if(missing.begin(), missing.end(),
                                   [&](const Missing& entry) { return entry.name == name; });
    if (same == missing.end()) {
      missing.push_back({std::move(name), uses[i]});
    } else {
      same->count += uses[i];
    }
  }
  if (missing.empty()) return {};
  return unsupported(missingText(missing));
}

}  // namespace filigree
