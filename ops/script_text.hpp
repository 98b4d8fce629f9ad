// The text form of scripts; docs/script.md describes it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ops/script.hpp"
#include "ops/text.hpp"

namespace ipcspec::op {

// Which operation each call of the script is, in order: they give the outputs their names.
std::vector<std::size_t> call_kinds(const Script& script);

// "read fd=@1.read_end size_bytes=1"; `kinds` are those of the script's calls.
std::string to_text(const ScriptCall& call, const std::vector<std::size_t>& kinds,
                    std::size_t data_chars_max = kWholeData);

// The whole script; parse_script(print_script(s)) == s for every script that parse_script() can
// give.
std::string print_script(const Script& script);

// Reads what print_script() writes, comments and blank lines besides, and nothing else. Calls are
// numbered in order and refer to earlier steps only; each is made by a process that exists by
// then.
// Errors: throws TextError.
Script parse_script(std::string_view text, TextLimits limits = {});
Parsed<Script> try_parse_script(std::string_view text, TextLimits limits = {});

}  // namespace ipcspec::op
