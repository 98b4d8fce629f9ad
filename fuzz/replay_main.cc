// Runs each file named on the command line through the fuzz target once, like libFuzzer when it
// is given files. For compilers without libFuzzer, and for debugging one input.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr,
                 "%s: no inputs; name the files to replay, or build with --config=fuzz to search "
                 "for new ones\n",
                 argv[0]);
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      std::fprintf(stderr, "%s: cannot open the input; check its path\n", argv[i]);
      return 2;
    }
    const std::vector<char> input{std::istreambuf_iterator<char>(file), {}};
    // Named before the run, so that a crash shows its input.
    std::printf("%s: %zu bytes\n", argv[i], input.size());
    std::fflush(stdout);
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
  }
  std::printf("%d inputs replayed\n", argc - 1);
  return 0;
}
