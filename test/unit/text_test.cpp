// Messages and JSON.
#include "text.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace filigree::test {
namespace {

TEST(Text, joinsStringsOfAllKinds) {
  const std::string string = "string";
  const std::string_view view = "view and more";
  const char* pointer = "pointer";
  EXPECT_EQ(text("literal ", string, ' ' == 32 ? " " : "", view.substr(0, 4), " ", pointer),
            "literal string view pointer");
  EXPECT_EQ(text(), "");
  EXPECT_EQ(text(std::string_view()), "");
}

TEST(Text, stringsMayHoldNul) {
  EXPECT_EQ(text(std::string("a\0b", 3), std::string_view("\0", 1)), std::string("a\0b\0", 4));
}

TEST(Text, writesIntegersOfAllWidths) {
  EXPECT_EQ(text(0), "0");
  EXPECT_EQ(text(-1), "-1");
  EXPECT_EQ(text(int8_t{-128}, " ", uint8_t{255}), "-128 255");
  EXPECT_EQ(text(INT32_MIN, " ", UINT32_MAX), "-2147483648 4294967295");
  EXPECT_EQ(text(INT64_MIN, " ", INT64_MAX), "-9223372036854775808 9223372036854775807");
  EXPECT_EQ(text(UINT64_MAX), "18446744073709551615");
  EXPECT_EQ(text(size_t{12}), "12");
}

TEST(Text, writesNumbersWithSixDigitsAtMost) {
  EXPECT_EQ(text(0.0), "0");
  EXPECT_EQ(text(1.0), "1");
  EXPECT_EQ(text(-1.5), "-1.5");
  EXPECT_EQ(text(0.25f), "0.25");
  EXPECT_EQ(text(1.0 / 3), "0.333333");
  EXPECT_EQ(text(2.0 / 3), "0.666667");
  EXPECT_EQ(text(-0.000001), "-0.000001");
  EXPECT_EQ(text(0.1 + 0.2), "0.3");
  EXPECT_EQ(text(0.999999999), "1");
  EXPECT_EQ(text(123456789.123456), "123456789.123456");
  EXPECT_EQ(text(999999999999.0), "999999999999");
}

TEST(Text, numbersThatJsonCannotHoldBecomeZero) {
  EXPECT_EQ(text(std::nan("")), "0");
  EXPECT_EQ(text(std::numeric_limits<double>::infinity()), "0");
  EXPECT_EQ(text(-std::numeric_limits<double>::infinity()), "0");
  EXPECT_EQ(text(1e12), "0");
  EXPECT_EQ(text(std::numeric_limits<double>::max()), "0");
}

TEST(Text, numbersThatRoundToZeroHaveNoSign) {
  EXPECT_EQ(text(1e-9), "0");
  EXPECT_EQ(text(-1e-9), "0");
  EXPECT_EQ(text(-0.0), "0");
  EXPECT_EQ(text(5e-324), "0");
}

TEST(AppendText, appendsToWhatIsThere) {
  std::string out = "a";
  appendText(out, "b");
  appendText(out, 3);
  appendText(out, 4.5);
  appendText(out, std::string("c"));
  EXPECT_EQ(out, "ab34.5c");
}

std::string json(std::string_view part) {
  std::string out;
  appendJsonString(out, part);
  return out;
}

TEST(JsonString, quotesAndEscapes) {
  EXPECT_EQ(json(""), "\"\"");
  EXPECT_EQ(json("conv/w:0"), "\"conv/w:0\"");
  EXPECT_EQ(json("a\"b\\c"), "\"a\\\"b\\\\c\"");
  EXPECT_EQ(json(std::string_view("\0\n\x1F\x7F", 4)), "\"\\u0000\\u000a\\u001f\x7F\"");
}

TEST(JsonString, keepsUtf8) {
  for (const char* valid : {"ü", "×", "“”", "漢字", "😀", "\xED\x9F\xBF", "\xEE\x80\x80",
                            "\xF4\x8F\xBF\xBF", "\xC2\x80", "\xE0\xA0\x80", "\xF0\x90\x80\x80"}) {
    EXPECT_EQ(json(valid), std::string("\"") + valid + "\"");
  }
}

TEST(JsonString, replacesWhatIsNotUtf8) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(json("\xFF"), "\"" + bad + "\"");
  EXPECT_EQ(json("a\x80z"), "\"a" + bad + "z\"");
  // Cut short at the end.
  EXPECT_EQ(json("\xC3"), "\"" + bad + "\"");
  EXPECT_EQ(json("\xE2\x82"), "\"" + bad + bad + "\"");
  EXPECT_EQ(json("\xC3z"), "\"" + bad + "z\"");
  // Overlong, surrogates, beyond the last code point.
  EXPECT_EQ(json("\xC0\x80"), "\"" + bad + bad + "\"");
  EXPECT_EQ(json("\xE0\x80\x80"), "\"" + bad + bad + bad + "\"");
  EXPECT_EQ(json("\xF0\x80\x80\x80"), "\"" + bad + bad + bad + bad + "\"");
  EXPECT_EQ(json("\xED\xA0\x80"), "\"" + bad + bad + bad + "\"");
  EXPECT_EQ(json("\xF4\x90\x80\x80"), "\"" + bad + bad + bad + bad + "\"");
}

}  // namespace
}  // namespace filigree::test
