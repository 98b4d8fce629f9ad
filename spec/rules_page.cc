#include "spec/rules_page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "spec/catalogue.hpp"
#include "spec/cheatsheet.hpp"
#include "spec/errata.hpp"

namespace ipcspec::spec {
namespace {

template <typename... Args>
void print(std::string& page, fmt::format_string<Args...> format, Args&&... args) {
  fmt::format_to(std::back_inserter(page), format, std::forward<Args>(args)...);
}

// <signal.h> would be taken for a tag.
std::string cited(const Source& source) {
  if (source.place.empty()) return std::string(source.work);
  return source.place.starts_with('<') ? fmt::format("{} `{}`", source.work, source.place)
                                       : fmt::format("{} {}", source.work, source.place);
}

template <typename List, typename Text>
std::string joined(const List& list, Text text) {
  std::string line;
  for (const auto& item : list) line += (line.empty() ? "" : ", ") + std::string(text(item));
  return line;
}

std::string linked(const Rule* rule) {
  std::string anchor(rule->id);
  std::erase(anchor, '.');
  return fmt::format("[{}](#{})", rule->id, anchor);
}

void add_rule(std::string& page, const Rule& rule) {
  const auto as_is = [](std::string_view text) { return text; };
  print(page, "### {}\n\n{}\n\n", rule.id, rule.sentence);
  print(page, "- Force: {}\n", to_string(rule.force));
  print(page, "- Sources: {}\n", joined(rule.sources, cited));
  if (!rule.cheat_sheet.empty()) {
    print(page, "- Cheat sheet: {}\n", joined(rule.cheat_sheet, as_is));
  }
  if (!rule.erratum.empty()) print(page, "- Erratum: {}\n", rule.erratum);
  if (!rule.untestable.empty()) print(page, "- Not testable: {}\n", rule.untestable);
  page += '\n';
}

void add_rules(std::string& page, std::span<const Rule* const> rest, std::string_view which) {
  while (!rest.empty()) {
    const Mechanism mechanism = rest.front()->mechanism;
    const auto end =
        std::ranges::find_if(rest, [=](const Rule* rule) { return rule->mechanism != mechanism; });
    const auto count = static_cast<std::size_t>(end - rest.begin());
    print(page, "## {}{} ({})\n\n", to_string(mechanism), which, count);
    for (const Rule* rule : rest.first(count)) add_rule(page, *rule);
    rest = rest.subspan(count);
  }
}

void add_errata(std::string& page) {
  page += "## Errata of the cheat sheet\n\n";
  for (const Erratum& erratum : errata()) {
    print(page, "{}. {} ({}) Rules: {}.\n", erratum.number, erratum.text,
          joined(erratum.sources, cited), joined(erratum.rules, linked));
  }
  page += '\n';
}

void add_cheat_sheet(std::string& page) {
  page += "## Items of the cheat sheet\n\n| Item | What the sheet says | Rules |\n|---|---|---|\n";
  for (const CheatSheetItem& item : cheat_sheet_items()) {
    std::vector<const Rule*> covering;
    std::ranges::copy_if(rules(), std::back_inserter(covering), [&](const Rule* rule) {
      return std::ranges::find(rule->cheat_sheet, item.id) != rule->cheat_sheet.end();
    });
    // A bar would end the cell.
    std::string text(item.text);
    if (const auto bar = text.find('|'); bar != text.npos) text.replace(bar, 1, "\\|");
    print(page, "| {} | {} | {} |\n", item.id, text, joined(covering, linked));
  }
}

}  // namespace

std::string rules_page() {
  std::string page;
  page +=
      "<!-- Generated: bazel run //spec:rules_page > docs/rules.md -->\n"
      "# Rules\n\n"
      "Each rule is one sentence that a system keeps or breaks. Its force says how strongly it\n"
      "binds:\n\n"
      "- posix-shall: required by POSIX.\n"
      "- posix-may: permitted by POSIX, never demanded.\n"
      "- posix-unspecified: left open by POSIX; what happens is recorded, never failed.\n"
      "- linux: what Linux documents or does.\n"
      "- glibc: what the GNU C library documents or does.\n"
      "- convention: advice or a measurement; only conservation of data is demanded.\n\n";
  add_rules(page, rules(), "");
  add_errata(page);
  add_cheat_sheet(page);
  page +=
      "\n# Rules that only the model judges\n\n"
      "No test of its own shows one of these rules. The model is held to them, and it judges\n"
      "recorded runs, so a kernel that breaks one is refused in whatever run it does.\n\n";
  std::vector<const Rule*> without_test = all_rules();
  std::erase_if(without_test, [](const Rule* rule) { return has_test(*rule); });
  add_rules(page, without_test, ", by the model");
  page.pop_back();
  return page;
}

}  // namespace ipcspec::spec
