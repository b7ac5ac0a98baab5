#include "tflite/identify.h"

#include <algorithm>
#include <string_view>

namespace filigree {

namespace {

constexpr std::string_view kIdentifier = "TFL3";
// A FlatBuffer starts with the offset of its root table, then comes the identifier.
constexpr size_t kIdentifierOffset = 4;

struct Lookalike {
  std::string_view start;
  std::string_view name;
};

/// What servers and tools hand out under the name of a model.
constexpr Lookalike kLookalikes[] = {
    {"\x1F\x8B", "gzip data: it has to be decompressed first"},
    {"\x28\xB5\x2F\xFD", "zstd data: it has to be decompressed first"},
    {"PK\x03\x04", "a zip archive: the model has to be unpacked first"},
    {"version https://git-lfs", "a Git LFS pointer: the file itself was not fetched"},
    {"\x89PNG", "a PNG image"},
    {"\xFF\xD8\xFF", "a JPEG image"},
    {"\x89HDF", "an HDF5 file (Keras): it has to be converted to .tflite first"},
};

std::string_view guess(std::string_view file) {
  for (const Lookalike& lookalike : kLookalikes) {
    if (file.starts_with(lookalike.start)) return lookalike.name;
  }
  std::string_view visible = file;
  if (visible.starts_with("\xEF\xBB\xBF")) visible.remove_prefix(3);
  visible.remove_prefix(std::min(visible.find_first_not_of(" \t\r\n"), visible.size()));
  if (visible.starts_with('<')) return "an HTML or XML page, perhaps a server's error message";
  if (visible.starts_with('{') || visible.starts_with('[')) return "JSON text";
  return {};
}

std::string firstBytes(std::span<const uint8_t> file) {
  static constexpr char kHexDigits[] = "0123456789abcdef";
  std::string out;
  for (const uint8_t byte : file.first(std::min<size_t>(file.size(), 8))) {
    if (!out.empty()) out += ' ';
    out += kHexDigits[byte >> 4];
    out += kHexDigits[byte & 15];
  }
  return out;
}

}  // namespace

Status checkIdentifier(std::span<const uint8_t> file) {
  const std::string_view content(reinterpret_cast<const char*>(file.data()), file.size());
  if (content.empty()) return Status(StatusCode::NotAModel, "the file is empty");
  if (content.substr(std::min(kIdentifierOffset, content.size())).starts_with(kIdentifier)) {
    return {};
  }
  const std::string_view looksLike = guess(content);
  std::string message = "not a .tflite model: ";
  if (!looksLike.empty()) {
    appendText(message, text("it looks like ", looksLike));
  } else if (file.size() < kIdentifierOffset + kIdentifier.size()) {
    appendText(message, text("it has only ", file.size(), " bytes"));
  } else {
    appendText(message,
               text("the identifier '", kIdentifier, "' is missing at byte ", kIdentifierOffset));
  }
  appendText(message, text(" (it begins with the bytes ", firstBytes(file), ")"));
  return Status(StatusCode::NotAModel, std::move(message));
}

}  // namespace filigree
