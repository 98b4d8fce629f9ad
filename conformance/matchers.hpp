// Matchers that speak of calls. Those that expect an answer wait for it, at most for the grace;
// those that expect blocking take what the settling saw, with its evidence.
//
//   CHECK_THAT(read, Blocks());                 // asleep in this call now
//   CHECK_THAT(read, Returns(0));               // value 0, no error
//   CHECK_THAT(read, ReturnsData("hello"));     // value 5 and these bytes
//   CHECK_THAT(write, FailsWith(EPIPE));
//   CHECK_THAT(open, ReturnsFd());              // a descriptor number
//   CHECK_THAT(read, ReturnsOneOf("ab", "ba"));
//   CHECK_THAT(write, IsCutOff());              // the process died, or became another program
//   CHECK_THAT(writer, KilledBy(SIGPIPE));      // on a Process: its end
//   CHECK_THAT(child, ExitsWith(0));
#pragma once

#include <catch2/catch_tostring.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_templated.hpp>
#include <initializer_list>
#include <string>
#include <vector>

#include "harness/scenario.hpp"

namespace ipcspec::conformance {

class Blocks : public Catch::Matchers::MatcherGenericBase {
 public:
  bool match(const harness::Call& call) const;
  std::string describe() const override;
};

class Returns : public Catch::Matchers::MatcherGenericBase {
 public:
  explicit Returns(std::int64_t value) : value_(value) {}
  bool match(const harness::Call& call) const;
  std::string describe() const override;

 private:
  std::int64_t value_;
};

// Any value, but no error.
class Succeeds : public Catch::Matchers::MatcherGenericBase {
 public:
  bool match(const harness::Call& call) const;
  std::string describe() const override;
};

class ReturnsData : public Catch::Matchers::MatcherGenericBase {
 public:
  explicit ReturnsData(op::Bytes data) : data_(std::move(data)) {}
  bool match(const harness::Call& call) const;
  std::string describe() const override;

 private:
  op::Bytes data_;
};

class ReturnsOneOf : public Catch::Matchers::MatcherGenericBase {
 public:
  ReturnsOneOf(std::initializer_list<op::Bytes> allowed) : allowed_(allowed) {}
  template <typename... More>
  explicit ReturnsOneOf(op::Bytes first, More... more)
      : allowed_{std::move(first), op::Bytes(std::move(more))...} {}
  bool match(const harness::Call& call) const;
  std::string describe() const override;

 private:
  std::vector<op::Bytes> allowed_;
};

class ReturnsFd : public Catch::Matchers::MatcherGenericBase {
 public:
  bool match(const harness::Call& call) const;
  std::string describe() const override;
};

// The call fails with this errno, or with one of several.
class FailsWith : public Catch::Matchers::MatcherGenericBase {
 public:
  template <typename... More>
  explicit FailsWith(int first, More... more) : allowed_{first, more...} {}
  bool match(const harness::Call& call) const;
  std::string describe() const override;

 private:
  std::vector<int> allowed_;
};

class IsCutOff : public Catch::Matchers::MatcherGenericBase {
 public:
  bool match(const harness::Call& call) const;
  std::string describe() const override;
};

class KilledBy : public Catch::Matchers::MatcherGenericBase {
 public:
  explicit KilledBy(int signal) : signal_(signal) {}
  bool match(const harness::Process& process) const;
  std::string describe() const override;

 private:
  int signal_;
};

class ExitsWith : public Catch::Matchers::MatcherGenericBase {
 public:
  explicit ExitsWith(int status) : status_(status) {}
  bool match(const harness::Process& process) const;
  std::string describe() const override;

 private:
  int status_;
};

class IsAlive : public Catch::Matchers::MatcherGenericBase {
 public:
  bool match(const harness::Process& process) const;
  std::string describe() const override;
};

// Stopped by job control; !IsStopped() is not the same as running again: use IsAlive().
class IsStopped : public Catch::Matchers::MatcherGenericBase {
 public:
  bool match(const harness::Process& process) const;
  std::string describe() const override;
};

// Some platforms know a call by name and do not have it (ENOSYS): then the rule is unsupported. Not
// inside a CHECK, which would take the exception for a failure.
harness::Call provided(const harness::Call& call);

}  // namespace ipcspec::conformance

template <>
struct Catch::StringMaker<ipcspec::harness::Call> {
  static std::string convert(const ipcspec::harness::Call& call) { return call.text(); }
};

template <>
struct Catch::StringMaker<ipcspec::harness::Process> {
  static std::string convert(const ipcspec::harness::Process& process);
};
