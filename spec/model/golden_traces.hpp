// The golden traces as values: what each file says of itself, and the trace in it. For tests.
#pragma once

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "ops/text.hpp"
#include "spec/catalogue.hpp"
#include "spec/model/judge.hpp"

namespace ipcspec::spec {

inline constexpr const char* kGoldenFolder = "spec/model/golden";

// What a file says of itself.
struct Claim {
  Judgement judgement = Judgement::conforms;
  std::size_t event = 0;  // of a refusal
  op::CallId call = 0;
  Profile profile = kLinux;
  std::vector<const Rule*> deciding;
};

struct Golden {
  std::string file;
  Claim claim;
  op::Trace trace;
};

class GoldenReader {
 public:
  explicit GoldenReader(const std::filesystem::path& path) : path_(path.string()) {
    std::ifstream file(path, std::ios::binary);
    text_.assign(std::istreambuf_iterator<char>(file), {});
  }

  Golden read() {
    std::istringstream lines(text_);
    std::string line;
    std::getline(lines, line);
    for (at_ = 2; std::getline(lines, line) && line.starts_with("# "); ++at_) {
      if (!take(line.substr(2))) break;
    }
    if (!has_judgement_) refuse("'# conforms', '# unjudged' or '# refused: event N, call M'");
    try {
      return {path_, claim_, op::parse_trace(text_)};
    } catch (const op::TextError& error) {
      throw std::runtime_error(path_ + ": " + error.what());
    }
  }

 private:
  // False when the line is an ordinary comment.
  bool take(const std::string& line) {
    unsigned long event = 0;
    unsigned long call = 0;
    if (line == "conforms") return set(Judgement::conforms);
    if (line == "unjudged") return set(Judgement::unjudged);
    if (line.starts_with("refused")) {
      std::istringstream numbers(line);
      std::string word;
      char comma = 0;
      numbers >> word >> word >> event >> comma >> word >> call;
      if (numbers.fail() || comma != ',') refuse("'# refused: event N, call M'");
      return set(Judgement::violates, event, call);
    }
    if (line.starts_with("profile: ")) {
      if (line.substr(9) != "posix") refuse("'# profile: posix'; linux goes without saying");
      claim_.profile = kPosix;
    } else if (line.starts_with("decided by: ")) {
      const Rule* rule = find(line.substr(12));
      if (rule == nullptr) refuse("the id of a rule, as 'ipcspec list' shows them");
      claim_.deciding.push_back(rule);
    } else {
      return false;
    }
    return true;
  }

  bool set(Judgement judgement, std::size_t event = 0, op::CallId call = 0) {
    if (has_judgement_) refuse("one judgement only");
    claim_.judgement = judgement;
    claim_.event = event;
    claim_.call = call;
    return has_judgement_ = true;
  }

  [[noreturn]] void refuse(const std::string& expected) const {
    throw std::runtime_error(path_ + ":" + std::to_string(at_) + ": expected " + expected);
  }

  std::string path_;
  std::string text_;
  std::size_t at_ = 1;  // line, from 1
  Claim claim_;
  bool has_judgement_ = false;
};

inline std::vector<Golden> goldens() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kGoldenFolder)) {
    if (entry.path().extension() == ".trace") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Golden> all;
  all.reserve(paths.size());
  for (const auto& path : paths) all.push_back(GoldenReader(path).read());
  return all;
}

inline bool agrees(const Claim& claim, const Ruling& ruling) {
  if (ruling.judgement != claim.judgement) return false;
  if (claim.judgement != Judgement::violates) return true;
  return ruling.why->event == claim.event && ruling.why->call == claim.call;
}

}  // namespace ipcspec::spec
