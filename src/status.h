// Status: how every layer that sees untrusted or user-made input reports failure.
//
// Returned by the reader, the passes, the planner and the C interface, in release builds too.
// Kernels only assert. The codes are those of the TypeScript FiligreeError, see js/errors.ts.
#pragma once

#include <string>
#include <utility>

#include "text.h"

namespace filigree {

enum class StatusCode : int {
  Ok = 0,
  NotAModel = 1,      // the bytes are no .tflite file at all
  InvalidModel = 2,   // a .tflite file that contradicts itself
  UnsupportedOp = 3,  // an operator, a type or a parameter that filigree does not run
  BadInput = 4,       // the caller's arguments
  OutOfMemory = 5,
};

class [[nodiscard]] Status {
 public:
  Status() = default;
  Status(StatusCode code, std::string message) : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::Ok; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

 private:
  StatusCode code_ = StatusCode::Ok;
  std::string message_;
};

/// The parts, strings and numbers alike, become one message.
template <typename... Parts>
Status invalidModel(const Parts&... parts) {
  return Status(StatusCode::InvalidModel, text(parts...));
}

template <typename... Parts>
Status unsupported(const Parts&... parts) {
  return Status(StatusCode::UnsupportedOp, text(parts...));
}

template <typename... Parts>
Status outOfMemory(const Parts&... parts) {
  return Status(StatusCode::OutOfMemory, text(parts...));
}

}  // namespace filigree

#define FILIGREE_CHECK_OK(expression)                                             \
  do {                                                                            \
    if (::filigree::Status status_ = (expression); !status_.ok()) return status_; \
  } while (false)
