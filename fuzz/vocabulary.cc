// What the fuzzers start from, made of what the program itself knows: dictionaries of its words,
// and inputs that hold every operation and every message.
//
//   vocabulary DIRECTORY    writes DIRECTORY/dictionary/*.dict and DIRECTORY/corpus/*/every_*
//
//   bazel run //fuzz:vocabulary -- "$PWD/fuzz"    brings the checked-in files up to date
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/verdict.hpp"
#include "ops/fields.hpp"
#include "ops/script_text.hpp"
#include "ops/symbols.hpp"
#include "ops/text.hpp"
#include "platform/order.hpp"
#include "report/expect.hpp"
#include "report/json.hpp"
#include "spec/catalogue.hpp"
#include "wire/frame.hpp"

namespace {

namespace op = ipcspec::op;
namespace report = ipcspec::report;
using namespace std::string_literals;
namespace spec = ipcspec::spec;
using Words = std::set<std::string>;

constexpr std::size_t kMessagesOfInput = 8;
constexpr op::Vocabulary kLastVocabulary = op::Vocabulary::limit;

void write_file(const std::filesystem::path& path, const std::string& content) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path, std::ios::binary);
  file << content;
  if (!file.flush()) {
    std::fprintf(stderr, "vocabulary: cannot write %s\n", path.c_str());
    std::exit(2);
  }
}

// "pid=" of "pid=-1", "read", and the parts of what a comma or a bar separates.
void add_words(std::string_view text, Words& words) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find_first_of(" \n"), text.size());
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (const auto equals = word.find('='); equals != std::string_view::npos) {
      word = word.substr(0, equals + 1);
    }
    if (word.size() > 1 && word.find_first_of("0123456789\"@") == std::string_view::npos) {
      words.emplace(word);
    }
  }
}

// Every name that a number of some vocabulary has.
void add_symbols(Words& words) {
  for (int v = 0; v <= static_cast<int>(kLastVocabulary); ++v) {
    const auto vocabulary = static_cast<op::Vocabulary>(v);
    const auto add = [&](int value) {
      const std::string text = op::symbol_text(vocabulary, value);
      if (text.find('|') == std::string::npos &&
          text.find_first_of("_ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 0) {
        words.insert(text);
      }
    };
    for (int value = 0; value < 200; ++value) add(value);
    for (int bit = 0; bit < 31; ++bit) add(1 << bit);
  }
}

op::Trace every_call() {
  op::Trace trace;
  trace.facts.uid = 1;
  trace.events.push_back(op::BirthEvent{"a", "", 100});
  trace.events.push_back(op::BirthEvent{"b", "a", 101});
  for (std::size_t kind = 0; kind < op::kOpKinds; ++kind) {
    const op::CallId id = kind + 1;
    op::Outcome outcome;
    outcome.outputs.resize(op::output_names(kind).size());
    trace.events.push_back(op::CallEvent{id, "a", op::default_op(kind), kind % 2 == 0});
    trace.events.push_back(op::ReturnEvent{id, "a", outcome});
  }
  op::Outcome failed{.value = -1, .error = 11, .data = "x", .outputs = {}};
  trace.events.push_back(op::ReturnEvent{1, "b", failed});
  trace.events.push_back(op::StopEvent{"b", true});
  trace.events.push_back(op::StopEvent{"b", false});
  for (const std::string_view evidence : ipcspec::kEvidenceNames) {
    const auto place = std::ranges::find(ipcspec::kEvidenceNames, evidence);
    trace.events.push_back(op::QuietEvent{
        {1}, static_cast<ipcspec::Evidence>(place - ipcspec::kEvidenceNames.begin())});
  }
  for (const int status : {0, 9, 0x86, -1}) trace.events.push_back(op::DeathEvent{"b", status});
  return trace;
}

op::Script every_step() {
  op::Script script;
  script.roots = {"a"};
  for (std::size_t kind = 0; kind < op::kOpKinds; ++kind) {
    op::Op call = op::default_op(kind);
    if (auto* fork = std::get_if<op::Fork>(&call)) fork->child = "b";
    script.steps.push_back({{{"a", std::move(call), {}}}});
  }
  return script;
}

report::Matrix every_member() {
  report::Matrix matrix;
  report::Results& results = matrix.platforms.emplace_back();
  results.platform.namespaces = results.platform.limits = results.platform.settings = {{"k", "v"}};
  results.seed = 1;
  results.repeat = 2;
  for (std::size_t i = 0; i < ipcspec::kVerdictNames.size(); ++i) {
    report::RuleResult result;
    result.rule = spec::rules()[i];
    result.verdict = static_cast<ipcspec::Verdict>(i);
    result.evidence = static_cast<ipcspec::Evidence>(i % ipcspec::kEvidenceNames.size());
    result.expected = "known";
    results.rules.push_back(std::move(result));
  }
  return matrix;
}

// What stands between two quotes.
void add_quoted(std::string_view json, Words& words) {
  for (std::size_t at = json.find('"'); at != std::string_view::npos; at = json.find('"', at)) {
    const std::size_t end = json.find('"', at + 1);
    if (end == std::string_view::npos) return;
    words.emplace(json.substr(at, end + 1 - at));
    at = end + 1;
  }
}

std::string dictionary_text(const Words& words) {
  std::string text = "# made by //fuzz:vocabulary\n";
  for (const std::string& word : words) {
    text += '"';
    for (const char byte : word) {
      char escaped[8];
      const bool plain = byte >= ' ' && byte <= '~' && byte != '"' && byte != '\\';
      std::snprintf(escaped, sizeof escaped, plain ? "%c" : "\\x%02X",
                    static_cast<unsigned char>(byte));
      text += escaped;
    }
    text += "\"\n";
  }
  return text;
}

// Inputs of message_fuzz: one message of each kind, the fields filled with what follows.
void write_messages(const std::filesystem::path& corpus) {
  std::vector<std::string> messages;
  messages.reserve(op::kOpKinds);
  for (std::size_t kind = 0; kind < op::kOpKinds; ++kind) {
    messages.push_back(std::string{'\0', static_cast<char>(kind)} + std::string(8, '\5'));
  }
  messages.push_back("\1\5\0\13\1\2\7hi\3\1\2\3\0"s);  // an answer
  for (char kind = 0; kind < 4; ++kind) messages.push_back(std::string{'\2', kind} + "\3abc\1");
  // Each alone, since a message takes as many bytes as its fields need; and rows of them, in which
  // those behind the first are what the bytes that are left make.
  const auto write = [&](const char* format, std::size_t number, const std::string& text) {
    char name[32];
    std::snprintf(name, sizeof name, format, number);
    write_file(corpus / "message" / name, "\7" + text);
  };
  std::string row;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    write("every_message_%03zu", i, messages[i]);
    row += messages[i];
    if (i % kMessagesOfInput == kMessagesOfInput - 1 || i + 1 == messages.size()) {
      write("every_%02zu", i / kMessagesOfInput, row);
      row.clear();
    }
  }
}

void write_dictionaries(const std::filesystem::path& directory) {
  const auto write = [&](const char* stem, const Words& words) {
    write_file(directory / (std::string(stem) + ".dict"), dictionary_text(words));
  };
  Words words = {"\"*", "+\"", "\\x00", "exit:", "signal:", "+core", "status:", "race"};
  add_words(op::print_trace(every_call()), words);
  add_symbols(words);
  write("trace", words);

  words = {"\"*", "+\"", "@1", "@1.value", "@name", "@a", "+4096", "-1", "race"};
  add_words(op::print_script(every_step()), words);
  add_symbols(words);
  write("script", words);

  words = {"{",    "}",    "[",     "]",  ":",   ",",
           "null", "true", "false", "-1", "1e9", "18446744073709551615"};
  add_quoted(report::matrix_json(every_member()), words);
  add_quoted(report::results_json(every_member().platforms.front()), words);
  write("results", words);

  words = {"platform ", "#", "*", "?", "[!a]", "\\", std::string(report::kOrPass)};
  for (const std::string_view verdict : ipcspec::kVerdictNames) words.emplace(verdict);
  // A rule of each mechanism: with all of them the file would change with each further one.
  for (const spec::Rule* rule : spec::rules()) {
    if (words.emplace(to_string(rule->mechanism)).second) words.emplace(rule->id);
  }
  write("expect", words);

  const std::string order = ipcspec::platform::to_text({});
  words = {"@", ",seed=", ",fault=", "panic@", "exit@", "hang@", "noise@"};
  for (std::size_t at = order.find(','); at != std::string::npos; at = order.find(',', at + 1)) {
    words.insert(order.substr(at, order.find('=', at) + 1 - at));
  }
  write("order", words);

  std::vector<std::byte> frame;
  ipcspec::wire::encode_frame(0, 0, {}, frame);
  const std::string header(reinterpret_cast<const char*>(frame.data()), frame.size());
  words = {header.substr(0, ipcspec::wire::kMagicBytes), header.substr(0, 3), header};
  write("frame", words);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "vocabulary: name the directory in which to write\n");
    return 2;
  }
  const std::filesystem::path directory = argv[1];
  write_dictionaries(directory / "dictionary");
  const std::filesystem::path corpus = directory / "corpus";
  write_messages(corpus);
  write_file(corpus / "trace" / "every_call", op::print_trace(every_call()));
  write_file(corpus / "script" / "every_call", op::print_script(every_step()));
  write_file(corpus / "results" / "every_member", report::matrix_json(every_member()));
  write_file(corpus / "results" / "every_member_of_one",
             report::results_json(every_member().platforms.front()));
  return 0;
}
