#include "cli/texts.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "cli/rules_named.hpp"
#include "core/error.hpp"
#include "core/unique_fd.hpp"
#include "ops/script_text.hpp"
#include "ops/text.hpp"
#include "ops/text_form.hpp"

namespace ipcspec::cli {
namespace {

std::string shown_name(const std::string& path) { return path == "-" ? "standard input" : path; }

// The other kind of text, which is easily taken for the one that is wanted.
std::string hint(std::string_view text, std::string_view wanted) {
  if (wanted != op::kTraceHead && text.starts_with(op::kTraceHead)) {
    return "; this is a trace: ipcspec judge judges it, ipcspec repro makes a program of it";
  }
  if (wanted != op::kScriptHead && text.starts_with(op::kScriptHead)) {
    return "; this is a script: ipcspec replay carries it out and judges what comes of it";
  }
  return {};
}

template <typename Parse>
auto parsed(const std::string& text, const std::string& path, std::string_view wanted,
            const Parse& parse) {
  try {
    return parse(text);
  } catch (const op::TextError& error) {
    // "line 7, column 18: expected a descriptor number, found 'x'"
    const std::string_view what = error.what();
    throw UsageError(fmt::format("{}:{}:{}: {}{}", shown_name(path), error.line, error.column,
                                 what.substr(what.find(": ") + 2), hint(text, wanted)));
  }
}

}  // namespace

std::string read_text(const std::string& path) {
  const UniqueFd file(path == "-" ? ::dup(STDIN_FILENO)
                                  : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  std::string text;
  ssize_t count = file ? 1 : -1;
  while (count > 0) {
    char part[65536];
    count = ::read(file.get(), part, sizeof part);
    if (count > 0) text.append(part, static_cast<std::size_t>(count));
    if (count < 0 && errno == EINTR) count = 1;
  }
  if (count < 0) throw UsageError(system_error_text("cannot read " + shown_name(path)));
  return text;
}

op::Trace trace_in(const std::string& text, const std::string& path) {
  return parsed(text, path, op::kTraceHead,
                [](const std::string& all) { return op::parse_trace(all); });
}

op::Script script_in(const std::string& text, const std::string& path) {
  return parsed(text, path, op::kScriptHead,
                [](const std::string& all) { return op::parse_script(all); });
}

std::variant<op::Script, op::Trace> script_or_trace_in(const std::string& text,
                                                       const std::string& path) {
  if (text.starts_with(op::kTraceHead)) return trace_in(text, path);
  return script_in(text, path);
}

std::size_t line_of_event(const std::string& text, std::size_t event) {
  std::size_t line = 0;
  std::size_t left = event + 1;
  for (std::size_t at = 0; at < text.size() && left > 0;) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view one = std::string_view(text).substr(at, end - at);
    at = end + 1;
    ++line;
    const bool skipped = one.starts_with('#') || one.find_first_not_of(' ') == std::string::npos;
    const bool of_head = line == 1 || one.starts_with("rule ") || one.starts_with("facts ");
    if (!skipped && !of_head) --left;
  }
  return line;
}

}  // namespace ipcspec::cli
