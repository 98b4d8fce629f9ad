#include "properties/shrink.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

namespace ipcspec::properties {
namespace {

class Shrinker {
 public:
  Shrinker(Genes genes, const std::function<bool(const Genes&)>& does_it, int tries_max)
      : genes_(std::move(genes)), does_it_(does_it), tries_left_(tries_max) {}

  Genes run() {
    bool smaller = true;
    while (smaller && tries_left_ > 0) {
      smaller = remove_genes();
      smaller = lower_numbers() || smaller;
    }
    return std::move(genes_);
  }

 private:
  bool take(Genes candidate) {
    if (tries_left_ <= 0 || candidate == genes_) return false;
    --tries_left_;
    if (!does_it_(candidate)) return false;
    genes_ = std::move(candidate);
    return true;
  }

  // Many at once first, and from the end, since what comes later depends on what comes before.
  bool remove_genes() {
    bool any = false;
    for (std::size_t count = genes_.size(); count > 0; count /= 2) {
      for (std::size_t end = genes_.size(); end >= count && end > 0;) {
        Genes fewer = genes_;
        const auto first = fewer.begin() + static_cast<std::ptrdiff_t>(end - count);
        fewer.erase(first, first + static_cast<std::ptrdiff_t>(count));
        any = take(std::move(fewer)) || any;
        end -= count;
      }
    }
    return any;
  }

  bool lower_numbers() {
    bool any = false;
    for (std::size_t i = 0; i < genes_.size(); ++i) {
      for (std::size_t place = 0; place < genes_[i].size(); ++place) {
        any = lower(i, place) || any;
      }
    }
    return any;
  }

  bool lower(std::size_t i, std::size_t place) {
    bool any = false;
    for (const int divisor : {256, 16, 2}) {
      Genes lower = genes_;
      auto& number = lower[i][place];
      number = static_cast<std::uint8_t>(number / divisor);
      if (!take(std::move(lower))) continue;
      any = true;
    }
    return any;
  }

  Genes genes_;
  const std::function<bool(const Genes&)>& does_it_;
  int tries_left_;
};

std::size_t count_of_calls(const op::Script& script) {
  std::size_t count = 0;
  for (const op::ScriptStep& step : script.steps) count += step.calls.size();
  return count;
}

// Leaves out calls, and numbers anew those that stay.
class Copier {
 public:
  Copier(const op::Script& script, std::size_t left_out)
      : left_out_(left_out), known_(script.roots.begin(), script.roots.end()) {}

  void copy(const op::ScriptStep& step, op::Script& to) {
    op::ScriptStep kept;
    std::set<std::string> born;
    for (const op::ScriptCall& call : step.calls) {
      if (++number_ == left_out_ || !is_possible(call)) continue;
      renumbered_[number_] = ++numbers_given_;
      kept.calls.push_back(call);
      for (op::Reference& reference : kept.calls.back().references) {
        if (refers_to_call(reference)) reference.call = renumbered_.at(reference.call);
      }
      if (const auto* fork = std::get_if<op::Fork>(&call.op)) born.insert(fork->child);
    }
    known_.merge(born);
    if (!kept.calls.empty()) to.steps.push_back(std::move(kept));
  }

 private:
  static bool refers_to_call(const op::Reference& reference) {
    return reference.to != op::Reference::To::process && reference.to != op::Reference::To::name;
  }

  bool is_possible(const op::ScriptCall& call) const {
    return known_.contains(call.who) &&
           std::ranges::all_of(call.references, [&](const op::Reference& reference) {
             if (reference.to == op::Reference::To::process) {
               return known_.contains(reference.process);
             }
             return !refers_to_call(reference) || renumbered_.contains(reference.call);
           });
  }

  std::size_t left_out_;
  std::set<std::string> known_;  // processes that exist by the next step
  std::size_t number_ = 0;
  std::size_t numbers_given_ = 0;
  std::map<std::size_t, std::size_t> renumbered_;
};

}  // namespace

op::Script without_call(const op::Script& script, std::size_t call) {
  op::Script shorter{.rule = script.rule, .roots = script.roots, .steps = {}};
  Copier copier(script, call);
  for (const op::ScriptStep& step : script.steps) copier.copy(step, shorter);
  return shorter;
}

op::Script shrunk(op::Script script, const std::function<bool(const op::Script&)>& does_it,
                  int tries_max) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (std::size_t call = count_of_calls(script); call > 0 && tries_max > 0; --call) {
      if (call > count_of_calls(script)) continue;
      op::Script shorter = without_call(script, call);
      --tries_max;
      if (!does_it(shorter)) continue;
      script = std::move(shorter);
      smaller = true;
    }
  }
  return script;
}

Genes shrunk(Genes genes, const std::function<bool(const Genes&)>& does_it, int tries_max) {
  return Shrinker(std::move(genes), does_it, tries_max).run();
}

}  // namespace ipcspec::properties
