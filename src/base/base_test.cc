#include <gtest/gtest.h>
TEST(Base, Compiles) {}
