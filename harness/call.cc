#include "harness/call.hpp"

#include <cerrno>
#include <cstring>

#include "ops/text.hpp"

namespace ipcspec::harness {

namespace {

// A report shows how much was transferred, and of what; the trace has every byte.
std::string in_short(const std::string& text) {
  constexpr std::size_t kShownMax = 400;
  constexpr std::size_t kEndShown = 100;
  if (text.size() <= kShownMax) return text;
  return text.substr(0, kShownMax - kEndShown) + " [...] " + text.substr(text.size() - kEndShown);
}

}  // namespace

const op::Outcome& Call::succeeded() const {
  const op::Outcome& result = outcome();
  switch (result.error.value) {
    case 0:
      return result;
    case ENOSYS:
      throw Unsupported("this platform does not implement " +
                        std::string(op::name_of(record_->op)) + " (ENOSYS)");
    default:
      throw Broken(text() +
                   ", and the test cannot go on without it: " + std::strerror(result.error.value));
  }
}

std::string Call::text() const {
  std::string text = record_->who + " " + in_short(op::to_text(record_->op)) + ": ";
  if (record_->outcome) {
    return text + in_short(op::to_text(*record_->outcome, record_->op.index()));
  }
  if (record_->cut_off) return text + "cut off by the end of the process";
  if (record_->blocked == Evidence::none) return text + "not answered";
  return text + "blocked (" + std::string(to_string(record_->blocked)) + ")";
}

}  // namespace ipcspec::harness
