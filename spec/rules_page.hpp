// The catalogue as a page of Markdown.
#pragma once

#include <string>

namespace ipcspec::spec {

// Rules by mechanism, then the errata, then the cheat sheet's items with their rules.
std::string rules_page();

}  // namespace ipcspec::spec
