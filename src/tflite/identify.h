// Is this a .tflite file at all? If not, what does it look like instead?
#pragma once

#include <cstdint>
#include <span>

#include "status.h"

namespace filigree {

/// NotAModel, with a guess at what came instead, unless the bytes carry the identifier of a .tflite
/// file. Says nothing about what follows the first eight bytes.
Status checkIdentifier(std::span<const uint8_t> file);

}  // namespace filigree
