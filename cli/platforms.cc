#include "cli/platforms.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/output.hpp"
#include "cli/platform_lines.hpp"
#include "cli/surroundings.hpp"
#include "harness/run_directory.hpp"
#include "platform/conduct.hpp"
#include "report/results.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

constexpr const char* kPlatformsSchema = "ipcspec.platforms/1";
constexpr int kTrialTimeout_s = 10;

struct Listed {
  platform::Platform platform;
  platform::Availability availability;
};

// A platform is usable when the program, started there with nothing to do, says so.
void try_out(std::vector<Listed>& listed) {
  platform::Conduct plan;
  std::vector<Listed*> tried;
  for (Listed& one : listed) {
    if (!one.availability.usable) continue;
    plan.platforms.push_back(one.platform);
    tried.push_back(&one);
  }
  plan.order.timeout_s = kTrialTimeout_s;
  plan.program = platform::places().program;
  plan.parallel = static_cast<int>(usable_processors().size());
  plan.mask_while_waiting = &mask_while_waiting();
  plan.stopped_by = stop_signal_name;
  PlatformLines lines(PlatformLines::Ends::untold);
  plan.watch = [&](const auto& progress) { lines.show(progress); };
  const report::Matrix matrix = platform::conduct(plan);
  for (std::size_t i = 0; i < tried.size(); ++i) {
    const std::string& why = matrix.platforms[i].stopped_by;
    if (why.empty()) continue;
    tried[i]->availability = {
        false, why, "ipcspec run --on " + tried[i]->platform.name + " shows what it says"};
  }
}

std::string platforms_json(const std::vector<Listed>& listed) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const Listed& one : listed) {
    list.push_back({{"name", one.platform.name},
                    {"kind", to_string(one.platform.kind)},
                    {"usable", one.availability.usable},
                    {"missing", one.availability.missing},
                    {"remedy", one.availability.remedy}});
  }
  const Json json = {{"schema", kPlatformsSchema}, {"platforms", list}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

// A console's last words may be many: its beginning tells what happened, its end where.
std::string shortened(const std::string& text) {
  constexpr int kLinesMax = 5;
  std::size_t end = 0;
  for (int line = 0; line < kLinesMax; ++line) {
    end = text.find('\n', end);
    if (end == std::string::npos) return text;
    ++end;
  }
  return text.substr(0, end) + "...";
}

std::string platforms_tty(const std::vector<Listed>& listed) {
  const bool color = wants_color(STDOUT_FILENO);
  const int width = width_columns(STDOUT_FILENO);
  std::size_t name_columns = 0;
  for (const Listed& one : listed) name_columns = std::max(name_columns, one.platform.name.size());
  const int indent = static_cast<int>(name_columns) + 16;
  std::string text;
  int usable = 0;
  for (const Listed& one : listed) {
    usable += one.availability.usable;
    const Verdict shade = one.availability.usable ? Verdict::pass : Verdict::broken;
    text += fmt::format("{} {:<{}}  {:<10}  ",
                        report::painted(shade, one.availability.usable ? "+" : "-", color),
                        one.platform.name, name_columns, to_string(one.platform.kind));
    if (one.availability.usable) {
      text += "usable\n";
      continue;
    }
    text += report::wrapped("missing: " + shortened(one.availability.missing), indent, width)
                .substr(static_cast<std::size_t>(indent));
    text += report::wrapped(one.availability.remedy, indent, width);
  }
  text += fmt::format("\n{} of {} platforms are usable.\n", usable, listed.size());
  text += "Others can be named:\n";
  for (const platform::Form& form : platform::forms()) {
    text += fmt::format("  {:<22} {}\n", form.text, form.meaning);
  }
  return text;
}

}  // namespace

int platforms(const PlatformsArguments& arguments) {
  std::vector<Listed> listed;
  for (const platform::Platform& known : platform::known_platforms(platform::places())) {
    listed.push_back({known, look_for(known)});
  }
  if (!arguments.quick) {
    harness::collect_garbage();
    remember_stop_signals();
    try_out(listed);
    if (stop_signal() != 0) return stop_exit_status();
  }
  const bool written =
      print(arguments.format == "json" ? platforms_json(listed) : platforms_tty(listed));
  return written ? report::kExitKept : report::kExitBroken;
}

}  // namespace ipcspec::cli
