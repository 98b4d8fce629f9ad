#include "platform/order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <span>

#include "spec/catalogue.hpp"
#include "wire/crc32c.hpp"

namespace ipcspec::platform {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";

// Two programs with the same fingerprint have the same rules at the same places.
const std::string& fingerprint() {
  static const std::string kFingerprint = [] {
    std::string ids;
    for (const spec::Rule* rule : spec::rules()) ids += std::string(rule->id) + "\n";
    return fmt::format("{:08x}", wire::crc32c(std::as_bytes(std::span(ids))));
  }();
  return kFingerprint;
}

std::string rules_text(const std::vector<const spec::Rule*>& rules) {
  const std::set<const spec::Rule*> wanted(rules.begin(), rules.end());
  std::string text;
  const auto all = spec::rules();
  for (std::size_t i = 0; i < all.size(); i += 4) {
    std::size_t digit = 0;
    for (std::size_t j = i; j < std::min(i + 4, all.size()); ++j) {
      if (wanted.contains(all[j])) digit |= std::size_t{1} << (j - i);
    }
    text += kDigits[digit];
  }
  return text;
}

std::vector<const spec::Rule*> rules_in(std::string_view digits) {
  const auto all = spec::rules();
  if (digits.size() != (all.size() + 3) / 4) throw BadOrder("the order names no set of rules");
  std::vector<const spec::Rule*> rules;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t digit = kDigits.find(digits[i]);
    if (digit == std::string_view::npos) throw BadOrder("the order names no set of rules");
    for (std::size_t bit = 0; bit < 4; ++bit) {
      if ((digit >> bit & 1) == 0) continue;
      if (i * 4 + bit >= all.size()) throw BadOrder("the order names a rule that does not exist");
      rules.push_back(all[i * 4 + bit]);
    }
  }
  return rules;
}

template <typename T>
T number_in(std::string_view text, T least) {
  T number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < least) {
    throw BadOrder(fmt::format("the order has a wrong number '{}'", text));
  }
  return number;
}

void take(Order& order, std::string_view key, std::string_view value) {
  if (key == "rules") {
    const auto colon = value.find(':');
    if (value.substr(0, colon) != fingerprint()) {
      throw BadOrder(
          "the order comes from a program with other rules; use the same version on both sides");
    }
    order.rules = rules_in(value.substr(colon + 1));
  } else if (key == "jobs") {
    order.jobs = number_in(value, 1);
  } else if (key == "timeout") {
    order.timeout_s = number_in(value, 1);
  } else if (key == "repeat") {
    order.repeat = number_in(value, 1);
  } else if (key == "seed") {
    order.seed = number_in<std::uint64_t>(value, 0);
  } else if (key == "fault") {
    order.fault = fault_named(value);
    if (!order.fault) throw BadOrder(fmt::format("the order has a wrong fault '{}'", value));
  } else {
    throw BadOrder(fmt::format("the order has an unknown part '{}'", key));
  }
}

}  // namespace

std::string to_text(const Order& order) {
  std::string text =
      fmt::format("rules={}:{},jobs={},timeout={},repeat={}", fingerprint(),
                  rules_text(order.rules), order.jobs, order.timeout_s, order.repeat);
  if (order.seed) text += fmt::format(",seed={}", *order.seed);
  if (order.fault) {
    text += fmt::format(",fault={}@{}", to_string(order.fault->kind), order.fault->rule->id);
  }
  return text;
}

Order parse_order(const std::string& text) {
  Order order;
  bool has_rules = false;
  std::string_view rest = text;
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(','), rest.size());
    const std::string_view part = rest.substr(0, end);
    const auto equals = part.find('=');
    if (equals == std::string_view::npos) {
      throw BadOrder(fmt::format("the order has the part '{}', which has no value", part));
    }
    take(order, part.substr(0, equals), part.substr(equals + 1));
    has_rules = has_rules || part.substr(0, equals) == "rules";
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  if (!has_rules) throw BadOrder("the order names no rules");
  return order;
}

}  // namespace ipcspec::platform
