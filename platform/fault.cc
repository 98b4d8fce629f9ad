#include "platform/fault.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>

#include "core/unique_fd.hpp"
#include "platform/order.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::platform {
namespace {

constexpr std::array<std::string_view, 4> kKindNames = {"panic", "exit", "hang", "noise"};
constexpr int kExitStatus = 9;
constexpr std::size_t kNoiseBytes = std::size_t{1} << 20;

void panic() {
  // Of a machine that was started for this, and never of another.
  if (::getenv(kOrderVariable) == nullptr || ::getppid() != 1) return;
  const UniqueFd trigger(::open("/proc/sysrq-trigger", O_WRONLY | O_CLOEXEC));
  if (::write(trigger.get(), "c", 1) < 0) ::_exit(kExitStatus);
}

void make_noise() {
  std::mt19937_64 random(1);
  std::array<char, 4096> bytes;
  for (std::size_t written = 0; written < kNoiseBytes; written += bytes.size()) {
    std::ranges::generate(bytes, [&] { return static_cast<char>(random()); });
    if (::write(STDOUT_FILENO, bytes.data(), bytes.size()) < 0) return;
  }
}

}  // namespace

std::string_view to_string(Fault::Kind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

std::optional<Fault> fault_named(std::string_view text) {
  const auto at = text.find('@');
  const auto kind = std::ranges::find(kKindNames, text.substr(0, at));
  if (at == std::string_view::npos || kind == kKindNames.end()) return std::nullopt;
  const spec::Rule* rule = spec::find(text.substr(at + 1));
  if (rule == nullptr) return std::nullopt;
  return Fault{static_cast<Fault::Kind>(kind - kKindNames.begin()), rule};
}

std::optional<Fault> fault_wanted() {
  const char* text = ::getenv(kFaultVariable);
  if (text == nullptr || *text == '\0') return std::nullopt;
  const std::optional<Fault> fault = fault_named(text);
  if (!fault) {
    throw BadOrder(
        fmt::format("{}='{}' is no fault; write panic, exit, hang or noise, @ and a rule",
                    kFaultVariable, text));
  }
  return fault;
}

void commit(Fault::Kind kind) {
  switch (kind) {
    case Fault::Kind::panic:
      return panic();
    case Fault::Kind::exit:
      ::_exit(kExitStatus);
    case Fault::Kind::hang:
      ::raise(SIGSTOP);
      return;
    case Fault::Kind::noise:
      return make_noise();
  }
}

}  // namespace ipcspec::platform
