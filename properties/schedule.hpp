// Schedules: meaningful scripts made of small numbers. Every sequence of genes is a script, and a
// shorter sequence or smaller numbers are a simpler one, so that whatever draws the numbers can
// shrink them: rapidcheck, a fuzzer, or a seed.
//
//   op::Script script = schedule_of(genes_of(seed, 12), Mix{});
//
// What a gene means depends on what came before it: it is read against the model, which rehearses
// the script while it grows. Most calls make sense there, some are nonsense on purpose.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ops/script.hpp"
#include "ops/trace.hpp"
#include "spec/rule.hpp"

namespace ipcspec::properties {

// One step, mostly: who, of which mechanism, which call, whether it joins the race with the step
// before, whether it is nonsense, and what else the call needs. Zeros are the simplest.
using Gene = std::array<std::uint8_t, 10>;
using Genes = std::vector<Gene>;

inline constexpr spec::Mechanism kMechanisms[] = {
    spec::Mechanism::pipe,   spec::Mechanism::fd,   spec::Mechanism::fifo,
    spec::Mechanism::poll,   spec::Mechanism::tcp,  spec::Mechanism::unix_socket,
    spec::Mechanism::shm,    spec::Mechanism::sem,  spec::Mechanism::mq,
    spec::Mechanism::signal, spec::Mechanism::proc,
};

struct Mix {
  // Whose calls there are; forks and a few others come with any.
  std::vector<spec::Mechanism> mechanisms{std::begin(kMechanisms), std::end(kMechanisms)};
  std::size_t processes_max = 5;  // ever, the first one included; at most kProcessesMax
  std::size_t steps_max = 24;
  unsigned nonsense_percent = 8;
  unsigned race_percent = 12;
  op::Facts facts;  // of the platform for which the script is
};

inline constexpr std::size_t kProcessesMax = 26;

// The script that the genes stand for. The same genes and mix always give the same script, any
// genes a valid one. When `rehearsed` is given it is what the model did with it.
op::Script schedule_of(const Genes& genes, const Mix& mix, op::Trace* rehearsed = nullptr);

// `count` genes; the same for the same seed on every machine.
Genes genes_of(std::uint64_t seed, std::size_t count);
// As many as there are bytes for; the last one is filled up with zeros.
Genes genes_from_bytes(std::span<const std::uint8_t> bytes);

}  // namespace ipcspec::properties
