// Results as one HTML page that needs nothing else: the matrix of rules by platform with search and
// filters, a section per rule, and what the platforms are. page.html holds its form.
#pragma once

#include <string>

#include "report/results.hpp"

namespace ipcspec::report {

std::string matrix_html(const Matrix& matrix);

}  // namespace ipcspec::report
