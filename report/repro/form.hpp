// How an operation is said in C. Each mechanism has its table: report/repro/pipe.hpp, ...
#pragma once

#include <string_view>

namespace ipcspec::report::repro {

// "$fd" stands for the field fd as C has it, "$data.size" for the number of its bytes. The
// statements may use what report/repro/runtime.cc offers: take() gives the answer data, output()
// one more output, ok() says whether the call succeeded, room() is memory for so many bytes.
struct CallForm {
  std::string_view operation;
  std::string_view call;         // one expression, which is also what people are shown
  std::string_view before = {};  // declarations and statements
  std::string_view after = {};   // statements
  // Bytes of data that the answer has at most: a number or a field; empty for none.
  std::string_view room = {};
  // "flags=0": only when C has this for the field; of several forms the first that fits is taken.
  std::string_view when = {};
  std::string_view result = "long long result";  // what the expression is assigned to
  std::string_view value = "result";             // the value of the answer; negative with errno
  std::string_view unless = {};                  // condition under which the call must not be made
};

}  // namespace ipcspec::report::repro
