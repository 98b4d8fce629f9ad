// The rules of the cheat sheet about mq.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::mq {

inline constexpr Rule practical_available{
    .id = "mq.practical.available",
    .mechanism = Mechanism::mq,
    .sentence =
        "POSIX message queues work between unrelated processes by name where the kernel "
        "provides them; a missing kernel facility gives ENOSYS and must be reported as "
        "skipped.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}, {"Linux man-pages", "mq_overview(7)"}},
    .cheat_sheet = {"Practical/Message Queue", "Short/5"},
    .erratum = "listed under practice but absent from the sections and the comparison table",
};

inline constexpr Rule practical_structured{
    .id = "mq.practical.structured",
    .mechanism = Mechanism::mq,
    .sentence =
        "Unlike a pipe one mq_receive() returns exactly one message as sent, with its "
        "priority.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_receive()"}},
    .cheat_sheet = {"Practical/Message Queue"},
};

inline constexpr std::array kRules{&practical_available, &practical_structured};

}  // namespace ipcspec::spec::mq
