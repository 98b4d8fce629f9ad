#include "report/bench.hpp"

#include <catch2/catch_test_macros.hpp>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/claims.hpp"
#include "report/svg.hpp"

namespace ipcspec::report {
namespace {

using bench::Mechanism;
using bench::Standing;

bench::Cell cell(Mechanism mechanism, std::size_t size, double latency_us, double mb_per_s) {
  bench::Cell result;
  result.mechanism = mechanism;
  result.message_bytes = size;
  result.standing = Standing::measured;
  result.figures = {latency_us, mb_per_s, 100, 200, 1};
  return result;
}

bench::Figures whole_figures() {
  bench::Figures figures;
  double speed = 1;
  for (const Mechanism mechanism : bench::kMechanisms) {
    if (mechanism == Mechanism::signal) {
      figures.cells.push_back(cell(mechanism, 0, 9, 0));
      continue;
    }
    for (const std::size_t size : bench::kMessageSizesBytes) {
      figures.cells.push_back(cell(mechanism, size, 7, speed *= 1.4));
    }
  }
  figures.settling = bench::SettlingFigures{8, 15, 150, 20, 12, 14, 40, 900, Evidence::proven};
  figures.schedules = bench::ScheduleFigures{2.4, 12.3, 600, 2, 3000};
  figures.judging = bench::JudgingFigures{300, 9000, 800};
  figures.framing = bench::FramingFigures{70, 20, 900, 500};
  figures.rules = {184, 4, 2, 2.5, 4.5, "184 pass"};
  figures.start = {21, 4, "pipe.x"};
  figures.size = {20u << 20, 3u << 20, false, true};
  return figures;
}

Platform platform() {
  Platform result;
  result.system = "Linux<&>\"\x01";
  result.release = "6.1";
  return result;
}

// The part of XML that a picture uses. Throws when it is not well formed; returns all its text.
class XmlReader {
 public:
  explicit XmlReader(const std::string& text) : text_(text) {}

  std::string read() {
    while (at_ < text_.size()) {
      if (text_[at_] == '<') {
        markup();
      } else {
        character();
      }
    }
    if (!open_.empty()) throw std::runtime_error(open_.back() + " is not closed");
    if (roots_ != 1) throw std::runtime_error("not one root");
    return content_;
  }

 private:
  bool skip(const std::string& word) {
    if (text_.compare(at_, word.size(), word) != 0) return false;
    at_ += word.size();
    return true;
  }
  std::string until(const std::string& word) {
    const std::size_t end = text_.find(word, at_);
    if (end == std::string::npos) throw std::runtime_error("no " + word);
    std::string result = text_.substr(at_, end - at_);
    at_ = end + word.size();
    return result;
  }
  void reference() {
    const std::string name = until(";");
    if (name != "&amp" && name != "&lt" && name != "&gt" && name != "&quot" &&
        !name.starts_with("&#")) {
      throw std::runtime_error("unknown reference " + name);
    }
  }
  void character() {
    const char c = text_[at_];
    if (open_.empty() && c != '\n') throw std::runtime_error("text outside the root");
    if (static_cast<unsigned char>(c) < ' ' && c != '\n') throw std::runtime_error("control");
    if (c == '&') {
      reference();
    } else {
      content_ += c;
      ++at_;
    }
  }
  void markup() {
    if (skip("<?xml")) {
      until("?>");
    } else if (skip("<![CDATA[")) {
      until("]]>");
    } else if (skip("</")) {
      const std::string name = until(">");
      if (open_.empty() || open_.back() != name) throw std::runtime_error("closed: " + name);
      open_.pop_back();
    } else {
      ++at_;
      start();
    }
  }
  std::string name() {
    const std::size_t end = text_.find_first_of(" =/>\n", at_);
    if (end == at_ || end == std::string::npos) throw std::runtime_error("no name");
    std::string result = text_.substr(at_, end - at_);
    at_ = end;
    return result;
  }
  void start() {
    const std::string element = name();
    if (open_.empty()) ++roots_;
    while (skip(" ")) {
      name();
      if (!skip("=\"")) throw std::runtime_error("attribute of " + element);
      if (until("\"").find('<') != std::string::npos) throw std::runtime_error("< in attribute");
    }
    if (skip("/>")) return;
    if (!skip(">")) throw std::runtime_error("end of " + element);
    open_.push_back(element);
  }

  const std::string& text_;
  std::size_t at_ = 0;
  int roots_ = 0;
  std::vector<std::string> open_;
  std::string content_;
};

TEST_CASE("The picture is well-formed XML and names every mechanism") {
  const std::string svg = bench_svg(whole_figures(), platform());
  const std::string content = XmlReader(svg).read();
  for (const Mechanism mechanism : bench::kMechanisms) {
    INFO(title_of(mechanism));
    CHECK(content.find(title_of(mechanism)) != std::string::npos);
  }
  CHECK(content.find("MB/s") != std::string::npos);
  CHECK(content.find("1 MiB") != std::string::npos);
}

TEST_CASE("Mechanisms that were not measured are not drawn") {
  bench::Figures figures = whole_figures();
  for (bench::Cell& each : figures.cells) {
    if (each.mechanism == Mechanism::mq) each.standing = Standing::missing;
  }
  const std::string content = XmlReader(bench_svg(figures, platform())).read();
  CHECK(content.find("message queue") == std::string::npos);
  CHECK_NOTHROW(XmlReader(bench_svg({}, platform())).read());
  figures.cells.resize(1);
  CHECK_NOTHROW(XmlReader(bench_svg(figures, platform())).read());
  figures.cells = {cell(Mechanism::pipe, 1, 1e-3, 1e-3), cell(Mechanism::fifo, 64, 1e6, 1e6)};
  CHECK_NOTHROW(XmlReader(bench_svg(figures, platform())).read());
}

TEST_CASE("The reader of XML refuses what is not well formed") {
  for (const char* text : {"<a><b></a></b>", "<a>", "x", "<a>&nbsp;</a>", "<a b=c/>", "<a/><b/>"}) {
    INFO(text);
    CHECK_THROWS(XmlReader(text).read());
  }
}

TEST_CASE("Benchmark JSON has every cell, claim and goal") {
  const bench::Figures figures = whole_figures();
  const auto json = nlohmann::json::parse(bench_json(figures, platform()));
  CHECK(json.at("schema") == "ipcspec.bench/1");
  CHECK(json.at("transfers").size() == figures.cells.size());
  CHECK(json.at("claims").size() == 6);
  CHECK(json.at("goals").size() == 11);
  CHECK(json.at("complete") == true);
  CHECK(json.at("transfers").back().at("throughput_mb_per_s").is_null());
  CHECK(json.at("harness").at("evidence") == "proven");
  for (const auto& goal : json.at("goals")) {
    INFO(goal.dump());
    CHECK(goal.at("held") == true);
  }
}

TEST_CASE("A figure that is withheld is null in JSON and absent for people") {
  bench::Figures figures;
  figures.cells = {cell(Mechanism::pipe, 1, 123456, 654321)};
  figures.cells[0].standing = Standing::wrong;
  figures.cells[0].trouble = "bytes did not arrive";
  figures.stopped_by = "SIGINT";
  const auto json = nlohmann::json::parse(bench_json(figures, platform()));
  CHECK(json.at("transfers")[0].at("latency_us").is_null());
  CHECK(json.at("harness").is_null());
  CHECK(json.at("complete") == false);
  const std::string text = bench_tty(figures, platform(), false);
  CHECK(text.find("123456") == std::string::npos);
  CHECK(text.find("WRONG") != std::string::npos);
  CHECK(text.find("bytes did not arrive") != std::string::npos);
  CHECK(text.find("SIGINT") != std::string::npos);
}

TEST_CASE("For people, every mechanism has a row and every claim its judgement") {
  const bench::Figures figures = whole_figures();
  const std::string text = bench_tty(figures, platform(), false);
  for (const Mechanism mechanism : bench::kMechanisms) {
    CHECK(text.find("  " + std::string(title_of(mechanism))) != std::string::npos);
  }
  for (const bench::Claim& claim : bench::judge_claims(figures)) {
    CHECK(text.find(std::string(claim.words) + "\": " + std::string(to_string(claim.judgement))) !=
          std::string::npos);
  }
  CHECK(text.find("at most 3 x a bare round trip") != std::string::npos);
  CHECK(text.find('\033') == std::string::npos);
}

}  // namespace
}  // namespace ipcspec::report
