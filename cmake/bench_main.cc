// Runs the benchmarks of one module. JSON: --benchmark_out=<file> --benchmark_out_format=json.

#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
