// Code in huge pages, for a process that forks thousands of times.
#pragma once

namespace ipcspec::harness {

// Copies this program's code into transparent huge pages, in its place. What is forked afterwards
// faults in none of it, where each process otherwise does so page by page, and frees it again at
// its end: some six hundredths of what a schedule costs. Returns false, and changes nothing, where
// that is not to be had: code that is not aligned to huge pages or shorter than one, a kernel
// without them (madvise(2), MADV_HUGEPAGE) or short of them, no /proc or /sys.
//
// For a process with one thread. Debuggers and profilers find no file behind that code any more.
bool move_code_into_huge_pages();

}  // namespace ipcspec::harness
