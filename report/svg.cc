#include "report/svg.hpp"

#include <fmt/format.h>

#include <utility>

#include "report/junit.hpp"

namespace ipcspec::report {

std::string svg_number(double value) { return fmt::format("{:.1f}", value); }

SvgWriter::SvgWriter(int width, int height, std::string_view title, std::string_view style) {
  text_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  tag("svg",
      {{"xmlns", "http://www.w3.org/2000/svg"},
       {"width", std::to_string(width)},
       {"height", std::to_string(height)},
       {"viewBox", fmt::format("0 0 {} {}", width, height)},
       {"role", "img"},
       {"aria-labelledby", "title"}},
      ">");
  text_element("title", {{"id", "title"}}, title);
  text_ += fmt::format("<style><![CDATA[{}]]></style>\n", style);
}

void SvgWriter::tag(std::string_view name, const SvgAttributes& attributes, std::string_view end) {
  text_ += fmt::format("<{}", name);
  for (const auto& [key, value] : attributes) {
    text_ += fmt::format(" {}=\"{}\"", key, xml_escaped(value));
  }
  text_ += fmt::format("{}\n", end);
}

void SvgWriter::open_group(const SvgAttributes& attributes) {
  tag("g", attributes, ">");
  ++open_groups_;
}

void SvgWriter::close_group() {
  if (open_groups_ == 0) return;
  text_ += "</g>\n";
  --open_groups_;
}

void SvgWriter::element(std::string_view name, const SvgAttributes& attributes) {
  tag(name, attributes, "/>");
}

void SvgWriter::text_element(std::string_view name, const SvgAttributes& attributes,
                             std::string_view text) {
  tag(name, attributes, ">");
  text_.pop_back();  // a line break would be part of the text
  text_ += fmt::format("{}</{}>\n", xml_escaped(text), name);
}

void SvgWriter::line(double x1, double y1, double x2, double y2, std::string_view css_class) {
  element("line", {{"class", std::string(css_class)},
                   {"x1", svg_number(x1)},
                   {"y1", svg_number(y1)},
                   {"x2", svg_number(x2)},
                   {"y2", svg_number(y2)}});
}

void SvgWriter::text(double x, double y, std::string_view css_class, std::string_view text) {
  text_element("text",
               {{"class", std::string(css_class)}, {"x", svg_number(x)}, {"y", svg_number(y)}},
               text);
}

std::string SvgWriter::finish() {
  while (open_groups_ > 0) close_group();
  return std::move(text_) + "</svg>\n";
}

}  // namespace ipcspec::report
