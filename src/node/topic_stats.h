// What system.stats says of topics: how many there are, and how far each group is behind.

#pragma once

namespace kalam::node {

class Database;

// For as long as `database` lives.
void provide_topic_stats(Database& database);

}  // namespace kalam::node
