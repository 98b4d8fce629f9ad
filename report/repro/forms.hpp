// Which form an operation has in C, and its fields as C has them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ops/script.hpp"
#include "report/repro/form.hpp"

namespace ipcspec::report::repro {

// A call with its form's gaps filled in.
struct CallInC {
  std::string before;
  std::string call;
  std::string shown;  // the call for people: long texts are cut
  std::string after;
  std::string room = "0";
  std::string result;
  std::string value;
  std::vector<std::string> conditions;       // all must hold, or it is not made
  std::vector<std::string_view> words_used;  // texts in which names of helpers stand
};

// What the rest of the script says: process names as C identifiers, kinds of the calls.
struct Names {
  std::vector<std::string> processes;
  std::vector<std::string> identifiers;  // "proc_child", in the same order
  std::vector<std::size_t> call_kinds;

  const std::string& identifier_of(const std::string& process) const;
};

// Errors: throws NotInC.
CallInC in_c(const op::ScriptCall& call, const Names& names);

// The forms of that operation; empty when there is none.
std::vector<const CallForm*> forms_of(std::string_view operation);

// "READ_END_OF_1": what stands for an output of a call.
std::string output_macro(std::size_t call, std::size_t op_kind, std::size_t output);

// A C expression of type char *, and one for how many bytes it is.
struct TextInC {
  std::string expression;
  std::string size;
};
TextInC text_in_c(std::string_view bytes);
// "..." with its escapes.
std::string literal(std::string_view bytes);

}  // namespace ipcspec::report::repro
