# The modules of src/, from the ground up. A module may need modules of a lower layer, and only those it names.
# tools/includes holds every #include against the same NEEDS; both stop with a sentence that says what to do.

set(KALAM_LAYERS
  "base"
  "types store blobs"
  "codec sql duck cluster feed"
  "catalog cold"
  "tables topics files auth"
  "commands vectors"
  "query jobs"
  "live"
  "server client"
  "node cli")

set(KALAM_MODULES "")
set(kalam_layer 0)
foreach(names IN LISTS KALAM_LAYERS)
  math(EXPR kalam_layer "${kalam_layer} + 1")
  separate_arguments(names)
  foreach(name IN LISTS names)
    list(APPEND KALAM_MODULES ${name})
    set(KALAM_LAYER_${name} ${kalam_layer})
  endforeach()
endforeach()

# One set of precompiled headers for all modules and one for all unit tests. Who reuses a set must compile as it does.
add_library(kalam_standard_headers OBJECT "${CMAKE_SOURCE_DIR}/cmake/standard.cc")
target_link_libraries(kalam_standard_headers PRIVATE kalam_options Threads::Threads)
target_compile_options(kalam_standard_headers PRIVATE ${KALAM_CODE_UNDER_TEST})
target_precompile_headers(kalam_standard_headers PRIVATE "${CMAKE_SOURCE_DIR}/cmake/standard.h")
if(KALAM_TESTS)
  add_library(kalam_test_main OBJECT "${CMAKE_SOURCE_DIR}/cmake/test_main.cc")
  set_target_properties(kalam_test_main PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(kalam_test_main PRIVATE -fPIE)  # as programs are
  target_link_libraries(kalam_test_main PRIVATE kalam_options kalam_foreign_gtest kalam_foreign_gmock Threads::Threads)
  target_precompile_headers(kalam_test_main PRIVATE "${CMAKE_SOURCE_DIR}/cmake/standard.h" <gmock/gmock.h>)
endif()

# kalam_module(name SOURCES … TESTS … FUZZ … BENCH … NEEDS module… FOREIGN library… TEST_NEEDS module… PRECOMPILE header…)
#
#   kalam_<name>         the library, from SOURCES
#   <name>_test          one GoogleTest program, from TESTS (it may use TEST_NEEDS, modules of any lower layer)
#   <name>_bench         one Google Benchmark program, from BENCH
#   <file without .cc>   one libFuzzer program for each of FUZZ
#   PRECOMPILE           heavy foreign headers that most of SOURCES include
function(kalam_module name)
  cmake_parse_arguments(ARG "" "" "SOURCES;TESTS;FUZZ;BENCH;NEEDS;FOREIGN;TEST_NEEDS;TEST_FOREIGN;PRECOMPILE" ${ARGN})
  if(ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "kalam_module(${name}): what is ${ARG_UNPARSED_ARGUMENTS}?")
  endif()
  if(NOT DEFINED KALAM_LAYER_${name})
    message(FATAL_ERROR "Module ${name} has no layer: add it to KALAM_LAYERS in cmake/modules.cmake.")
  endif()
  foreach(need IN LISTS ARG_NEEDS ARG_TEST_NEEDS)
    if(NOT DEFINED KALAM_LAYER_${need})
      message(FATAL_ERROR "Module ${name} needs ${need}, which is no module of cmake/modules.cmake.")
    endif()
    if(NOT KALAM_LAYER_${need} LESS KALAM_LAYER_${name})
      message(FATAL_ERROR "Module ${name} must not need ${need}: it does not lie below it. Return a value upwards, take "
        "an interface that the caller implements, or move the shared concept down (ARCHITECTURE.md, The rooms).")
    endif()
  endforeach()

  add_library(kalam_${name} STATIC ${ARG_SOURCES})
  target_link_libraries(kalam_${name} PUBLIC kalam_options Threads::Threads)
  target_compile_options(kalam_${name} PRIVATE ${KALAM_CODE_UNDER_TEST})
  foreach(need IN LISTS ARG_NEEDS)
    target_link_libraries(kalam_${name} PUBLIC kalam_${need})
  endforeach()
  foreach(library IN LISTS ARG_FOREIGN)
    target_link_libraries(kalam_${name} PRIVATE kalam_foreign_${library})
  endforeach()
  if(ARG_PRECOMPILE)
    target_precompile_headers(kalam_${name} PRIVATE "${CMAKE_SOURCE_DIR}/cmake/standard.h" ${ARG_PRECOMPILE})
  else()
    target_precompile_headers(kalam_${name} REUSE_FROM kalam_standard_headers)
  endif()

  if(KALAM_TESTS AND ARG_TESTS)
    add_executable(${name}_test ${ARG_TESTS})
    target_link_libraries(${name}_test PRIVATE kalam_test_main kalam_${name} kalam_foreign_gtest kalam_foreign_gmock
      kalam_foreign_rapidcheck)
    target_precompile_headers(${name}_test REUSE_FROM kalam_test_main)
    kalam_link_extra(${name}_test "${ARG_TEST_NEEDS}" "${ARG_TEST_FOREIGN}")
    add_test(NAME ${name}_test COMMAND ${name}_test)
    set_tests_properties(${name}_test PROPERTIES LABELS unit)
    add_dependencies(unit_tests ${name}_test)
  endif()
  if(KALAM_BENCH AND ARG_BENCH)
    add_executable(${name}_bench ${ARG_BENCH} "${CMAKE_SOURCE_DIR}/cmake/bench_main.cc")
    target_link_libraries(${name}_bench PRIVATE kalam_${name} kalam_foreign_benchmark kalam_foreign_jemalloc)
    kalam_link_extra(${name}_bench "${ARG_TEST_NEEDS}" "${ARG_TEST_FOREIGN}")
  endif()
  if(KALAM_FUZZ)
    foreach(source IN LISTS ARG_FUZZ)
      get_filename_component(fuzzer "${source}" NAME_WE)
      add_executable(${fuzzer} ${source})
      add_dependencies(fuzzers ${fuzzer})
      set_property(GLOBAL APPEND PROPERTY KALAM_FUZZERS ${fuzzer})
      target_link_libraries(${fuzzer} PRIVATE kalam_${name})
      target_link_options(${fuzzer} PRIVATE -fsanitize=fuzzer)
      kalam_link_extra(${fuzzer} "${ARG_TEST_NEEDS}" "${ARG_TEST_FOREIGN}")
    endforeach()
  endif()
endfunction()

function(kalam_link_extra target needs libraries)
  foreach(need IN LISTS needs)
    target_link_libraries(${target} PRIVATE kalam_${need})
  endforeach()
  foreach(library IN LISTS libraries)
    target_link_libraries(${target} PRIVATE kalam_foreign_${library})
  endforeach()
endfunction()
