#include "properties/finding.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include "core/error.hpp"
#include "core/sha256.hpp"
#include "ops/script_text.hpp"
#include "ops/text.hpp"
#include "properties/signature.hpp"
#include "report/lanes.hpp"
#include "report/lanes_svg.hpp"
#include "report/repro_c.hpp"

namespace ipcspec::properties {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashChars = 8;

[[noreturn]] void refuse(const std::string& path, const std::string& why) {
  throw Broken(
      fmt::format("cannot write the finding to '{}': {}; name a directory elsewhere", path, why));
}

// "read", "death": what the ruling is about.
std::string subject_of(const JudgedRun& run) {
  if (!run.ruling.why) return "run";
  for (const op::Event& event : run.trace.events) {
    const auto* call = std::get_if<op::CallEvent>(&event);
    if (call != nullptr && call->id == run.ruling.why->call) return std::string(name_of(call->op));
  }
  const bool death =
      run.ruling.why->event < run.trace.events.size() &&
      std::holds_alternative<op::DeathEvent>(run.trace.events[run.ruling.why->event]);
  return death ? "death" : "event";
}

std::string name_of_finding(const JudgedRun& run, const std::string& script) {
  Sha256 sum;
  sum.add(script);
  return fmt::format("{}-{}-{}", to_string(run.verdict), subject_of(run),
                     sum.finish().substr(0, kHashChars));
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file.write(text.data(), static_cast<std::streamsize>(text.size()));
  file.close();
  if (!file) refuse(path.string(), std::strerror(errno));
}

// Why there is no program, if there is none.
std::string write_program(const fs::path& place, const op::Script& script, const JudgedRun& run) {
  try {
    write_file(place / "repro.c",
               report::c_program(script, report::charge_of(run.trace, run.ruling, true)));
    return {};
  } catch (const report::NotInC& error) {
    return error.what();
  }
}

std::string verdict_page(const JudgedRun& run, const spec::Profile& profile,
                         const std::string& finding, const std::string& no_program) {
  std::string page = verdict_text(run, profile) + "\n";
  for (const harness::SkippedCall& skipped : run.skipped) {
    page += fmt::format("call {} was not made: {}\n", skipped.call, skipped.why);
  }
  if (!no_program.empty()) page += fmt::format("no repro.c: {}\n", no_program);
  return page + "again: " + replay_command(finding, profile) + "\n";
}

void write_all(const fs::path& place, const op::Script& script, const JudgedRun& run,
               const spec::Profile& profile, const std::string& finding) {
  const op::CallId call = run.ruling.why ? run.ruling.why->call : 0;
  write_file(place / "script", op::print_script(script));
  write_file(place / "trace", op::print_trace(run.trace));
  write_file(place / "picture.txt", report::draw_lanes(run.trace, {.highlight_call = call}));
  write_file(place / "picture.svg", report::lanes_svg(run.trace, call));
  const std::string no_program = write_program(place, script, run);
  write_file(place / "verdict.txt", verdict_page(run, profile, finding, no_program));
}

// Gives `made` the name `target`, in place of whatever has it. When several do so at once, one
// wins.
void put_in_place(const fs::path& made, const fs::path& target) {
  std::error_code error;
  fs::path old = made;
  old += ".old";
  fs::rename(target, old, error);  // mostly there is none
  fs::rename(made, target, error);
  const bool taken = error == std::errc::directory_not_empty || error == std::errc::file_exists;
  std::error_code ignored;
  fs::remove_all(old, ignored);
  fs::remove_all(made, ignored);
  if (error && !taken) refuse(target.string(), error.message());
}

}  // namespace

std::string write_finding(const std::string& directory, const op::Script& script,
                          const JudgedRun& run, const spec::Profile& profile) {
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) refuse(directory, error.message());
  const fs::path target = fs::path(directory) / name_of_finding(run, op::print_script(script));
  fs::path made = target;
  made += fmt::format(".tmp.{}", ::getpid());
  fs::remove_all(made, error);
  if (!fs::create_directory(made, error)) refuse(target.string(), error.message());
  try {
    write_all(made, script, run, profile, target.string());
  } catch (...) {
    fs::remove_all(made, error);
    throw;
  }
  put_in_place(made, target);
  return target.string();
}

std::vector<std::string> signatures_kept(const std::string& directory,
                                         const spec::Profile& profile) {
  std::vector<std::string> signatures;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory, none)) {
    std::ifstream file(entry.path() / "trace", std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    try {
      JudgedRun run;
      run.verdict = Verdict::fail;
      run.trace = op::parse_trace(text);
      run.ruling = spec::judge(run.trace, {.profile = profile});
      if (run.ruling.judgement == spec::Judgement::violates)
        signatures.push_back(signature_of(run));
    } catch (const op::TextError&) {  // NOLINT(bugprone-empty-catch): no trace, then no finding
    }
  }
  return signatures;
}

std::string replay_command(const std::string& finding, const spec::Profile& profile) {
  return fmt::format(
      "ipcspec replay {}{}/script",
      profile.name() == spec::kLinux.name() ? "" : fmt::format("--profile {} ", profile.name()),
      finding);
}

}  // namespace ipcspec::properties
