// Prints the catalogue as Markdown; docs/rules.md is its output.
#include <cstdio>
#include <string>

#include "spec/rules_page.hpp"

int main() {
  const std::string page = ipcspec::spec::rules_page();
  const bool written = std::fwrite(page.data(), 1, page.size(), stdout) == page.size();
  if (!written || std::fflush(stdout) != 0) {
    std::perror("rules_page: cannot write the page to standard output; check where it goes");
    return 1;
  }
}
