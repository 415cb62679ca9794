// StrongId: values of one representation and many meanings that cannot be mixed up.
//
//   struct JobTag { static constexpr const char* kName = "JobId"; };
//   using JobId = StrongId<JobTag, std::string>;

#pragma once
#include <compare>
#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

namespace kalam {

template <typename Tag, typename Rep>
class StrongId {
 public:
  using Representation = Rep;

  StrongId() = default;
  explicit StrongId(Rep value) : value_(std::move(value)) {}

  const Rep& value() const { return value_; }
  std::string_view text() const
    requires std::is_same_v<Rep, std::string>
  {
    return value_;
  }

  auto operator<=>(const StrongId&) const = default;
  bool operator==(const StrongId&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const StrongId& id) { return out << id.value_; }

 private:
  Rep value_{};
};

}  // namespace kalam

template <typename Tag, typename Rep>
struct std::hash<kalam::StrongId<Tag, Rep>> {
  size_t operator()(const kalam::StrongId<Tag, Rep>& id) const { return std::hash<Rep>()(id.value()); }
};
