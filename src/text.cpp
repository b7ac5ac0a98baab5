#include "text.h"

#include <charconv>
#include <cmath>

namespace filigree {

namespace {

constexpr double kLargestPrintable = 1e12;
constexpr uint32_t kFractionScale = 1'000'000;

/// Length of the valid UTF-8 sequence at `part[position]`, 0 when there is none.
size_t utf8Length(std::string_view part, size_t position) {
  const auto byteAt = [&](size_t index) { return static_cast<unsigned char>(part[index]); };
  const unsigned char lead = byteAt(position);
  size_t length = 0;
  uint32_t code = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) {
    length = 2;
    code = lead & 0x1Fu;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3;
    code = lead & 0x0Fu;
  } else if (lead >= 0xF0 && lead < 0xF5) {
    length = 4;
    code = lead & 0x07u;
  } else {
    return 0;
  }
  if (position + length > part.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byteAt(position + i) & 0xC0u) != 0x80u) return 0;
    code = (code << 6) | (byteAt(position + i) & 0x3Fu);
  }
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code < 0xE000;
  return overlong || surrogate || code > 0x10FFFF ? 0 : length;
}

template <typename Integer>
void appendInteger(std::string& out, Integer number) {
  char digits[24];
  const auto result = std::to_chars(digits, digits + sizeof digits, number);
  out.append(digits, result.ptr);
}

void appendDouble(std::string& out, double number) {
  if (!std::isfinite(number) || std::fabs(number) >= kLargestPrintable) {
    out += '0';
    return;
  }
  // The fraction apart: scaled as a whole, large numbers would not fit the 53 bits of a double.
  const double magnitude = std::fabs(number);
  uint64_t whole = static_cast<uint64_t>(magnitude);
  auto fraction = static_cast<uint64_t>(
      std::llround((magnitude - static_cast<double>(whole)) * kFractionScale));
  if (fraction == kFractionScale) {
    ++whole;
    fraction = 0;
  }
  if (number < 0 && (whole > 0 || fraction > 0)) out += '-';
  appendInteger(out, whole);
  if (fraction == 0) return;
  char digits[7] = {'.', '0', '0', '0', '0', '0', '0'};
  for (int i = 6; i >= 1; --i, fraction /= 10) digits[i] = static_cast<char>('0' + fraction % 10);
  size_t length = 7;
  while (digits[length - 1] == '0') --length;
  out.append(digits, length);
}

}  // namespace

void TextPart::appendTo(std::string& out) const {
  switch (kind_) {
    case Kind::CString:
      out.append(cString_);
      break;
    case Kind::String:
      out.append(*string_);
      break;
    case Kind::View:
      out.append(view_.data, view_.size);
      break;
    case Kind::Signed:
      appendInteger(out, static_cast<int64_t>(integer_));
      break;
    case Kind::Unsigned:
      appendInteger(out, integer_);
      break;
    case Kind::Double:
      appendDouble(out, double_);
      break;
  }
}

std::string joinText(std::initializer_list<TextPart> parts) {
  std::string out;
  for (const TextPart& part : parts) part.appendTo(out);
  return out;
}

void appendJsonString(std::string& out, std::string_view part) {
  static constexpr char kHexDigits[] = "0123456789abcdef";
  out += '"';
  for (size_t i = 0; i < part.size();) {
    const unsigned char byte = static_cast<unsigned char>(part[i]);
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += part[i++];
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kHexDigits[byte >> 4];
      out += kHexDigits[byte & 15];
      ++i;
    } else if (const size_t length = utf8Length(part, i); length > 0) {
      out.append(part, i, length);
      i += length;
    } else {
      out += "\xEF\xBF\xBD";
      ++i;
    }
  }
  out += '"';
}

}  // namespace filigree
