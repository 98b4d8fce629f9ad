// What the tests of the two text forms, scripts and traces, have in common.
#pragma once

#include <catch2/catch_test_macros.hpp>
#include <cstdint>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <sstream>
#include <string>

#include "ops/text.hpp"

namespace ipcspec::op {

// A fixed sequence of numbers with the boundaries in it.
class Numbers {
 public:
  std::uint64_t operator()() {
    constexpr std::uint64_t kBoundaries[] = {
        0, 1, 2, 63, 64, 255, 4096, 0x7fffffff, 0x80000000, 0xffffffff, 0x8000000000000000, ~0ull};
    state_ = state_ * 6364136223846793005u + 1442695040888963407u;
    const std::uint64_t drawn = state_ >> 33;
    return drawn % 3 == 0 ? kBoundaries[drawn / 3 % std::size(kBoundaries)] : state_;
  }

 private:
  std::uint64_t state_ = 1;
};

// Where a text is refused, and with which words after "line L, column C: expected ".
struct Refusal {
  std::string text;
  std::size_t line;
  std::size_t column;
  std::string message;
};

template <typename Parse>
void check_refused(const Parse& parse, const Refusal& refusal) {
  INFO(refusal.text);
  try {
    parse(refusal.text);
  } catch (const TextError& error) {
    CHECK(error.line == refusal.line);
    CHECK(error.column == refusal.column);
    CHECK(std::string(error.what()) == "line " + std::to_string(refusal.line) + ", column " +
                                           std::to_string(refusal.column) + ": expected " +
                                           refusal.message);
    CHECK(refusal.message.starts_with(error.expected));
    return;
  }
  FAIL_CHECK("it was taken");
}

// A page of docs/.
class Document {
 public:
  explicit Document(const char* path) {
    std::ifstream file(path, std::ios::binary);
    REQUIRE(file.is_open());
    text_.assign(std::istreambuf_iterator<char>(file), {});
  }

  // The first block of code of that language.
  std::string example(const std::string& language) const {
    const std::string fence = "```" + language + "\n";
    const std::size_t start = text_.find(fence);
    REQUIRE(start != std::string::npos);
    const std::size_t end = text_.find("```", start + fence.size());
    return text_.substr(start + fence.size(), end - start - fence.size());
  }

  // Whether each text is refused, with a message that stands in the page as a line.
  template <typename Parse>
  void check_errors(const Parse& parse, std::initializer_list<std::string> texts) const {
    for (const std::string& text : texts) {
      try {
        parse(text);
        FAIL_CHECK("it was taken: " << text);
      } catch (const TextError& error) {
        INFO(error.what());
        CHECK(text_.find(std::string("\n") + error.what() + "\n") != std::string::npos);
      }
    }
  }

 private:
  std::string text_;
};

// Without comments and blank lines, as what is printed is.
inline std::string without_comments(const std::string& text) {
  std::string plain;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && !line.starts_with('#')) plain += line + "\n";
  }
  return plain;
}

}  // namespace ipcspec::op
