#include "sql/fingerprint.h"

#include <gtest/gtest.h>

#include "sql/parse.h"
#include "types/cast.h"

namespace kalam::sql {
namespace {

Shape shape(std::string_view sql) { return shape_of(parse(sql)->front()); }

TEST(Shape, LiftsWhatIsCompared) {
  struct Case {
    std::string_view sql;
    std::string_view shape;
    std::vector<std::string> lifted;
  };
  const Case cases[] = {
      {"SELECT * FROM t WHERE id = 7", "SELECT * FROM t WHERE id = $1", {"7"}},
      {"SELECT * FROM t WHERE id=7 AND n > $1 AND s<>'it''s'",
       "SELECT * FROM t WHERE id=$2 AND n > $1 AND s<>$3",
       {"7", "it's"}},
      {"SELECT a, 5 FROM t WHERE (a >= -5 OR b <= 1.5) ORDER BY 1 LIMIT 10",
       "SELECT a, 5 FROM t WHERE (a >= $1 OR b <= $2) ORDER BY 1 LIMIT 10",
       {"-5", "1.5"}},
      {"SELECT * FROM t WHERE a IN (1, -2,3) AND NOT (b IN('x'))",
       "SELECT * FROM t WHERE a IN ($1, $2,$3) AND NOT (b IN($4))",
       {"1", "-2", "3", "x"}},
      {"SELECT * FROM t WHERE a BETWEEN 1 AND 2 AND b BETWEEN'x'AND'y'",
       "SELECT * FROM t WHERE a BETWEEN $1 AND $2 AND b BETWEEN $3 AND $4",
       {"1", "2", "x", "y"}},
      {"SELECT * FROM a JOIN b ON a.x = b.y AND b.z = 1 WHERE a.q != 2",
       "SELECT * FROM a JOIN b ON a.x = b.y AND b.z = $1 WHERE a.q != $2",
       {"1", "2"}},
      {"SELECT * FROM t WHERE a IN (SELECT b FROM u WHERE c = 3)",
       "SELECT * FROM t WHERE a IN (SELECT b FROM u WHERE c = $1)",
       {"3"}},
      {"SELECT * FROM (SELECT a FROM t WHERE b = 4) x", "SELECT * FROM (SELECT a FROM t WHERE b = $1) x", {"4"}},
      {"UPDATE t SET a = 1, b = 'x', c = c + 1 WHERE id = 9",
       "UPDATE t SET a = $1, b = $2, c = c + 1 WHERE id = $3",
       {"1", "x", "9"}},
      {"DELETE FROM t WHERE id = 9 OR j->>'k' = 'v'", "DELETE FROM t WHERE id = $1 OR j->>'k' = $2", {"9", "v"}},
      {"SELECT * FROM t WHERE a IS NOT DISTINCT FROM b AND c = 1",
       "SELECT * FROM t WHERE a IS NOT DISTINCT FROM b AND c = $1",
       {"1"}},
      {"SELECT * FROM t WHERE a = 1 UNION SELECT * FROM u WHERE b = 2 ORDER BY 1",
       "SELECT * FROM t WHERE a = $1 UNION SELECT * FROM u WHERE b = $2 ORDER BY 1",
       {"1", "2"}},
  };
  for (const auto& [sql, expected, lifted] : cases) {
    const auto found = shape(sql);
    EXPECT_EQ(found.text, expected);
    std::vector<std::string> texts;
    for (const auto& value : found.lifted) texts.push_back(text_of(value));
    EXPECT_EQ(texts, lifted) << sql;
  }
  EXPECT_EQ(shape("SELECT * FROM t WHERE a = $3 AND b = 1").written, 3U);
}

TEST(Shape, LeavesWhatMightDecideMore) {
  for (const std::string_view sql : {
           "SELECT a = 5 FROM t",                               // the name of a column
           "SELECT (SELECT b FROM u WHERE c = 5) FROM t",       // also
           "SELECT * FROM t LIMIT 5 OFFSET 2",                  //
           "SELECT * FROM t ORDER BY a = 5",                    //
           "SELECT a FROM t GROUP BY a HAVING count(*) > 5",    //
           "SELECT * FROM t WHERE a = 5 + 1",                   // part of something larger
           "SELECT * FROM t WHERE a = 5::TEXT",                 //
           "SELECT * FROM t WHERE a = 'x' || b",                //
           "SELECT * FROM t WHERE a = 'x'\n'y'",                //
           "SELECT * FROM t WHERE a = 5 IS NULL",               //
           "SELECT * FROM t WHERE a > DATE '2025-01-01'",       // a type in front
           "SELECT * FROM t WHERE a > INTERVAL '1' DAY",        //
           "SELECT * FROM t WHERE f(a = 5)",                    // arguments
           "SELECT * FROM t WHERE f(x => 5)",                   //
           "SELECT * FROM t WHERE CASE WHEN a = 5 THEN b END",  //
           "SELECT * FROM t WHERE a =- 5",                      // another sign
           "SELECT * FROM t WHERE a @> 5",                      //
           "SELECT * FROM t WHERE a LIKE 'x%'",                 //
           "SELECT * FROM t WHERE a = E'x'",                    //
           "SELECT * FROM t WHERE a = 0x1F",                    //
           "SELECT * FROM t WHERE a = TRUE AND b = NULL",       //
           "SELECT * FROM t WHERE a IN (1, b)",                 //
           "SELECT * FROM t WHERE a = [1, 2]",                  //
           "UPDATE t SET a = n + 1, b = f(2) WHERE c",          //
           "INSERT INTO t SELECT 1 WHERE a = 5",                // not one of ours
       }) {
    const auto found = shape(sql);
    EXPECT_EQ(found.text, sql);
    EXPECT_TRUE(found.lifted.empty()) << sql;
  }
  std::string many = "SELECT * FROM t WHERE a IN (1";
  for (int i = 0; i < 100; ++i) many += ", 2";
  EXPECT_TRUE(shape(many + ")").lifted.empty());
}

}  // namespace
}  // namespace kalam::sql
