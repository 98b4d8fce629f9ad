#include "report/html.hpp"

#include <nlohmann/json.hpp>
#include <string_view>

#include "ops/text.hpp"
#include "report/json.hpp"
#include "report/lanes_svg.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPage =
#include "report/page.inc"
    ;
constexpr std::string_view kDataMark = "@DATA@";

// Empty when what was kept of the trace is none.
std::string drawing_of(const RuleResult& result) {
  try {
    return lanes_svg(op::parse_trace(result.trace));
  } catch (const op::TextError&) {
    return {};
  }
}

Json pictures_of(const Matrix& matrix) {
  Json pictures = Json::object();
  for (const Results& results : matrix.platforms) {
    for (const RuleResult& result : results.rules) {
      if (!result.picture.empty()) {
        pictures[results.platform.name][std::string(result.rule->id)] = {
            {"text", result.picture}, {"svg", drawing_of(result)}};
      }
    }
  }
  return pictures;
}

// JSON inside a script element: the element would end at "</script", and "<!--" would begin a
// comment, whatever they stand in. JSON allows any character of a string to be written so.
std::string for_script(const Json& json) {
  std::string text;
  for (const char character : json.dump(-1, ' ', false, Json::error_handler_t::replace)) {
    if (character == '<') {
      text += "\\u003c";
    } else {
      text += character;
    }
  }
  return text;
}

}  // namespace

std::string matrix_html(const Matrix& matrix) {
  Json data = Json::parse(matrix_json(matrix));
  for (Json& run : data["runs"]) {
    // The pictures show what the traces say.
    for (Json& rule : run["rules"]) rule.erase("trace");
  }
  data["rules"] = Json::parse(rules_json(spec::rules()))["rules"];
  data["pictures"] = pictures_of(matrix);
  std::string page(kPage);
  return page.replace(page.find(kDataMark), kDataMark.size(), for_script(data));
}

}  // namespace ipcspec::report
