// The inventory of the Linux IPC cheat sheet: every statement it makes, found by walking
// the sheet from top to bottom. Rules name these items; a test demands that every item is
// named by a rule.
//
// Ids are Section/Part/Item: a row of a table by its name (Pipe/Syscalls/read,
// Compare/FIFO/Sync), a note by its number (Pipe/Notes/2), a line of code by what it calls,
// Section/Code the sample as a whole, Pipe/Code2 the sample with dup2(), Short/n a bullet of
// the short version.
#pragma once

#include <span>
#include <string_view>

namespace ipcspec::spec {

struct CheatSheetItem {
  std::string_view id;
  std::string_view text;  // what the sheet says there, paraphrased
};

// In the order of the sheet.
std::span<const CheatSheetItem> cheat_sheet_items();

// Null if the sheet has no such item.
const CheatSheetItem* find_cheat_sheet_item(std::string_view id);

}  // namespace ipcspec::spec
