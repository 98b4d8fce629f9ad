// POSIX message queues, as far as the cheat sheet speaks of them.
#pragma once

#include <array>

#include "spec/rule.hpp"

namespace ipcspec::spec::mq {

inline constexpr Rule practical_available{
    .id = "mq.practical.available",
    .mechanism = Mechanism::mq,
    .sentence =
        "Two processes that share nothing but a name exchange messages through a POSIX "
        "message queue.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_open()"}, {"Linux man-pages", "mq_overview(7)"}},
    .cheat_sheet = {"Practical/Message Queue", "Short/5"},
    .erratum =
        "Message queues appear in the table of practical usage but have neither a section "
        "nor a row in the comparison.",
};

inline constexpr Rule practical_structured{
    .id = "mq.practical.structured",
    .mechanism = Mechanism::mq,
    .sentence =
        "One mq_receive() returns exactly one message as it was sent, with its length and "
        "its priority.",
    .force = Force::posix_shall,
    .sources = {{"POSIX.1-2017", "mq_receive()"}},
    .cheat_sheet = {"Practical/Message Queue"},
};

inline constexpr std::array kRules{&practical_available, &practical_structured};

}  // namespace ipcspec::spec::mq
