// A profile is a set of rules: those that a kernel is held to. The steps of the model ask whether
// the rule that grants or withholds them is in the set.
#pragma once

#include <array>
#include <string_view>

#include "spec/rule.hpp"

namespace ipcspec::spec {

class Profile {
 public:
  // Every rule of these forces.
  constexpr Profile(std::string_view name, std::initializer_list<Force> forces) : name_(name) {
    for (const Force force : forces) has_force_[static_cast<std::size_t>(force)] = true;
  }

  constexpr std::string_view name() const { return name_; }

  constexpr bool has(const Rule& rule) const {
    return has_force_[static_cast<std::size_t>(rule.force)] && &rule != missing_;
  }
  // Taken out by without(), and not merely a rule of another profile.
  constexpr bool lacks(const Rule& rule) const { return &rule == missing_; }

  // The same set without one rule: what the tests of the model use to see that it is noticed.
  constexpr Profile without(const Rule& rule) const {
    Profile profile = *this;
    profile.missing_ = &rule;
    return profile;
  }

 private:
  std::string_view name_;
  std::array<bool, 6> has_force_{};
  const Rule* missing_ = nullptr;
};

// Only what the standard promises.
inline constexpr Profile kPosix{"posix", {Force::posix_shall, Force::posix_may, Force::convention}};

// What Linux and its C library document or do, within what the standard allows.
inline constexpr Profile kLinux{"linux",
                                {Force::posix_shall, Force::posix_may, Force::posix_unspecified,
                                 Force::linux_only, Force::glibc_only, Force::convention}};

}  // namespace ipcspec::spec
