// text(): joins strings and numbers into one std::string.
//
// Used for error messages and JSON instead of printf or iostreams, each of which would cost the
// wasm module more bytes than the whole reader. The parts become an array of tagged values at the
// call and the joining is one ordinary function, so that the hundreds of messages cost little code
// each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace filigree {

/// A string or a number, only for the duration of a call.
class TextPart {
 public:
  TextPart(const char* string) : kind_(Kind::CString), cString_(string) {}
  TextPart(const std::string& string) : kind_(Kind::String), string_(&string) {}
  TextPart(std::string_view view) : kind_(Kind::View), view_{view.data(), view.size()} {}
  TextPart(double number) : kind_(Kind::Double), double_(number) {}
  template <typename Integer>
    requires std::is_integral_v<Integer>
  TextPart(Integer number)
      : kind_(std::is_signed_v<Integer> ? Kind::Signed : Kind::Unsigned),
        integer_(static_cast<uint64_t>(number)) {}

  void appendTo(std::string& out) const;

 private:
  enum class Kind : uint32_t { CString, String, View, Signed, Unsigned, Double };
  Kind kind_;
  union {
    const char* cString_;
    const std::string* string_;
    struct {
      const char* data;
      size_t size;
    } view_;
    uint64_t integer_;  // two's complement when signed
    double double_;
  };
};

std::string joinText(std::initializer_list<TextPart> parts);

template <typename... Parts>
std::string text(const Parts&... parts) {
  return joinText({TextPart(parts)...});
}

/// Numbers get at most six digits after the point: enough for milliseconds and densities. Those of
/// 10¹² and more, and those that are not finite, become 0, so that the result is always valid JSON.
inline void appendText(std::string& out, TextPart part) {
  part.appendTo(out);
}

/// Appends `part` as a JSON string with its quotes. Bytes that are not valid UTF-8 become U+FFFD.
void appendJsonString(std::string& out, std::string_view part);

}  // namespace filigree
