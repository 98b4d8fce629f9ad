// The parser of orders (what a carried program is to do) on any bytes: it refuses them, or what it
// took says the same when it is written and parsed again.
//
// Input: the text. Its first '@' is replaced by the set of rules of the shortest order, whose
// fingerprint and length a fuzzer does not guess; digits that follow take the place of its last.
#include <algorithm>
#include <cstdint>
#include <string>

#include "fuzz/check.hpp"
#include "platform/order.hpp"

namespace {

constexpr const char* kDigits = "0123456789abcdef";

// "rules=1c0ffee5:8001..."
const std::string& rules_part() {
  static const std::string kPart = [] {
    const std::string text = ipcspec::platform::to_text({});
    return text.substr(0, text.find(','));
  }();
  return kPart;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto mark = text.find('@'); mark != std::string::npos) {
    const std::string& part = rules_part();
    const std::size_t end = std::min(text.find_first_not_of(kDigits, mark + 1), text.size());
    text.replace(mark, 1, part, 0, part.size() - std::min(end - mark - 1, part.size()));
  }
  ipcspec::platform::Order order;
  try {
    order = ipcspec::platform::parse_order(text);
  } catch (const ipcspec::platform::BadOrder&) {
    return 0;
  }
  const std::string again = ipcspec::platform::to_text(order);
  ipcspec::fuzz::require(ipcspec::platform::parse_order(again) == order,
                         "written and parsed again differ", again);
  return 0;
}
