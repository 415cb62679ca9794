# Language, warnings, sanitizers and build speed: what every target of ours shares.

set(KALAM_SANITIZE "" CACHE STRING "Sanitizers for every target, as for -fsanitize=; empty: none")
option(KALAM_TESTS "Build unit tests" ON)
option(KALAM_BENCH "Build micro benchmarks" ON)
option(KALAM_FUZZ "Build fuzzers too (clang)" OFF)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
# Line tables only: stack traces name their lines, and the objects stay small.
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g")

find_program(KALAM_CCACHE ccache)
if(KALAM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness lets ccache work with precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
      "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" ${KALAM_CCACHE})
endif()
find_program(KALAM_MOLD mold)
if(KALAM_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

add_library(kalam_options INTERFACE)
target_compile_options(kalam_options INTERFACE -Wall -Wextra -Werror -Wnon-virtual-dtor -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(kalam_options INTERFACE -Wshadow=local)
  # GCC 12 sees phantoms through inlined library code; the sanitizer builds look for the real ones.
  target_compile_options(kalam_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-array-bounds
    -Wno-stringop-overflow -Wno-stringop-overread -Wno-dangling-pointer -Wno-mismatched-new-delete -Wno-free-nonheap-object)
endif()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Clang reports what GCC 12's own standard library uses inside (std::stable_sort); GCC warns of our uses.
  target_compile_options(kalam_options INTERFACE -Wno-deprecated-declarations)
  # Else a precompiled header names the hour it was made, and ccache never finds what was built on it.
  add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
endif()
target_include_directories(kalam_options INTERFACE "${CMAKE_SOURCE_DIR}/src")
if(KALAM_SANITIZE)
  target_compile_options(kalam_options INTERFACE -fsanitize=${KALAM_SANITIZE} -fno-omit-frame-pointer -g1)
  target_link_options(kalam_options INTERFACE -fsanitize=${KALAM_SANITIZE})
  # Only the code under test: optimising instrumented tests doubles the time of the whole build, and they run for seconds.
  set(KALAM_CODE_UNDER_TEST -O1)
  if(KALAM_SANITIZE MATCHES undefined)
    target_compile_options(kalam_options INTERFACE -fno-sanitize-recover=undefined)
  endif()
endif()
