// A writer for SVG pictures: elements with attributes, text escaped, everything closed in order.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ipcspec::report {

using SvgAttributes = std::vector<std::pair<std::string_view, std::string>>;

class SvgWriter {
 public:
  // `style` is a style sheet; it must not contain "]]>".
  SvgWriter(int width, int height, std::string_view title, std::string_view style);

  void open_group(const SvgAttributes& attributes);
  void close_group();
  void element(std::string_view name, const SvgAttributes& attributes);
  // An element with text in it.
  void text_element(std::string_view name, const SvgAttributes& attributes, std::string_view text);
  void line(double x1, double y1, double x2, double y2, std::string_view css_class);
  void text(double x, double y, std::string_view css_class, std::string_view text);

  // Closes what is open. Nothing may be added afterwards.
  std::string finish();

 private:
  void tag(std::string_view name, const SvgAttributes& attributes, std::string_view end);

  std::string text_;
  int open_groups_ = 0;
};

// "12.3": places of a picture need no more.
std::string svg_number(double value);

}  // namespace ipcspec::report
