#include "platform/platform.hpp"

#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <catch2/catch_test_macros.hpp>
#include <fstream>
#include <iterator>
#include <random>

#include "platform/archive.hpp"
#include "platform/conduct.hpp"
#include "platform/console.hpp"
#include "platform/kernels.hpp"
#include "platform/order.hpp"
#include "platform/start.hpp"
#include "spec/catalogue.hpp"

namespace ipcspec::platform {
namespace {

std::vector<const spec::Rule*> first_rules(std::size_t count) {
  return {spec::rules().begin(), spec::rules().begin() + static_cast<std::ptrdiff_t>(count)};
}

report::RuleResult passed(const spec::Rule& rule) {
  report::RuleResult result;
  result.rule = &rule;
  result.verdict = Verdict::pass;
  result.evidence = Evidence::likely;
  result.duration_us = 12;
  result.message = "\"quoted\" & <b>";
  result.operations = {"read", "write"};
  return result;
}

std::vector<std::byte> bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

TEST_CASE("An order is one word that every shell leaves alone, and reads back") {
  Order order;
  order.rules = {spec::rules()[0], spec::rules()[5], spec::rules().back()};
  order.jobs = 3;
  order.timeout_s = 7;
  order.repeat = 2;
  order.seed = 18446744073709551615u;
  order.fault = Fault{Fault::Kind::hang, spec::rules()[5]};
  const std::string text = to_text(order);
  CHECK(text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789=:,@.-") == std::string::npos);
  CHECK(parse_order(text) == order);
  order.rules.clear();
  order.seed.reset();
  order.fault.reset();
  CHECK(parse_order(to_text(order)) == order);
  order.rules = first_rules(spec::rules().size());
  CHECK(parse_order(to_text(order)) == order);
}

TEST_CASE("An order of a program with other rules is refused") {
  const std::string text = to_text({.rules = first_rules(2), .seed = {}, .fault = {}});
  const auto colon = text.find(':');
  std::string other = text;
  other[colon - 1] = other[colon - 1] == '0' ? '1' : '0';
  CHECK_THROWS_AS(parse_order(other), BadOrder);
  CHECK_THROWS_AS(parse_order(""), BadOrder);
  CHECK_THROWS_AS(parse_order("jobs=1"), BadOrder);
  CHECK_THROWS_AS(parse_order(text + ",jobs=0"), BadOrder);
  CHECK_THROWS_AS(parse_order(text + ",jobs"), BadOrder);
  CHECK_THROWS_AS(parse_order(text + ",fault=boredom@pipe.eof.repeats"), BadOrder);
  CHECK_THROWS_AS(parse_order(text + ",colour=red"), BadOrder);
  CHECK_THROWS_AS(parse_order(text.substr(0, colon + 3)), BadOrder);
}

TEST_CASE("Platforms have names, and other names are refused with those that there are") {
  CHECK(platform_named("native").kind == Kind::native);
  CHECK(platform_named("gvisor") == platform_named("gvisor:systrap"));
  CHECK(platform_named("uml:/some/linux").path == "/some/linux");
  const Platform machine = platform_named("qemu:/boot/bzImage,kvm");
  CHECK(machine.path == "/boot/bzImage");
  CHECK(machine.accelerator == "kvm");
  const Platform foreign = platform_named("qemu:/boot/image,s390x");
  CHECK(foreign.path == "/boot/image");
  CHECK(foreign.architecture == "s390x");
  CHECK(foreign.accelerator == "tcg");
  CHECK(platform_named("qemu:debian:6.1").architecture == "x86_64");
  CHECK(platform_named("qemu:debian:6.1:aarch64").architecture == "aarch64");
  CHECK(platform_named("uml:debian:7.2").kind == Kind::uml);
  CHECK(platform_named("arch:s390x:/x").path == "/x");
  CHECK(platform_named("cmd:ssh host {}").path == "ssh host {}");
  for (const char* name :
       {"", "nativ", "gvisor:fast", "qemu:", "qemu:/x,hvf", "arch:z80", "cmd:", "qemu:debian:six",
        "native:", "qemu:debian:6.1:z80", "uml:debian:7.2:s390x", "uml:debian:"}) {
    INFO(name);
    CHECK_THROWS_AS(platform_named(name), UnknownPlatform);
  }
}

TEST_CASE("What is missing is named with its remedy") {
  const auto says = [](const std::string& name, const std::string& missing) {
    const Availability availability = look_for(platform_named(name));
    INFO(name << ": " << availability.missing << "; " << availability.remedy);
    CHECK_FALSE(availability.usable);
    CHECK(availability.missing.find(missing) != std::string::npos);
    CHECK_FALSE(availability.remedy.empty());
  };
  says("uml:/no/such/linux", "/no/such/linux");
  const std::string path = ::getenv("PATH");
  ::setenv("PATH", "/nonexistent", 1);
  says("bwrap", "bwrap");
  says("crun", "crun");
  says("podman", "podman");
  says("qemu:/no/kernel", "qemu-system-x86_64");
  says("qemu:/no/kernel,s390x", "qemu-system-s390x");
  says("arch:s390x:/no/program", "qemu-s390x-static");
  ::setenv("PATH", path.c_str(), 1);
}

TEST_CASE("Kernels in the cache are known by the names that fetch them") {
  std::string cache = std::string(::getenv("TEST_TMPDIR")) + "/cache.XXXXXX";
  REQUIRE(::mkdtemp(cache.data()) != nullptr);
  for (const char* name :
       {"", "/debian-5.10", "/debian-6.1-s390x", "/uml-6.9", "/other", "/debian-old-other"}) {
    REQUIRE(::mkdir((cache + "/kernels" + name).c_str(), 0755) == 0);
  }
  const auto names = kernels_known(cache);
  for (const char* name : {"debian:5.10", "debian:6.1:s390x", "uml:debian:6.9", "debian:6.1"}) {
    INFO(name);
    CHECK(std::ranges::count(names, name) == 1);
  }
  CHECK(std::ranges::none_of(names, [](const auto& name) { return name.find("other") < 99; }));
  for (const std::string& name : names) CHECK_NOTHROW(platform_named(platform_of_kernel(name)));
}

TEST_CASE("A machine of another architecture boots its own kernel, program and console") {
  std::string directory = std::string(::getenv("TEST_TMPDIR")) + "/start.XXXXXX";
  REQUIRE(::mkdtemp(directory.data()) != nullptr);
  REQUIRE(::mkdir((directory + "/cross").c_str(), 0755) == 0);
  std::ofstream(directory + "/cross/ipcspec-s390x") << "foreign";
  ::setenv("IPCSPEC_CACHE", directory.c_str(), 1);
  const StartRequest request = {
      .program = "/own", .order = "rules=1:2", .directory = directory, .unique = "u"};
  const Start start = prepare_start(platform_named("qemu:/boot/image,s390x"), request);
  ::unsetenv("IPCSPEC_CACHE");
  const auto behind = [&](const char* option) {
    const auto at = std::ranges::find(start.arguments, option);
    return at == start.arguments.end() ? std::string() : *std::next(at);
  };
  CHECK(behind("-M").starts_with("s390-ccw-virtio,"));
  CHECK(behind("-kernel") == "/boot/image");
  CHECK(behind("-append").starts_with("console=ttysclp0 "));
  std::ifstream file(behind("-initrd"), std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  CHECK(bytes.find("foreign") != std::string::npos);
}

TEST_CASE("Every known platform has a name that leads back to it") {
  const auto known = known_platforms(places());
  CHECK(known.size() >= 14);
  for (const Platform& platform : known) CHECK(platform_named(platform.name) == platform);
}

TEST_CASE("An archive begins each entry with its header and ends with the trailer") {
  const std::string bytes = initramfs_of("program");
  CHECK(bytes.size() % 4 == 0);
  CHECK(bytes.starts_with("070701"));
  const auto init = bytes.find("init");
  REQUIRE(init != std::string::npos);
  // The size is the seventh field of eight digits, the mode the second.
  const std::string header = bytes.substr(init - 110, 110);
  CHECK(header.substr(0, 6) == "070701");
  CHECK(header.substr(6 + 8, 8) == "000081ed");
  CHECK(header.substr(6 + 6 * 8, 8) == "00000007");
  CHECK(bytes.find("program", init) != std::string::npos);
  CHECK(bytes.find("TRAILER!!!") != std::string::npos);
}

TEST_CASE("Messages come through noise, in any chunks, and the noise is kept for people") {
  std::mt19937_64 random(7);
  std::string stream = "[    0.0] Linux \x1b[31mversion\x1b[0m\r\nready\r\n";
  std::vector<std::byte> frames;
  encode(RuleStarted{spec::rules()[0]}, 0, frames);
  std::vector<std::byte> all = bytes_of(stream);
  all.insert(all.end(), frames.begin(), frames.end());
  for (int i = 0; i < 1 << 20; ++i) all.push_back(static_cast<std::byte>(random()));
  frames.clear();
  encode(RuleReported{passed(*spec::rules()[0])}, 1, frames);
  encode(Ended{"SIGTERM"}, 2, frames);
  all.insert(all.end(), frames.begin(), frames.end());
  for (const std::size_t chunk : {std::size_t{1000}, std::size_t{65536}, all.size()}) {
    Console console;
    for (std::size_t at = 0; at < all.size(); at += chunk) {
      console.feed(std::span(all).subspan(at, std::min(chunk, all.size() - at)));
    }
    console.finish();
    const auto started = console.next();
    REQUIRE(started);
    CHECK(std::get<RuleStarted>(*started).rule == spec::rules()[0]);
    const auto reported = console.next();
    REQUIRE(reported);
    const report::RuleResult& result = std::get<RuleReported>(*reported).result;
    CHECK(result.rule == spec::rules()[0]);
    CHECK(result.verdict == Verdict::pass);
    CHECK(result.evidence == Evidence::likely);
    CHECK(result.message == "\"quoted\" & <b>");
    CHECK(result.operations == std::vector<std::string>{"read", "write"});
    const auto ended = console.next();
    REQUIRE(ended);
    CHECK(std::get<Ended>(*ended).stopped_by == "SIGTERM");
    CHECK_FALSE(console.next());
    CHECK(console.noise_bytes() == stream.size() + (1 << 20));
  }
}

TEST_CASE("The tail of a console is printable") {
  CHECK(printable_tail("\x1b[1;31mKernel panic\x1b[0m\r\n\n\x01"
                       "end\n",
                       9) == "Kernel panic\n.end");
  CHECK(printable_tail("one\ntwo\nthree\n", 2) == "two\nthree");
  CHECK(printable_tail("", 3).empty());
}

TEST_CASE("What a kernel said first stands in the tail however much it said then") {
  Console console;
  std::string text = "quiet\nKernel panic - not syncing: why\n";
  for (int i = 0; i < 100; ++i) text += "call " + std::to_string(i) + "\n";
  console.feed(bytes_of(text));
  console.finish();
  CHECK(console.tail().starts_with("Kernel panic - not syncing: why\n...\ncall 70\n"));
  CHECK(console.tail().ends_with("call 99"));
}

TEST_CASE("A frame that was told twice counts once; one that a message cut is made up for") {
  std::vector<std::byte> frame;
  encode(RuleReported{passed(*spec::rules()[1])}, 4, frame);
  Console console;
  auto cut = frame;
  const auto message = bytes_of("[   12.3] random: crng init done\r\n");
  cut.insert(cut.begin() + 40, message.begin(), message.end());
  console.feed(cut);
  console.feed(frame);
  console.feed(frame);
  console.finish();
  REQUIRE(console.next());
  CHECK_FALSE(console.next());
}

TEST_CASE("A command's template gets program and order where it wants them") {
  const StartRequest request = {
      .program = "/a b/ipcspec", .order = "rules=1:2", .directory = "/x", .unique = "u"};
  const auto line = [&](const std::string& text) {
    return prepare_start(platform_named("cmd:" + text), request).arguments.back();
  };
  CHECK(line("env {}") == "env '/a b/ipcspec' serve-results rules=1:2");
  CHECK(line("env") == "env '/a b/ipcspec' serve-results rules=1:2");
  CHECK(line("ssh h /i {args} < {program}") == "ssh h /i serve-results rules=1:2 < '/a b/ipcspec'");
}

// The command ends, or says things, but never speaks as the program would.
report::Results results_of(const std::string& command, std::size_t rules) {
  Conduct plan;
  plan.platforms = {platform_named("cmd:" + command)};
  plan.order.rules = first_rules(rules);
  plan.program = "/proc/self/exe";
  return conduct(plan).platforms.front();
}

TEST_CASE("A platform that does not come up is tried twice and says what its console said") {
  const report::Results results = results_of("echo no such host >&2; exit 3; {}", 2);
  CHECK(results.starts == 2);
  CHECK(results.not_run == 2);
  CHECK(results.rules.empty());
  CHECK(results.stopped_by.find("exit status 3") != std::string::npos);
  CHECK(results.stopped_by.find("no such host") != std::string::npos);
  CHECK(report::exit_code_of(report::Matrix{{results}, 0}) == report::kExitBroken);
}

TEST_CASE("What a platform's command leaves running is ended with it") {
  std::string path = std::string(::getenv("TEST_TMPDIR")) + "/left.XXXXXX";
  REQUIRE(::mkdtemp(path.data()) != nullptr);
  // A process of a session of its own that would wait for ever.
  results_of("cd " + path +
                 "; mkfifo f; setsid sh -c 'echo $$ > pid; exec cat f' >/dev/null & "
                 "while [ ! -s " +
                 path + "/pid ]; do :; done; : {}",
             1);
  FILE* file = std::fopen((path + "/pid").c_str(), "r");
  REQUIRE(file != nullptr);
  int pid = 0;
  CHECK(std::fscanf(file, "%d", &pid) == 1);
  std::fclose(file);
  CHECK(::kill(pid, 0) == -1);
}

}  // namespace
}  // namespace ipcspec::platform
