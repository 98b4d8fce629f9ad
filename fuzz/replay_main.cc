// main() of a fuzz target without libFuzzer, with the part of its command line that the tests use:
//
//   FUZZER FILE...                     runs each file once
//   FUZZER -runs=N [-seed=S] DIR...    runs the inputs of the directories, then mutants of them,
//                                      N runs in all; blindly, since nothing tells it of coverage
//
// Other flags are passed over. For compilers without libFuzzer, and for debugging one input.
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

using Input = std::vector<std::uint8_t>;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
// A target may have them.
extern "C" __attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv);
extern "C" __attribute__((weak)) std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data,
                                                                     std::size_t size,
                                                                     std::size_t size_max,
                                                                     unsigned seed);

namespace {

constexpr std::size_t kInputBytesMax = 4096;
using Random = std::mt19937_64;

Input read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    std::fprintf(stderr, "%s: cannot open the input; check its path\n", path.c_str());
    std::exit(2);
  }
  return Input{std::istreambuf_iterator<char>(file), {}};
}

std::size_t below(Random& random, std::size_t end) {
  return random() % std::max<std::size_t>(end, 1);
}

// One change of the kinds that libFuzzer makes first.
void change(Input& input, const std::vector<Input>& seeds, Random& random) {
  const std::size_t at = below(random, input.size());
  const auto place = input.begin() + static_cast<std::ptrdiff_t>(at);
  switch (below(random, 5)) {
    case 0:
      if (!input.empty()) *place ^= static_cast<std::uint8_t>(1u << below(random, 8));
      break;
    case 1:
      if (!input.empty()) *place = static_cast<std::uint8_t>(random());
      break;
    case 2:
      input.insert(place, static_cast<std::uint8_t>(random()));
      break;
    case 3:
      input.erase(place, place + static_cast<std::ptrdiff_t>(below(random, input.size() - at + 1)));
      break;
    default: {
      const Input& other = seeds[below(random, seeds.size())];
      const std::size_t from = below(random, other.size());
      const auto first = other.begin() + static_cast<std::ptrdiff_t>(from);
      const std::size_t length = below(random, other.size() - from + 1);
      input.insert(place, first, first + static_cast<std::ptrdiff_t>(length));
    }
  }
}

Input mutant(const std::vector<Input>& seeds, Random& random) {
  Input input = seeds[below(random, seeds.size())];
  if (LLVMFuzzerCustomMutator != nullptr && random() % 2 == 0) {
    const std::size_t size = input.size();
    input.resize(std::max(size, kInputBytesMax));
    input.resize(
        LLVMFuzzerCustomMutator(input.data(), size, input.size(), static_cast<unsigned>(random())));
    return input;
  }
  for (std::size_t changes = 1 + below(random, 4); changes > 0; --changes) {
    change(input, seeds, random);
  }
  input.resize(std::min(input.size(), std::max(kInputBytesMax, input.size() / 2)));
  return input;
}

// Whether it is an input for the target's corpus.
bool run(const Input& input) {
  // A copy without room behind it, so that the sanitizers see every overrun.
  const Input exact(input);  // NOLINT(performance-unnecessary-copy-initialization)
  return LLVMFuzzerTestOneInput(exact.data(), exact.size()) == 0;
}

int search(const std::vector<std::string>& directories, std::size_t runs, std::uint64_t seed) {
  std::vector<Input> seeds;
  for (const std::string& directory : directories) {
    std::vector<std::string> paths;
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      paths.push_back(entry.path().string());
    }
    std::ranges::sort(paths);
    for (const std::string& path : paths) seeds.push_back(read_file(path));
  }
  if (seeds.empty()) seeds.emplace_back();
  std::printf("no libFuzzer in this build: %zu inputs, then blind mutants of them, seed %llu\n",
              seeds.size(), static_cast<unsigned long long>(seed));
  std::fflush(stdout);
  Random random(seed);
  const std::time_t start = std::time(nullptr);
  for (std::size_t i = 0; i < runs; ++i) run(i < seeds.size() ? seeds[i] : mutant(seeds, random));
  std::printf("Done %zu runs in %lld second(s)\n", runs,
              static_cast<long long>(std::time(nullptr) - start));
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (LLVMFuzzerInitialize != nullptr) LLVMFuzzerInitialize(&argc, &argv);
  std::size_t runs = 0;
  std::uint64_t seed = 1;
  std::vector<std::string> paths;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    const auto number_behind = [&](std::string_view flag, auto& number) {
      if (word.starts_with(flag)) {
        std::from_chars(word.data() + flag.size(), word.data() + word.size(), number);
      }
    };
    number_behind("-runs=", runs);
    number_behind("-seed=", seed);
    if (!word.starts_with('-')) paths.emplace_back(word);
  }
  if (paths.empty()) {
    std::fprintf(stderr,
                 "%s: no inputs; name the files to replay, or build with --config=fuzz to search "
                 "for new ones\n",
                 argv[0]);
    return 2;
  }
  if (std::filesystem::is_directory(paths.front())) return search(paths, runs, seed);
  for (const std::string& path : paths) {
    const Input input = read_file(path);
    // Named before the run, so that a crash shows its input.
    std::printf("%s: %zu bytes\n", path.c_str(), input.size());
    std::fflush(stdout);
    if (!run(input)) std::printf("%s: not taken\n", path.c_str());
  }
  std::printf("%zu inputs replayed\n", paths.size());
  return 0;
}
