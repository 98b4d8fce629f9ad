// What is kept of a run that broke a rule: everything that somebody needs who does not believe it.
#pragma once

#include <string>
#include <vector>

#include "ops/script.hpp"
#include "properties/judged.hpp"
#include "spec/model/profile.hpp"

namespace ipcspec::properties {

// Makes a directory in `directory`, which is made too when it is missing:
//
//   fail-read-3f2a91c0/     verdict, the call in question, and a number made from the script
//     script                what the processes were to do
//     trace                 what they did
//     verdict.txt           what was seen, what was allowed, and by which rules
//     picture.txt           the trace drawn
//     picture.svg
//     repro.c               the script as a C program; absent when C cannot say it
//
// It appears whole or not at all, and takes the place of an earlier one of the same script. Returns
// its path. Throws Broken, naming place and remedy, when it cannot be written.
std::string write_finding(const std::string& directory, const op::Script& script,
                          const JudgedRun& run, const spec::Profile& profile);

// The signatures of the failures that lie in the directory, see signature_of(). What is no such
// finding, or can no longer be read, is passed over; so is a failure that the profile explains.
std::vector<std::string> signatures_kept(const std::string& directory,
                                         const spec::Profile& profile);

// The one command that carries out the script of a finding again.
std::string replay_command(const std::string& finding, const spec::Profile& profile);

}  // namespace ipcspec::properties
