#include "cli/doctor.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "cli/examine.hpp"
#include "cli/output.hpp"
#include "cli/platform.hpp"
#include "report/json.hpp"
#include "report/results.hpp"
#include "report/tty.hpp"

namespace ipcspec::cli {
namespace {

constexpr const char* kDoctorSchema = "ipcspec.doctor/1";
constexpr int kNameColumns = 22;

std::string doctor_json(const std::vector<Finding>& findings) {
  using Json = nlohmann::ordered_json;
  Json list = Json::array();
  for (const Finding& finding : findings) {
    list.push_back({{"name", finding.name},
                    {"value", finding.value},
                    {"limited", finding.limited},
                    {"consequence", finding.consequence}});
  }
  const Json json = {{"schema", kDoctorSchema},
                     {"platform", Json::parse(report::platform_json(probe_platform()))},
                     {"findings", list}};
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string doctor_tty(const std::vector<Finding>& findings) {
  const bool color = wants_color(STDOUT_FILENO);
  const int width = width_columns(STDOUT_FILENO);
  const report::Platform platform = probe_platform();
  std::string text =
      fmt::format("{} {} {}, {}, program's {}\n\n", platform.system, platform.release,
                  platform.machine, platform.version, platform.libc);
  int limited = 0;
  for (const Finding& finding : findings) {
    limited += finding.limited;
    const std::string mark = finding.limited ? report::painted(Verdict::broken, "!", color)
                                             : report::painted(Verdict::pass, "+", color);
    std::string lines = report::wrapped(finding.value, kNameColumns + 2, width);
    lines.replace(0, kNameColumns + 2, fmt::format("{} {:<{}}", mark, finding.name, kNameColumns));
    text += lines;
    if (!finding.consequence.empty()) {
      text += report::wrapped(finding.consequence, kNameColumns + 4, width);
    }
  }
  text += limited == 0 ? "\nEvery rule can be judged here.\n"
                       : fmt::format("\n{} of {} findings limit what can be judged here.\n",
                                     limited, findings.size());
  return text;
}

}  // namespace

int doctor(const std::string& format) {
  const std::vector<Finding> findings = examine();
  const bool written = print(format == "json" ? doctor_json(findings) : doctor_tty(findings));
  return written ? report::kExitKept : report::kExitBroken;
}

}  // namespace ipcspec::cli
