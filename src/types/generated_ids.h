// Ids made from chance, and from chance and time.

#pragma once
#include <cstdint>
#include <mutex>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "types/ids.h"
#include "types/uuid.h"

namespace kalam {

UuidBytes make_uuid_v4(Random& random);
UserId make_user_id(Random& random);  // nanoid: 21 characters of A-Za-z0-9_-

// Ids that begin with the millisecond they were made in. Thread-safe. Within one generator each UUID v7 and each ULID
// is greater than all of its kind before, also when the clock stands still or steps back.
class TimeOrderedIds {
 public:
  TimeOrderedIds(Clock& clock, Random& random) : clock_(clock), random_(random) {}

  UuidBytes uuid_v7();
  std::string ulid();  // 26 characters of Crockford's base 32
  TransactionId transaction_id() { return TransactionId(print_uuid(uuid_v7())); }

 private:
  // 48 bits of milliseconds and 80 bits of chance; the latter rise by one within a millisecond.
  struct Stamp {
    uint64_t ms = 0;
    uint16_t high = 0;
    uint64_t low = 0;
  };
  Stamp next(Stamp& last, uint16_t high_bits);  // draws `high` from these bits; the one above is room to count up

  Clock& clock_;
  Random& random_;
  std::mutex mutex_;
  Stamp last_uuid_;  // guarded by mutex_
  Stamp last_ulid_;  // guarded by mutex_
};

}  // namespace kalam
